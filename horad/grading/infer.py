"""What is described of a lesion against the criteria of grades and stages."""

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from horad.grading.criteria import Criterion, GradeCriterion, Inference, StageCriterion

_GAP = "gap"
_SAID = ("present", "possible")


@dataclass(frozen=True)
class Described:
    """One finding and what the report tells beside it, as plain data."""

    finding: Mapping[str, Any]
    shapes: Sequence[Mapping[str, Any]] = ()  # {value, low, high, evidence}
    told: Sequence[str] = ()
    causes: Sequence[str] = ()
    modality: Sequence[str] = ()

    @cached_property
    def values(self) -> frozenset[str]:
        """The shapes that are told, a measured gap among them."""
        return frozenset(shape["value"] for shape in self.shapes)

    @cached_property
    def gaps(self) -> list[tuple[float, float | None]]:
        """Measured gaps: at least, at most."""
        return [(shape["low"], shape["high"]) for shape in self.shapes if shape["value"] == _GAP]

    @property
    def size(self) -> float | None:
        """The largest dimension in millimetres."""
        return max(self.finding.get("size_mm") or (), default=None)

    def words_of(self, criterion: Criterion) -> list[int]:
        """The evidence of the shapes that a criterion asks for."""
        wanted = {*criterion.geometry, *([_GAP] if _has_gap(criterion) else [])}
        return [index for shape in self.shapes if shape["value"] in wanted for index in shape["evidence"]]


def grades(described: Described, inference: Inference) -> list[GradeCriterion]:
    """The criterion that holds for each system, the first of several."""
    found: dict[str, GradeCriterion] = {}
    for criterion in inference.grade:
        if criterion.system not in found and holds(criterion, described):
            found[criterion.system] = criterion
    return list(found.values())


def stage(described: Described, inference: Inference) -> StageCriterion | None:
    """The first criterion of a Ledermann stage that holds."""
    return next((criterion for criterion in inference.stage if holds(criterion, described)), None)


def holds(criterion: Criterion, described: Described) -> bool:
    """Whether every condition of a criterion is met; what is not told meets none."""
    return _of_place(criterion, described) and _of_shape(criterion, described) and _of_length(criterion, described)


def _of_place(criterion: Criterion, described: Described) -> bool:
    finding, causes = described.finding, set(described.causes)
    maturity = (finding.get("maturity") or {}).get("value")
    compartments = frozenset(finding.get("compartments", ()))
    return (
        finding["assertion"] in criterion.assertions
        and _is_one_of(finding.get("site"), criterion.sites)
        and _is_one_of(maturity, criterion.maturity)
        and _meets(described.modality, criterion.modality)
        and _meets(causes, criterion.causes)
        and not causes & set(criterion.without_causes)
        and _is_one_of(compartments, [frozenset(group) for group in criterion.compartments])
    )


def _of_shape(criterion: Criterion, described: Described) -> bool:
    features = described.finding.get("features", {})
    return (
        _meets(described.values, criterion.geometry)
        and not described.values & set(criterion.without)
        and _meets(described.told, criterion.told)
        and not any(features.get(name) in _SAID for name in criterion.without_features)
    )


def _of_length(criterion: Criterion, described: Described) -> bool:
    """The narrowest gap and the largest dimension against the limits."""
    if criterion.gap_below is not None and not any(_below(gap, criterion.gap_below) for gap in described.gaps):
        return False
    if criterion.gap_from is not None and not (
        described.gaps and all(low >= criterion.gap_from for low, _ in described.gaps)
    ):
        return False
    limits = (
        (criterion.size_below, operator.lt),
        (criterion.size_from, operator.ge),
        (criterion.size_to, operator.le),
        (criterion.size_above, operator.gt),
    )
    size = described.size
    return all(limit is None or (size is not None and is_met(size, limit)) for limit, is_met in limits)


def _below(gap: tuple[float, float | None], limit: float) -> bool:
    """A bound ("less than 1 cm") is below its own length; a measured width is not."""
    low, high = gap
    return high is not None and (high < limit or (high == limit and low < high))


def _has_gap(criterion: Criterion) -> bool:
    return criterion.gap_below is not None or criterion.gap_from is not None


def _is_one_of(value: Any, wanted: Sequence[Any]) -> bool:
    return not wanted or value in wanted


def _meets(values: Any, wanted: Sequence[str]) -> bool:
    return not wanted or bool(set(values) & set(wanted))
