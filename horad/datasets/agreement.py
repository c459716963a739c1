"""How well readers agree: Cohen's kappa of every pair and Krippendorff's alpha of all, each with its interval.

Kappa is scikit-learn's, alpha that of the ``krippendorff`` library. On a scale kappa is weighted by the square of the
distance and alpha is ordinal; everything else is nominal. Intervals are 95 % percentiles of a bootstrap that draws
whole reports, since decisions on one report hang together.
"""

import itertools
import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from horad.datasets.extra import needed
from horad.datasets.readings import FIELDS, Readings, Unit, ordered
from horad.records.record import Record

ROUNDS, SEED = 500, 1
_LEAST = 0.5  # an interval is told if this share of the rounds has a value


class Figure(Record):
    """One coefficient; none where readers used a single value, so that nothing could be agreed on by chance."""

    value: float | None
    low: float | None = None
    high: float | None = None


class PairFigures(Record):
    """Two readers: the decisions that both took, the share on which they said the same, and kappa."""

    readers: tuple[str, str]
    decisions: int
    reports: int
    same: float
    kappa: Figure


class Agreement(Record):
    """One field, one label of it, or one scale: all pairs, and alpha over all readers."""

    name: str
    is_ordinal: bool
    decisions: int
    reports: int
    alpha: Figure
    pairs: tuple[PairFigures, ...]
    labels: tuple["Agreement", ...] = ()


class AgreementReport(Record):
    """Every field of all readers."""

    readers: tuple[str, ...]
    reports: int
    rounds: int
    seed: int
    fields: tuple[Agreement, ...]


def measure(readings: Readings, rounds: int = ROUNDS, seed: int = SEED) -> AgreementReport:
    """Measure every field; the draws depend on the reports, the rounds and the seed."""
    fields = []
    for field in FIELDS:
        units = readings.units(field)
        if not units:
            continue
        labels = sorted({unit.label for unit in units} - {""})
        # Intervals of single labels would be wide and many; the figures say where to look.
        parts = [
            _measured(label, readings, [u for u in units if u.label == label], (), _Draws((), 0, 0)) for label in labels
        ]
        draws = _Draws(readings.common, rounds, seed)
        fields.append(_measured(field, readings, units, (), draws).model_copy(update={"labels": tuple(parts)}))
        for name, scale, on_scale in ordered(field, units):
            if any(value for unit in on_scale for value in unit.values):
                fields.append(_measured(f"{name} (ordered)", readings, on_scale, scale, draws))
    return AgreementReport(
        readers=readings.readers, reports=len(readings.common), rounds=rounds, seed=seed, fields=tuple(fields)
    )


class _Draws:
    """How often each report is drawn in each round."""

    def __init__(self, reports: Sequence[str], rounds: int, seed: int) -> None:
        source = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.rounds = [Counter(source.choices(reports, k=len(reports))) for _ in range(rounds)]


def _measured(name: str, readings: Readings, units: Sequence[Unit], scale: Sequence[str], draws: _Draws) -> Agreement:
    values = list(scale) or sorted({value for unit in units for value in unit.values if value is not None})
    codes = {value: number for number, value in enumerate(values)}
    shared = [unit for unit in units if sum(value is not None for value in unit.values) > 1]
    pairs = [
        _pair(one, two, readings.readers, units, codes, bool(scale), draws)
        for one, two in itertools.combinations(range(len(readings.readers)), 2)
    ]
    return Agreement(
        name=name,
        is_ordinal=bool(scale),
        decisions=len(shared),
        reports=len({unit.report for unit in shared}),
        alpha=_alpha(shared, codes, draws, is_ordinal=bool(scale)),
        pairs=tuple(pair for pair in pairs if pair is not None),
    )


def _pair(  # noqa: PLR0917 - one call, above
    one: int,
    two: int,
    readers: Sequence[str],
    units: Sequence[Unit],
    codes: dict[str, int],
    is_ordinal: bool,  # noqa: FBT001
    draws: _Draws,
) -> PairFigures | None:
    both = [(u.report, u.values[one], u.values[two]) for u in units]
    said = [(report, codes[a], codes[b]) for report, a, b in both if a is not None and b is not None]
    if not said:
        return None
    by_report: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    for report, a, b in said:
        by_report[report][a, b] += 1

    def kappa(drawn: Counter[str]) -> float | None:
        cells: Counter[tuple[int, int]] = Counter()
        for report, own in by_report.items():
            if times := drawn[report]:
                for cell, number in own.items():
                    cells[cell] += number * times
        return cohen(cells, len(codes), is_ordinal=is_ordinal)

    return PairFigures(
        readers=(readers[one], readers[two]),
        decisions=len(said),
        reports=len(by_report),
        same=sum(a == b for _, a, b in said) / len(said),
        kappa=_figure(kappa, by_report, draws),
    )


def cohen(cells: Counter[tuple[int, int]], size: int, *, is_ordinal: bool) -> float | None:
    """Cohen's kappa of counted pairs of codes; none where all say one and the same."""
    sklearn, metrics = needed("sklearn", "agreement"), needed("sklearn.metrics", "agreement")
    if len({code for cell in cells for code in cell}) < 2:
        return None
    one, two = zip(*cells, strict=True)
    with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
        value = metrics.cohen_kappa_score(
            one, two, labels=list(range(size)), weights="quadratic" if is_ordinal else None,
            sample_weight=list(cells.values()),
        )  # fmt: skip
    return float(value)


def _alpha(units: Sequence[Unit], codes: dict[str, int], draws: _Draws, *, is_ordinal: bool) -> Figure:
    numpy = needed("numpy", "agreement")
    krippendorff = needed("krippendorff", "agreement")
    table = numpy.zeros((len(units), len(codes)), dtype=int)
    for row, unit in enumerate(units):
        for value in unit.values:
            if value is not None:
                table[row, codes[value]] += 1
    rows: dict[str, list[int]] = defaultdict(list)
    for row, unit in enumerate(units):
        rows[unit.report].append(row)

    def alpha(drawn: Counter[str]) -> float | None:
        times = numpy.zeros(len(units), dtype=int)
        for report, own in rows.items():
            times[own] = drawn[report]
        chosen = numpy.repeat(table, times, axis=0)
        if (chosen.sum(axis=0) > 0).sum() < 2:
            return None
        level = "ordinal" if is_ordinal else "nominal"
        return float(krippendorff.alpha(value_counts=chosen, level_of_measurement=level))

    return _figure(alpha, rows, draws)


def _figure(coefficient: Callable[[Counter[str]], float | None], reports: Iterable[str], draws: _Draws) -> Figure:
    value = coefficient(Counter(dict.fromkeys(reports, 1)))
    if value is None:
        return Figure(value=None)
    drawn = [coefficient(drawn) for drawn in draws.rounds]
    found = sorted(one for one in drawn if one is not None and not math.isnan(one))
    if not found or len(found) < _LEAST * len(drawn):
        return Figure(value=value)
    return Figure(value=value, low=found[int(0.025 * len(found))], high=found[max(int(0.975 * len(found)) - 1, 0)])
