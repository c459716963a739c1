"""One lesion's claims → one finding of the result record."""

from collections.abc import Sequence
from typing import Any

from horad.findings import maturity
from horad.findings.bind import Lesion
from horad.findings.evidence import EvidenceList
from horad.findings.summary import current, strongest_features
from horad.findings.view import Claim

# The evidence field under which the words for a lesion stand; heterotopic bone is ho_status.
_NAMED_BY = {"tumour": "tumour", "mineralised_mass": "lesion", "mimic": "lesion"}
_SIDED = ("left", "right")


def finding(name: str, lesion: Lesion, evidence: EvidenceList) -> dict[str, Any]:
    """The finding with its values, each entered as evidence under the finding's id."""
    named = _NAMED_BY.get(lesion.kind, "ho_status")
    rows = {evidence.add(mark, named, name) for anchor in lesion.anchors for mark in anchor.marks}
    for claim in (*lesion.places, *lesion.claims):
        rows.update(evidence.add(mark, claim.field, name) for mark in claim.marks)
    return {
        "id": name,
        "kind": lesion.kind,
        "assertion": lesion.assertion,
        "site": lesion.site,
        "side": lesion.side,
        "compartments": _values(lesion, "compartments"),
        "structures": _values(lesion, "structures"),
        "maturity": _maturity(lesion),
        "marrow_signal": _marrow(lesion),
        "neurovascular": _neurovascular(lesion),
        "grades": _grades(lesion),
        "size_mm": _size(lesion),
        "change": _change(lesion),
        "features": {feature: value for feature, (value, _) in strongest_features([lesion]).items()},
        "evidence": sorted(rows),
    }


def _values(lesion: Lesion, field: str) -> list[str]:
    return list(dict.fromkeys(claim.value for claim in current(lesion.of(field))))


def _maturity(lesion: Lesion) -> dict[str, Any] | None:
    value, deciding = maturity.decide(current(lesion.of("maturity")))
    if not deciding:
        return None
    stated = any(claim.data.get("basis", "stated") == "stated" for claim in deciding)
    return {"value": value, "basis": "stated" if stated else "inferred", "ledermann": None}


def _marrow(lesion: Lesion) -> dict[str, Any] | None:
    claims = current(lesion.of("marrow_signal"))
    if not claims:
        return None
    specific = [claim for claim in claims if claim.value != "present_unspecified"] or claims
    return {"value": specific[0].value, "sequence": specific[0].data.get("sequence")}


def _neurovascular(lesion: Lesion) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for claim in current(lesion.of("neurovascular")):
        row = _relation(claim, lesion) if claim.data.get("structure") else None
        if row and row not in rows:
            rows.append(row)
    return rows


def _relation(claim: Claim, lesion: Lesion) -> dict[str, Any]:
    data = claim.data
    return {
        "structure": data["structure"],
        "side": data.get("side") or (lesion.side if lesion.side in _SIDED else None),
        "relation": claim.value,
        "denied": list(data.get("denied", ())),
        "distance_mm": data.get("distance_mm"),
    }


def _grades(lesion: Lesion) -> list[dict[str, Any]]:
    rows = [
        {
            "system": claim.data["system"],
            "value": claim.value,
            "basis": claim.data.get("basis", "stated"),
            "when": claim.data.get("when", "current"),
        }
        for claim in lesion.of("grades")
        if claim.assertion in ("present", "possible")
    ]
    return [row for index, row in enumerate(rows) if row not in rows[:index]]


def _size(lesion: Lesion) -> list[float]:
    sizes = [claim.data["mm"] for claim in current(lesion.of("size_mm")) if claim.data.get("mm")]
    return list(_largest(sizes)) if sizes else []


def _largest(sizes: Sequence[Sequence[float]]) -> Sequence[float]:
    return max(sizes, key=lambda size: (max(size), len(size)))


def _change(lesion: Lesion) -> str | None:
    claims = current(lesion.of("change"))
    return claims[-1].value if claims else None
