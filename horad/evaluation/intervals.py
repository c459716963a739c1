"""Precision, recall, F1, and how far F1 would move with other reports."""

import functools
import random
from array import array
from collections.abc import Sequence
from typing import NamedTuple

ROUNDS = 500
SEED = 1


class Counts(NamedTuple):
    """Labels hit, labels given in vain, labels missed."""

    hit: int
    wrong: int
    missed: int


class Rates(NamedTuple):
    """What the counts come to; 1 where nothing was there to get wrong."""

    precision: float
    recall: float
    f1: float


def rates(counts: Counts) -> Rates:
    """Micro-averaged precision, recall and F1."""
    hit, wrong, missed = counts
    precision = hit / (hit + wrong) if hit + wrong else 1.0
    recall = hit / (hit + missed) if hit + missed else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Rates(precision, recall, f1)


def total(items: Sequence[Counts]) -> Counts:
    """The sum over reports."""
    return Counts(
        sum(item.hit for item in items), sum(item.wrong for item in items), sum(item.missed for item in items)
    )


def interval(items: Sequence[Counts], rounds: int = ROUNDS, seed: int = SEED) -> tuple[float, float]:
    """The 95 % bootstrap interval of F1: whole reports are drawn, since labels of one report err together.

    Percentile method (Efron and Tibshirani 1993); the draws depend on the number of reports, the rounds and the seed.
    """
    if not items:
        return 1.0, 1.0
    columns = [array("L", column) for column in zip(*items, strict=True)]
    values = []
    for draw in _draws(len(items), rounds, seed):
        hit, wrong, missed = (sum(map(column.__getitem__, draw)) for column in columns)
        values.append(rates(Counts(hit, wrong, missed)).f1)
    values.sort()
    return values[int(0.025 * rounds)], values[int(0.975 * rounds) - 1]


@functools.lru_cache(maxsize=4)
def _draws(size: int, rounds: int, seed: int) -> tuple["array[int]", ...]:
    """The reports of every round; the same for all fields that the same number of reports owe."""
    source = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return tuple(array("L", (source.randrange(size) for _ in range(size))) for _ in range(rounds))
