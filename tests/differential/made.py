"""Assembled reports made for the tests, as plain as the findings hand them over."""

from typing import Any

from horad.knowledge.differential import DifferentialBook, load_differential

BOOK: DifferentialBook = load_differential()
FINDING: dict[str, Any] = {
    "id": "f1", "kind": "heterotopic_ossification", "assertion": "present", "site": "hip", "side": "left",
    "maturity": None, "marrow_signal": None, "neurovascular": [], "grades": [], "change": None, "features": {},
    "evidence": [],
}  # fmt: skip


def report(*, risks: tuple[str, ...] = (), stated: tuple[tuple[str, str], ...] = (), **finding: Any) -> dict[str, Any]:
    """One lesion; ``stated`` are (diagnosis, stance) as the conclusion names them."""
    return {
        "findings": [{**FINDING, **finding}],
        "evidence": [],
        "context": {"risk_factors": list(risks), "symptoms": [], "labs": [], "bone_scan": None},
        "stated": [{"diagnosis": d, "stance": s, "section": 1, "evidence": []} for d, s in stated],
        "signs": [],
        "person": {},
    }
