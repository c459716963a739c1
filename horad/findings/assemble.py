"""A Doc's tables → findings, summary and evidence of one report, as plain data."""

from collections.abc import Callable, Sequence
from typing import Any

from spacy.tokens import Doc

from horad.findings import (
    change,
    features,
    grades,
    marrow,
    maturity,
    modality,
    neurovascular,
    patient,
    site_summary,
    sites,
    size,
    surroundings,
    tumour,
)
from horad.findings.bind import Lesion, bind, lesions_of
from horad.findings.evidence import EvidenceList
from horad.findings.finding import finding
from horad.findings.lesions import Anchor, Lesions, with_grades
from horad.findings.scope import in_scope
from horad.findings.status import Status, decide
from horad.findings.summary import summarise
from horad.findings.text_kind import is_general
from horad.findings.view import CURRENT, Claim, View
from horad.knowledge.load import RuleBook

Source = Callable[[View], list[Claim]]
_LESION_SOURCES: tuple[Source, ...] = (
    features.claims,
    maturity.claims,
    marrow.claims,
    neurovascular.claims,
    size.claims,
    change.claims,
)
_ASSERTED = ("present", "possible")
_EMPTY: dict[str, Any] = {"summary": {}, "findings": [], "evidence": []}
_GENERAL_TEXT = {
    "code": "general_text",
    "message": "The text speaks of patients in general and of none in particular, so it has no findings.",
    "evidence": [],
}
_KINDS = {"mo": "myositis_ossificans", "mo_abbreviation": "myositis_ossificans", "fop": "fop"}


def assemble(doc: Doc, rules: RuleBook) -> dict[str, Any]:
    """Everything the report says, shaped as the result record without its metadata."""
    view = View(doc, rules)
    if is_general(view):
        return {**_EMPTY, "in_scope": True, "warnings": [_GENERAL_TEXT]}
    graded = grades.claims(view)
    anchors = with_grades(view, Lesions(view).anchors, graded)
    if not in_scope(view, described=bool(anchors)):
        return {**_EMPTY, "in_scope": False}
    tumour_value, tumour_marks = tumour.decide(view, tumour.claims(view), benign_named=_benign_named(view, anchors))
    status = decide(anchors, other_named=tumour_value == "suspected" or _mineral_mimic(view))
    lesions = _lesions(view, status, tumour_value)
    if lesions:
        told = [claim for source in _LESION_SOURCES for claim in source(view)]
        bind(view, lesions, [*graded, *_bound(lesions, told)])
    evidence = EvidenceList(view)
    summary = summarise(
        status, (tumour_value, tumour_marks), lesions, modality.claims(view), patient.claims(view), evidence=evidence
    )
    findings = [finding(f"f{number}", lesion, evidence) for number, lesion in enumerate(lesions, 1)]
    return {
        "in_scope": True,
        "summary": summary,
        "findings": findings,
        "evidence": evidence.rows,
        "context": patient.context(view),
        "alerts": [],
        "conflicts": _conflicts(status, evidence),
        "warnings": [],
    }


def _lesions(view: View, status: Status, tumour_value: str) -> list[Lesion]:
    """The lesions that findings are told of: the heterotopic bone, or else the tumour, mass or mimic."""
    if status.value in _ASSERTED:
        places = sites.resolve(view, [anchor.mention for anchor in status.deciding])
        merged = site_summary.merge(view, places)
        lesions = lesions_of(_kind(status.deciding), status.value, status.deciding, places, merged)
        for lesion in lesions:
            lesion.claims += _around(view, lesion)
        return lesions
    if tumour_value in ("suspected", "possible"):
        return [Lesion("tumour", "present" if tumour_value == "suspected" else "possible")]
    if _mineral_mimic(view):
        return [Lesion("mimic", "present")]
    if any(
        m.value in ("mass", "mineral") and m.section in CURRENT and m.assertion == "present" for m in view.of("lesion")
    ):
        return [Lesion("mineralised_mass", "present")]
    if any(m.assertion in _ASSERTED and m.rule.attributes.get("scope") != "none" for m in view.of("mimic")):
        return [Lesion("mimic", "present")]
    if status.value in ("absent", "historical"):
        return [Lesion("heterotopic_ossification", status.value, anchors=list(status.deciding))]
    return []


def _bound(lesions: Sequence[Lesion], claims: Sequence[Claim]) -> list[Claim]:
    """The claims that the lesions can have: bone that is not there has no features and no relations."""
    if lesions and lesions[0].assertion in ("absent", "historical"):
        return []
    return list(claims)


def _around(view: View, lesion: Lesion) -> list[Claim]:
    """Compartments, and the muscles, tendons, ligaments and bursae, that the lesion's anchors lie in."""
    found = []
    for anchor in lesion.anchors:
        for field, named in (("compartments", surroundings.compartments), ("structures", surroundings.structures)):
            for name, mark in named(view, anchor.mention):
                found.append(Claim(field, name, "present", (mark,), anchor.mention.sentence))
    return found


def _benign_named(view: View, anchors: Sequence[Anchor]) -> bool:
    """True if heterotopic ossification or a tumour's mimic is named as the diagnosis."""
    if any(anchor.strong and anchor.status == "present" for anchor in anchors):
        return True
    mimics = (m for m in view.of("mimic") if m.rule.attributes.get("scope") != "none" and m.section in CURRENT)
    return any(m.assertion == "present" and not m.historical for m in mimics)


def _mineral_mimic(view: View) -> bool:
    """True if a condition that has mineral of its own is stated outright."""
    mimics = (m for m in view.of("mimic") if m.rule.attributes.get("mineral") and m.section in CURRENT)
    return any(m.assertion == "present" and not m.historical for m in mimics)


def _kind(anchors: Sequence[Anchor]) -> str:
    kinds = [_KINDS[anchor.mention.value] for anchor in anchors if anchor.mention.value in _KINDS]
    return kinds[0] if kinds else "heterotopic_ossification"


def _conflicts(status: Status, evidence: EvidenceList) -> list[dict[str, Any]]:
    if not status.overruled:
        return []
    marks = tuple(mark for anchor in (*status.overruled, *status.deciding) for mark in anchor.marks)
    return [
        {
            "code": "conflicting_statements",
            "message": "The report both affirms and denies heterotopic ossification; the later reading was taken.",
            "evidence": evidence.add_all(marks, "ho_status"),
        }
    ]
