"""One number that makes probabilities more or less sure, fitted on labelled reports and judged out of fold."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace

from horad.evaluation.calibration import Judged, Spread, spread
from horad.records import Record

FOLDS = 5
_LOW, _HIGH = 0.2, 8.0
_STEPS = 60
_FLOOR = 1e-5  # probabilities are given with four digits
_GOLDEN = (math.sqrt(5) - 1) / 2


class Fit(Record):
    """The temperature of all reports, of every fold, and the errors of each fold under the others' temperature."""

    temperature: float
    folds: tuple[float, ...]
    out_of_fold: Spread


def fit(items: Sequence[Judged], folds: int = FOLDS) -> Fit | None:
    """Fit by cross-validation; None where there are fewer reports than folds.

    The folds depend on the ids alone, so that the order of the reports does not matter.
    """
    if len(items) < folds:
        return None
    ordered = sorted(items, key=lambda item: hashlib.sha256(item.id.encode()).digest())
    temperatures, held_out = [], []
    for fold in range(folds):
        rest = [item for place, item in enumerate(ordered) if place % folds != fold]
        temperatures.append(best(rest))
        held_out += [scaled(item, temperatures[-1]) for item in ordered[fold::folds]]
    return Fit(
        temperature=round(best(ordered), 3),
        folds=tuple(round(value, 3) for value in temperatures),
        out_of_fold=spread(held_out),
    )


def best(items: Sequence[Judged]) -> float:
    """The temperature of the least log loss, by golden section on its logarithm."""
    low, high = math.log(_LOW), math.log(_HIGH)
    for _ in range(_STEPS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if log_loss(items, math.exp(left)) <= log_loss(items, math.exp(right)):
            high = right
        else:
            low = left
    return math.exp((low + high) / 2)


def log_loss(items: Sequence[Judged], temperature: float) -> float:
    """The mean negative log probability of the labelled diagnosis."""
    losses = (-math.log(max(scaled(item, temperature).chances.get(item.gold, 0.0), _FLOOR)) for item in items)
    return math.fsum(losses) / len(items)


def scaled(item: Judged, temperature: float) -> Judged:
    """The same report with its probabilities raised to ``1 / temperature`` and made to sum to 1."""
    grown = {name: max(chance, _FLOOR) ** (1 / temperature) for name, chance in item.chances.items()}
    total = math.fsum(grown.values())
    return replace(item, chances={name: value / total for name, value in grown.items()})
