"""Why: arguments for and against, and the unmentioned findings that would tell most."""

import functools
import math
import operator
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from horad.differential.score import Scored, Term
from horad.knowledge.differential import DifferentialBook

_SHOWN = 2
Likelihoods = Mapping[str, Sequence[Sequence[float]]]


def arguments(terms: Sequence[Term], *, supporting: bool) -> list[dict[str, Any]]:
    """The terms of one sign, the heaviest first."""
    chosen = [term for term in terms if (term.weight > 0) == supporting and round(term.weight, _SHOWN)]
    chosen.sort(key=lambda term: (-abs(term.weight), term.finding))
    return [
        {
            "finding": term.finding,
            "weight": round(term.weight, _SHOWN),
            "source": term.source,
            "evidence": list(term.evidence),
        }
        for term in chosen
    ]


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
    names = [str(candidate.id) for candidate in book.candidates]
    chance_of = {item.diagnosis: item.probability for item in ranked}
    chances = [chance_of[name] for name in names]
    places = [names.index(diagnosis) for diagnosis in diagnoses]
    gains: list[list[tuple[float, str]]] = [[] for _ in places]
    for finding, outcomes in likelihoods(book).items():
        if finding not in known:
            for found, left in zip(gains, _doubt_left(chances, outcomes, places), strict=True):
                found.append((left, finding))
    return {
        diagnosis: [finding for left, finding in sorted(found)[: book.settings.would_change] if left < doubt]
        for diagnosis, found, doubt in zip(diagnoses, gains, (_entropy(chances[i]) for i in places), strict=True)
    }


def likelihoods(book: DifferentialBook) -> Likelihoods:
    """For each finding of the images, the chance of each of its values given each diagnosis, in the table's order."""
    return _likelihoods(_Key(book))


class _Key:
    """A book as a cache key, by identity."""

    def __init__(self, book: DifferentialBook) -> None:
        self.book = book

    def __hash__(self) -> int:
        return id(self.book)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.book is self.book


@functools.lru_cache(maxsize=4)
def _likelihoods(key: _Key) -> Likelihoods:
    """Likelihood ratios made chances: every value is as likely as another before the diagnosis is known."""
    book = key.book
    values: dict[str, list[dict[str, float]]] = {}
    for row in book.evidence:
        if book.groups[row.group].imaging and "." not in row.name:
            values.setdefault(row.name, []).append({str(w.diagnosis): w.log_lr for w in row.weights})
    names = [str(candidate.id) for candidate in book.candidates]
    found: dict[str, tuple[tuple[float, ...], ...]] = {}
    for name, rows in sorted(values.items()):
        outcomes = [*rows, *([{}] if len(rows) == 1 else [])]
        totals = {d: math.fsum(math.exp(row.get(d, 0.0)) for row in outcomes) for d in names}
        found[name] = tuple(tuple(math.exp(row.get(d, 0.0)) / totals[d] for d in names) for row in outcomes)
    return found


def _doubt_left(chances: Sequence[float], outcomes: Sequence[Sequence[float]], places: Sequence[int]) -> list[float]:
    """The doubt about each diagnosis that is expected to be left once the finding is told, in nats."""
    left = [0.0] * len(places)
    for outcome in outcomes:
        total = math.fsum(map(operator.mul, chances, outcome))
        for i, place in enumerate(places):
            left[i] += total * _entropy(chances[place] * outcome[place] / total)
    return [round(doubt, 12) for doubt in left]


def _entropy(chance: float) -> float:
    """The doubt about a yes or no, in nats."""
    if not 0 < chance < 1:
        return 0.0
    return -chance * math.log(chance) - (1 - chance) * math.log1p(-chance)
