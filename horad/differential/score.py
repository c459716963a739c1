"""From observations to probabilities: log odds are summed, correlated findings are limited together."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from horad.differential.evidence import Observation
from horad.knowledge.differential import Cohort, DifferentialBook, EvidenceRow

STATED_GROUP = "stated"
KIN = "stated_by_report=kin"


class Term(NamedTuple):
    """One weight in the sum of one diagnosis."""

    finding: str
    group: str
    weight: float
    source: str
    grade: str
    evidence: tuple[int, ...] = ()


class Scored(NamedTuple):
    """One diagnosis: its prior and terms, what the limits of groups give back, its score and probability.

    The score is the plain sum: log prior + weights + limits.
    """

    diagnosis: str
    log_prior: float
    terms: tuple[Term, ...]
    limits: Mapping[str, float]
    score: float
    probability: float


Terms = Mapping[str, Sequence[Term]]


def cohort_of(book: DifferentialBook, seen: Sequence[Observation]) -> Cohort:
    """The first cohort of the table that the patient belongs to."""
    keys = {observation.key for observation in seen if not observation.hedged}
    return next(cohort for cohort in book.cohorts if _belongs(cohort, keys))


def _belongs(cohort: Cohort, keys: set[str]) -> bool:
    every = all(_among(wanted, keys) for wanted in cohort.all_of)
    return every and (not cohort.any_of or any(_among(wanted, keys) for wanted in cohort.any_of))


def _among(wanted: str, keys: set[str]) -> bool:
    if wanted.endswith("*"):
        return any(key.startswith(wanted[:-1]) for key in keys)
    return wanted in keys


def rows_for(book: DifferentialBook, seen: Observation) -> list[EvidenceRow]:
    """The table's rows that the observation meets."""
    rows = book.by_finding.get(seen.key, ())
    if seen.number is None:
        return list(rows)
    return [row for row in rows if all(_holds(row, number) for number in (seen.number, *seen.interval))]


def _holds(row: EvidenceRow, number: float) -> bool:
    above = row.at_least is None or number >= row.at_least
    return above and (row.below is None or number < row.below)


def terms_of(book: DifferentialBook, seen: Iterable[Observation]) -> dict[str, list[Term]]:
    """The weights of all observations, by diagnosis; what is only possible counts in part."""
    found: dict[str, list[Term]] = {name: [] for name in book.names}
    for observation in seen:
        share = book.settings.hedged if observation.hedged else 1.0
        for row in rows_for(book, observation):
            label = row.label.replace("=present", "=possible") if observation.hedged else row.label
            group, evidence = row.group, observation.evidence
            for weight in row.weights:
                term = Term(label, group, weight.log_lr * share, weight.source, weight.grade, evidence)
                found[weight.diagnosis].append(term)
    return found


def score(book: DifferentialBook, cohort: str, terms: Terms) -> list[Scored]:
    """All candidates, the most probable first; ties in the table's order."""
    priors = book.log_priors[cohort]
    limits = _limits(book, terms)
    sums = {
        name: math.fsum((priors[name], *[t.weight for t in terms.get(name, ())], *limits[name].values()))
        for name in book.names
    }
    named = {name for name, some in terms.items() if any(t.group == STATED_GROUP and t.finding != KIN for t in some)}
    chances = _chances(book, cohort, sums, named)
    scored = [
        Scored(name, priors[name], tuple(terms.get(name, ())), limits[name], sums[name], chances[name])
        for name in book.names
    ]
    return sorted(scored, key=lambda item: -item.probability)


class _Share:
    """What one group's findings weigh: each for the diagnosis that it fits best, and all for each diagnosis."""

    def __init__(self) -> None:
        self.best: dict[str, float] = {}
        self.sums: dict[str, list[float]] = {}


def _limits(book: DifferentialBook, terms: Terms) -> dict[str, dict[str, float]]:
    """What is given back to a diagnosis where a group would part it further from the best-fitting than its cap.

    Each finding's weights are taken against the diagnosis it fits best. So the findings of a group, however
    many, part no two diagnoses by more than the cap, and one more finding never harms what it fits best.
    """
    shares: dict[str, _Share] = defaultdict(_Share)
    for name, told in terms.items():
        for finding, group, weight, *_ in told:
            share = shares[group]
            share.best[finding] = max(share.best.get(finding, 0.0), weight)
            share.sums.setdefault(name, []).append(weight)
    given: dict[str, dict[str, float]] = {name: {} for name in book.names}
    for group, share in shares.items():
        top, cap = math.fsum(share.best.values()), _cap(book, group)
        if cap == math.inf:
            continue
        for name in book.names if top > cap else share.sums:
            back = -cap - (math.fsum(share.sums.get(name, ())) - top)
            if back > 0:
                given[name][group] = back
    return given


def _cap(book: DifferentialBook, group: str) -> float:
    """The group's cap; the report's own names are not one fact told twice, and have none."""
    return math.inf if group == STATED_GROUP else book.groups[group].cap


def _chances(
    book: DifferentialBook, cohort: str, sums: Mapping[str, float], named: Collection[str]
) -> dict[str, float]:
    """Softmax of the sums; where something was read wrongly only the prior and the report's names are left."""
    settings = book.settings
    left = {
        name: candidate.prior[cohort].value * (settings.named if name in named else 1.0)
        for name, candidate in zip(book.names, book.candidates, strict=True)
    }
    total = math.fsum(left.values())
    weighed = _softmax(sums, settings.temperature)
    return {name: (1 - settings.lapse) * weighed[name] + settings.lapse * left[name] / total for name in sums}


def _softmax(sums: Mapping[str, float], temperature: float) -> dict[str, float]:
    top = max(sums.values())
    grown = {name: math.exp((value - top) / temperature) for name, value in sums.items()}
    total = math.fsum(grown.values())
    return {name: value / total for name, value in grown.items()}


def rounded(chances: Sequence[float], digits: int) -> list[float]:
    """The probabilities, rounded so that they still sum to 1 (the largest remainders go up)."""
    unit = 10**digits
    parts = [chance * unit for chance in chances]
    whole = [math.floor(part) for part in parts]
    missing = unit - sum(whole)
    for index in sorted(range(len(parts)), key=lambda i: (whole[i] - parts[i], i))[:missing]:
        whole[index] += 1
    return [count / unit for count in whole]
