"""Why: arguments for and against, and the unmentioned findings that would tell most."""

import functools
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from horad.differential.score import Scored, Term
from horad.knowledge.differential import DifferentialBook

_SHOWN = 2
Likelihoods = Mapping[str, Sequence[Mapping[str, float]]]


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


def would_change(book: DifferentialBook, ranked: Sequence[Scored], diagnosis: str, known: Collection[str]) -> list[str]:
    """The unmentioned findings of the images that are expected to tell most about one diagnosis."""
    chances = {item.diagnosis: item.probability for item in ranked}
    gains = [
        (-_gain(chances, diagnosis, outcomes), name)
        for name, outcomes in likelihoods(book).items()
        if name not in known
    ]
    return [name for gain, name in sorted(gains)[: book.settings.would_change] if gain < 0]


def likelihoods(book: DifferentialBook) -> Likelihoods:
    """For each finding of the images, the chance of each of its values given each diagnosis."""
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
    found: dict[str, list[dict[str, float]]] = {}
    for name, rows in sorted(values.items()):
        outcomes = [*rows, *([{}] if len(rows) == 1 else [])]
        totals = {d: math.fsum(math.exp(row.get(d, 0.0)) for row in outcomes) for d in names}
        found[name] = [{d: math.exp(row.get(d, 0.0)) / totals[d] for d in names} for row in outcomes]
    return found


def _gain(chances: Mapping[str, float], diagnosis: str, outcomes: Sequence[Mapping[str, float]]) -> float:
    """How much a finding is expected to lessen the doubt about one diagnosis, in nats."""
    left = 0.0
    for outcome in outcomes:
        joint = {name: chance * outcome[name] for name, chance in chances.items()}
        total = math.fsum(joint.values())
        left += total * _entropy(joint[diagnosis] / total) if total else 0.0
    return round(_entropy(chances[diagnosis]) - left, 12)


def _entropy(chance: float) -> float:
    return -math.fsum(p * math.log(p) for p in (chance, 1 - chance) if p > 0)
