"""Why: arguments for and against, and the unmentioned findings that would tell most."""

import functools
import itertools
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from horad.differential.score import Scored, Term
from horad.knowledge.differential import DifferentialBook

_SHOWN = 2
_SURE = 1e-16  # nearer to 0 or 1 no doubt is left, and logarithms end


def arguments(terms: Sequence[Term]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The terms for a diagnosis and those against it, the heaviest first."""
    order = sorted((-abs(term.weight), term.finding, number) for number, term in enumerate(terms))
    supporting: list[dict[str, Any]] = []
    opposing: list[dict[str, Any]] = []
    for _, _, number in order:
        finding, _, weight, source, _, evidence = terms[number]
        if shown := _shown(weight):
            side = supporting if weight > 0 else opposing
            side.append({"finding": finding, "weight": shown, "source": source, "evidence": list(evidence)})
    return supporting, opposing


@functools.lru_cache(maxsize=4096)
def _shown(weight: float) -> float:
    return round(weight, _SHOWN)


def breakdown(item: Scored) -> list[tuple[str, float, str]]:
    """The sum of one diagnosis line by line: what, how much, source; the lines add up to its score."""
    lines = [("prior", item.log_prior, "candidates.toml")]
    lines += [(term.finding, term.weight, term.source) for term in item.terms]
    lines += [(f"limit of {group}", given, "evidence.toml") for group, given in sorted(item.limits.items())]
    return lines


def would_change(
    book: DifferentialBook, ranked: Sequence[Scored], diagnoses: Sequence[str], known: Collection[str]
) -> dict[str, list[str]]:
    """For each of some diagnoses the unmentioned findings of the images that are expected to tell most."""
    table = _likelihoods(_Key(book))
    chance_of = {item.diagnosis: item.probability for item in ranked}
    chances = np.array([chance_of[name] for name in table.diagnoses])
    places = [table.diagnoses.index(diagnosis) for diagnosis in diagnoses]
    left, doubts = _doubt_left(table, chances, places), _entropy(chances[places])
    # The findings stand in alphabetical order, which a stable sort keeps among equals.
    orders, columns = np.argsort(left, axis=0, kind="stable").T.tolist(), left.T.tolist()
    told: dict[str, list[str]] = {}
    for diagnosis, order, column, doubt in zip(diagnoses, orders, columns, doubts.tolist(), strict=True):
        telling = (table.findings[i] for i in order if column[i] < doubt and table.findings[i] not in known)
        told[diagnosis] = list(itertools.islice(telling, book.settings.would_change))
    return told


@dataclass(frozen=True)
class _Likelihoods:
    """The chance of each value of each finding of the images (rows, finding by finding) given each diagnosis."""

    diagnoses: tuple[str, ...]
    findings: tuple[str, ...]
    first_rows: tuple[int, ...]
    rows: NDArray[np.float64]


class _Key:
    """A book as a cache key, by identity."""

    def __init__(self, book: DifferentialBook) -> None:
        self.book = book

    def __hash__(self) -> int:
        return id(self.book)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.book is self.book


@functools.lru_cache(maxsize=4)
def _likelihoods(key: _Key) -> _Likelihoods:
    """Likelihood ratios made chances: every value is as likely as another before the diagnosis is known."""
    book = key.book
    values: dict[str, list[dict[str, float]]] = {}
    for row in book.evidence:
        if book.groups[row.group].imaging and "." not in row.name:
            values.setdefault(row.name, []).append({str(w.diagnosis): w.log_lr for w in row.weights})
    names = tuple(str(candidate.id) for candidate in book.candidates)
    rows: list[list[float]] = []
    first_rows: list[int] = []
    for _, told in sorted(values.items()):
        outcomes = [*told, *([{}] if len(told) == 1 else [])]
        totals = {d: math.fsum(math.exp(row.get(d, 0.0)) for row in outcomes) for d in names}
        first_rows.append(len(rows))
        rows += [[math.exp(row.get(d, 0.0)) / totals[d] for d in names] for row in outcomes]
    return _Likelihoods(names, tuple(sorted(values)), tuple(first_rows), np.array(rows))


def _doubt_left(table: _Likelihoods, chances: NDArray[np.float64], places: Sequence[int]) -> NDArray[np.float64]:
    """For each finding and diagnosis the doubt that is expected to be left once the finding is told, in nats."""
    totals = table.rows @ chances
    then = chances[places] * table.rows[:, places] / totals[:, np.newaxis]
    left = np.add.reduceat(totals[:, np.newaxis] * _entropy(then), table.first_rows, axis=0)
    return np.asarray(left.round(12))


def _entropy(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """The doubt about a yes or no, in nats."""
    inside = np.clip(chances, _SURE, 1 - _SURE)
    return -inside * np.log(inside) - (1 - inside) * np.log1p(-inside)
