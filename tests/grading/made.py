"""Findings made for the tests of this folder."""

from typing import Any

from horad.grading.infer import Described


def finding(**changed: Any) -> dict[str, Any]:
    """One present lesion about the left hip."""
    plain: dict[str, Any] = {
        "id": "f1",
        "kind": "heterotopic_ossification",
        "assertion": "present",
        "site": "hip",
        "side": "left",
        "compartments": [],
        "maturity": None,
        "features": {},
        "size_mm": [],
        "grades": [],
        "evidence": [0],
    }
    return {**plain, **changed}


def shape(value: str, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    """A shape, or a measured gap, told by the second span."""
    return {"value": value, "low": low, "high": high, "evidence": [1]}


def gap(low: float, high: float | None = None, *, open_above: bool = False) -> dict[str, Any]:
    """A gap of ``low`` millimetres, of at most ``high``, or of at least ``low``."""
    return shape("gap", low, None if open_above else (low if high is None else high))


def described(*shapes: dict[str, Any], told: tuple[str, ...] = (), **changed: Any) -> Described:
    """The finding with what is told beside it."""
    beside = {name: changed.pop(name) for name in ("causes", "modality") if name in changed}
    return Described(finding=finding(**changed), shapes=shapes, told=told, **beside)
