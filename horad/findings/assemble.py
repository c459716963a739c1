"""A Doc's tables → findings, summary and evidence of one report, as plain data."""

from collections.abc import Callable, Sequence
from typing import Any

from spacy.tokens import Doc

from horad.findings import (
    change,
    features,
    geometry,
    grades,
    marrow,
    maturity,
    modality,
    neurovascular,
    patient,
    risk_factors,
    signs,
    size,
    stated,
    tumour,
)
from horad.findings.alerts import Alerts
from horad.findings.bind import Lesion, bind
from horad.findings.evidence import EvidenceList
from horad.findings.finding import finding
from horad.findings.lesions import Lesions, with_grades
from horad.findings.scope import in_scope
from horad.findings.status import Status, decide
from horad.findings.subjects import benign_named, denied, mineral_mimic, subjects
from horad.findings.summary import summarise
from horad.findings.text_kind import is_general
from horad.findings.view import Claim, View
from horad.knowledge.load import RuleBook
from horad.pipeline.tables import Tables

Source = Callable[[View], list[Claim]]
_LESION_SOURCES: tuple[Source, ...] = (
    features.claims,
    maturity.claims,
    marrow.claims,
    neurovascular.claims,
    size.claims,
    change.claims,
    geometry.claims,
)
_EMPTY: dict[str, Any] = {"summary": {}, "findings": [], "evidence": []}
_GENERAL_TEXT = {
    "code": "general_text",
    "message": "The text speaks of patients in general and of none in particular, so it has no findings.",
    "evidence": [],
}
_AFFIRMED_AND_DENIED = "The report both affirms and denies heterotopic ossification; the later reading was taken."


def assemble(report: Doc | Tables, rules: RuleBook) -> dict[str, Any]:
    """Everything the report says, shaped as the result record without its metadata."""
    view = View(report, rules)
    if is_general(view):
        return {**_EMPTY, "in_scope": True, "warnings": [_GENERAL_TEXT]}
    graded = grades.claims(view)
    anchors = with_grades(view, Lesions(view).anchors, graded)
    if not in_scope(view, described=bool(anchors)):
        return {**_EMPTY, "in_scope": False}
    bone_told = any(anchor.status == "present" for anchor in anchors)
    tumour_value, tumour_marks = tumour.decide(
        view, tumour.claims(view), benign_named=benign_named(view, anchors), bone_told=bone_told
    )
    status = decide(anchors, other_named=tumour_value == "suspected" or mineral_mimic(view))
    lesions, contradictions = subjects(view, status, tumour_value)
    if lesions:
        told = [claim for source in _LESION_SOURCES for claim in source(view)]
        lesions = bind(view, lesions, [*graded, *_bound(lesions, told)]) + denied(view, anchors, lesions)
    evidence = EvidenceList(view)
    factors = risk_factors.claims(view)
    risks = risk_factors.of_summary(factors)
    summary = summarise(status, (tumour_value, tumour_marks), lesions, modality.claims(view), risks, evidence=evidence)
    findings = [finding(f"f{number}", lesion, evidence) for number, lesion in enumerate(lesions, 1)]
    conflicts = _conflicts(status, contradictions, evidence)
    alerts = Alerts(view, lesions, (tumour_value, tumour_marks), evidence)
    return {
        "in_scope": True,
        "summary": summary,
        "findings": findings,
        "described": {
            "shapes": {f"f{n}": geometry.described(x, f"f{n}", evidence) for n, x in enumerate(lesions, 1)},
            "told": geometry.told(view),
        },
        "evidence": evidence.rows,
        "context": patient.context(view, factors),
        "alerts": alerts.raised(conflicts),
        "conflicts": conflicts,
        "warnings": [],
        **(_weighed(view, evidence) if lesions else {}),
    }


def _weighed(view: View, evidence: EvidenceList) -> dict[str, Any]:
    """What the differential weighs besides: diagnoses the report names, further signs, age and sex."""
    return {
        "stated": stated.rows(view, evidence),
        "signs": signs.signs(view, evidence),
        "person": signs.person(view, evidence),
    }


def _bound(lesions: Sequence[Lesion], claims: Sequence[Claim]) -> list[Claim]:
    """The claims that the lesions can have: bone that is not there has no features and no relations."""
    if lesions and lesions[0].assertion in ("absent", "historical"):
        return []
    return list(claims)


def _conflicts(status: Status, contradictions: Sequence[Claim], evidence: EvidenceList) -> list[dict[str, Any]]:
    found = []
    if status.overruled:
        marks = tuple(mark for anchor in (*status.overruled, *status.deciding) for mark in anchor.marks)
        found.append(_conflict("conflicting_statements", _AFFIRMED_AND_DENIED, evidence.add_all(marks, "ho_status")))
    for claim in contradictions:
        message = f"The report gives both sides for one lesion ({claim.value}); {claim.data['side']} was taken."
        found.append(_conflict("laterality_conflict", message, evidence.add_all(claim.marks, "sites")))
    return found


def _conflict(code: str, message: str, evidence: list[int]) -> dict[str, Any]:
    return {"code": code, "message": message, "evidence": evidence}
