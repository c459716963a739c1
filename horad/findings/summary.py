"""The report in one row, derived from its lesions by the annotation guidelines."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from horad.findings import maturity
from horad.findings.bind import Lesion
from horad.findings.evidence import EvidenceList
from horad.findings.lesions import GRADES_OF_NONE
from horad.findings.status import Status
from horad.findings.view import Claim
from horad.terms import Modality, RiskFactor

_RELATIONS = ("clear", "adjacent", "abuts", "displaces", "partially_encases", "encases", "compresses")
# Lists stand in the order of the vocabulary, so that they do not depend on the order of sections.
_VOCABULARY: dict[str, type[StrEnum]] = {"modality": Modality, "risk_factors": RiskFactor}
_FEATURE_ORDER = ("present", "possible", "absent")
HETEROTOPIC_KINDS = frozenset({"heterotopic_ossification", "myositis_ossificans", "fop"})


def summarise(
    status: Status,
    tumour: tuple[str, list[Claim]],
    lesions: Sequence[Lesion],
    modality: Sequence[Claim],
    risk: Sequence[Claim],
    *,
    evidence: EvidenceList,
) -> dict[str, Any]:
    """The summary; every value it holds is entered into ``evidence``."""
    heterotopic = status.value in ("present", "possible")
    lesions = [lesion for lesion in lesions if lesion.assertion != "absent" or not heterotopic]
    bone = [lesion for lesion in lesions if lesion.kind in HETEROTOPIC_KINDS]
    evidence.add_all(status.marks, "ho_status")
    evidence.add_all(tuple(mark for claim in tumour[1] for mark in claim.marks), "tumour")
    return {
        "ho_status": status.value,
        "sites": _sites(bone, evidence) if heterotopic else [],
        "maturity": _maturity(bone, evidence) if heterotopic else "not_stated",
        "marrow_signal": _marrow(lesions, evidence),
        "neurovascular": _neurovascular(lesions, evidence),
        "grades": _grades(lesions, evidence, heterotopic=heterotopic),
        "features": _features(lesions, evidence),
        "tumour": tumour[0],
        "modality": _values(modality, "modality", evidence),
        "risk_factors": _values(risk, "risk_factors", evidence),
    }


def _enter(claims: Iterable[Claim], field: str, evidence: EvidenceList) -> None:
    for claim in claims:
        evidence.add_all(claim.marks, field)


def _sites(lesions: Sequence[Lesion], evidence: EvidenceList) -> list[dict[str, str]]:
    sides: dict[str, list[str]] = {}
    for lesion in lesions:
        _enter(lesion.places, "sites", evidence)
        sides.setdefault(lesion.site, []).append(lesion.side)
        if not lesion.places:
            _enter([], "sites", evidence)
            evidence.add_all(tuple(mark for anchor in lesion.anchors for mark in anchor.marks), "sites")
    return [{"site": site, "side": _side(found)} for site, found in sides.items()]


def _side(sides: Sequence[str]) -> str:
    if "bilateral" in sides or {"left", "right"} <= set(sides):
        return "bilateral"
    return next((side for side in sides if side != "unspecified"), "unspecified")


def current(claims: Iterable[Claim]) -> list[Claim]:
    """Claims of this study that are asserted or hedged."""
    return [c for c in claims if c.data.get("when", "current") == "current" and c.assertion in ("present", "possible")]


def _maturity(lesions: Sequence[Lesion], evidence: EvidenceList) -> str:
    claims = dict.fromkeys(claim for lesion in lesions for claim in current(lesion.of("maturity")))
    value, deciding = maturity.decide(list(claims))
    _enter(deciding, "maturity", evidence)
    return value


def _marrow(lesions: Sequence[Lesion], evidence: EvidenceList) -> str:
    claims = [claim for lesion in lesions for claim in current(lesion.of("marrow_signal"))]
    specific = [claim for claim in claims if claim.value != "present_unspecified"] or claims
    if not specific:
        return "not_described"
    _enter([claim for claim in claims if claim.value == specific[0].value], "marrow_signal", evidence)
    return specific[0].value


def _neurovascular(lesions: Sequence[Lesion], evidence: EvidenceList) -> dict[str, Any]:
    claims = [claim for lesion in lesions for claim in current(lesion.of("neurovascular")) if claim.value in _RELATIONS]
    if not claims:
        return {"relation": "not_described", "structures": []}
    worst = max(claims, key=lambda claim: _RELATIONS.index(claim.value)).value
    asserted = [claim for claim in claims if (claim.value != "clear") == (worst != "clear")]
    _enter(asserted, "neurovascular", evidence)
    structures = dict.fromkeys(claim.data["structure"] for claim in asserted if claim.data.get("structure"))
    return {"relation": worst, "structures": list(structures)}


def _grades(lesions: Sequence[Lesion], evidence: EvidenceList, *, heterotopic: bool) -> list[dict[str, str]]:
    """Stated, current grades; of bone that is not there only the grade of none is left."""
    claims = [
        claim
        for lesion in lesions
        for claim in current(lesion.of("grades"))
        if claim.data.get("basis", "stated") == "stated"
    ]
    claims = [claim for claim in claims if heterotopic or claim.value in GRADES_OF_NONE]
    _enter(claims, "grades", evidence)
    pairs = dict.fromkeys((claim.data["system"], claim.value) for claim in claims)
    return [{"system": system, "value": value} for system, value in pairs]


def strongest_features(lesions: Sequence[Lesion]) -> dict[str, tuple[str, list[Claim]]]:
    """Feature → its value (present > possible > absent) and the claims that give it."""
    found: dict[str, tuple[str, list[Claim]]] = {}
    for claim in (c for lesion in lesions for c in lesion.of("features.")):
        if claim.data.get("when", "current") != "current" or claim.assertion not in _FEATURE_ORDER:
            continue
        name = claim.field.split(".", 1)[1]
        value, claims = found.get(name, ("", []))
        if not value or _FEATURE_ORDER.index(claim.assertion) < _FEATURE_ORDER.index(value):
            found[name] = (claim.assertion, [claim])
        elif claim.assertion == value:
            claims.append(claim)
    return dict(sorted(found.items()))


def _features(lesions: Sequence[Lesion], evidence: EvidenceList) -> dict[str, str]:
    strongest = strongest_features(lesions)
    for name, (_, claims) in strongest.items():
        _enter(claims, f"features.{name}", evidence)
    return {name: value for name, (value, _) in strongest.items()}


def _values(claims: Sequence[Claim], field: str, evidence: EvidenceList) -> list[str]:
    kept = [claim for claim in claims if claim.field == field and claim.assertion in ("present", "possible")]
    _enter(kept, field, evidence)
    values = {claim.value for claim in kept}
    return [member.value for member in _VOCABULARY[field] if member.value in values]
