"""Whether the probabilities of the differential mean what they say."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from horad.evaluation.cases import Case
from horad.evaluation.intervals import ROUNDS, SEED
from horad.evaluation.labels import SILENT
from horad.evaluation.scores import owes_diagnosis
from horad.records import Record

BINS = 10
SPECIFICITIES = (0.9, 0.95)
# The families of candidates that count as a tumour.
TUMOUR_FAMILIES = frozenset({"malignant", "benign_tumour"})
_THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))
_TOP = 3


@dataclass(frozen=True)
class Judged:
    """The probabilities given to one report, best first, and the diagnosis of its label."""

    id: str
    chances: Mapping[str, float]
    gold: str

    @property
    def confidence(self) -> float:
        """The probability of the first diagnosis."""
        return next(iter(self.chances.values()))

    @property
    def is_right(self) -> bool:
        """Whether the first diagnosis is that of the label."""
        return next(iter(self.chances)) == self.gold


class Bin(Record):
    """Reports whose first probability lies from ``low`` to ``high``: its mean, and how often it was right."""

    low: float
    high: float
    n: int
    confidence: float | None
    accuracy: float | None


class Operating(Record):
    """The lowest threshold at which a specificity is kept, and what it finds."""

    wanted: float
    threshold: float | None
    sensitivity: float | None
    specificity: float | None


class CurvePoint(Record):
    """A tumour called above a threshold: what is found, and the net benefit (Vickers and Elkin 2006)."""

    threshold: float
    sensitivity: float | None
    specificity: float | None
    net_benefit: float


class TumourAbove(Record):
    """Calling a tumour where the probabilities of all tumours together reach a threshold."""

    tumours: int
    others: int
    operating: tuple[Operating, ...]
    curve: tuple[CurvePoint, ...]


class Spread(Record):
    """Errors of the probabilities; ``ci`` is the 95 % bootstrap interval of the calibration error."""

    n: int
    ece: float
    ci: tuple[float, float]
    brier: float
    bins: tuple[Bin, ...]


class Calibration(Record):
    """All of it; ``silent`` reports have a diagnosis but no differential, and count as wrong in top 1 and 3."""

    n: int
    silent: int
    top1: float | None
    top3: float | None
    as_given: Spread
    tumour: TumourAbove


def judged(cases: Sequence[Case]) -> list[Judged]:
    """The reports that owe a ranked diagnosis and were given a differential."""
    return [
        Judged(case.id, {c.diagnosis: c.probability for c in case.answer.differential}, str(case.gold.diagnosis))
        for case in cases
        if owes_diagnosis(case) and case.answer.differential
    ]


def calibrate(cases: Sequence[Case], tumours: Collection[str]) -> Calibration:
    """Measure the probabilities of the answers; ``tumours`` are the diagnoses that count as one."""
    items = judged(cases)
    owed = sum(owes_diagnosis(case) for case in cases)
    return Calibration(
        n=owed,
        silent=owed - len(items),
        top1=_share(sum(item.is_right for item in items), owed),
        top3=_share(sum(item.gold in list(item.chances)[:_TOP] for item in items), owed),
        as_given=spread(items),
        tumour=tumour_above(cases, tumours),
    )


def spread(items: Sequence[Judged], rounds: int = ROUNDS, seed: int = SEED) -> Spread:
    """Expected calibration error over equal-width bins with its interval, Brier score over all candidates, bins."""
    source = random.Random(seed)  # noqa: S311 - repeatable, not secret
    drawn = sorted(calibration_error(source.choices(items, k=len(items))) for _ in range(rounds if items else 0))
    low, high = (drawn[int(0.025 * rounds)], drawn[int(0.975 * rounds) - 1]) if drawn else (0.0, 0.0)
    return Spread(
        n=len(items),
        ece=round(calibration_error(items), 4),
        ci=(round(low, 3), round(high, 3)),
        brier=round(brier(items), 4),
        bins=tuple(_bin(place, group) for place, group in enumerate(_binned(items))),
    )


def calibration_error(items: Sequence[Judged]) -> float:
    """The mean gap between the first probability and how often it is right (Guo 2017)."""
    gaps = (abs(sum(item.confidence - item.is_right for item in group)) for group in _binned(items))
    return sum(gaps) / len(items) if items else 0.0


def brier(items: Sequence[Judged]) -> float:
    """The mean squared error over all candidates (Brier 1950); 0 is perfect, 2 the worst."""
    return sum(_squares(item) for item in items) / len(items) if items else 0.0


def tumour_above(cases: Sequence[Case], tumours: Collection[str]) -> TumourAbove:
    """Sensitivity, specificity and net benefit of calling a tumour above a probability."""
    named = [case for case in cases if case.gold.diagnosis not in SILENT and not case.gold.is_disputed("diagnosis")]
    sums = [(_tumour_chance(case, tumours), case.gold.diagnosis in tumours) for case in named]
    with_tumour = sorted(chance for chance, is_tumour in sums if is_tumour)
    without = sorted(chance for chance, is_tumour in sums if not is_tumour)
    return TumourAbove(
        tumours=len(with_tumour),
        others=len(without),
        operating=tuple(_operating(with_tumour, without, wanted) for wanted in SPECIFICITIES),
        curve=tuple(_point(with_tumour, without, threshold) for threshold in _THRESHOLDS),
    )


def _tumour_chance(case: Case, tumours: Collection[str]) -> float:
    return sum(c.probability for c in case.answer.differential or () if c.diagnosis in tumours)


def _operating(with_tumour: Sequence[float], without: Sequence[float], wanted: float) -> Operating:
    for threshold in sorted({*with_tumour, *without}):
        point = _point(with_tumour, without, threshold)
        if threshold > 0 and point.specificity is not None and point.specificity >= wanted:
            return Operating(
                wanted=wanted,
                threshold=round(threshold, 4),
                sensitivity=point.sensitivity,
                specificity=point.specificity,
            )
    return Operating(wanted=wanted, threshold=None, sensitivity=None, specificity=None)


def _point(with_tumour: Sequence[float], without: Sequence[float], threshold: float) -> CurvePoint:
    hit = sum(chance >= threshold for chance in with_tumour)
    wrong = sum(chance >= threshold for chance in without)
    everyone = len(with_tumour) + len(without)
    odds = threshold / (1 - threshold) if threshold < 1 else float("inf")
    benefit = (hit - (wrong * odds if wrong else 0.0)) / everyone if everyone else 0.0
    return CurvePoint(
        threshold=round(threshold, 4),
        sensitivity=_share(hit, len(with_tumour)),
        specificity=_share(len(without) - wrong, len(without)),
        net_benefit=round(max(benefit, -1.0), 4),
    )


def _binned(items: Sequence[Judged]) -> list[list[Judged]]:
    groups: list[list[Judged]] = [[] for _ in range(BINS)]
    for item in items:
        groups[min(int(item.confidence * BINS), BINS - 1)].append(item)
    return groups


def _bin(place: int, group: Sequence[Judged]) -> Bin:
    return Bin(
        low=place / BINS,
        high=(place + 1) / BINS,
        n=len(group),
        confidence=_share(sum(item.confidence for item in group), len(group)),
        accuracy=_share(sum(item.is_right for item in group), len(group)),
    )


def _squares(item: Judged) -> float:
    named = {item.gold: 0.0, **item.chances}
    return sum((chance - (name == item.gold)) ** 2 for name, chance in named.items())


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
