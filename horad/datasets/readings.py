"""Labelled files of several readers, laid side by side: for every field the units that they decided on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from horad.datasets.scales import MATURITY, RELATION, grade_scales
from horad.errors import HoradError
from horad.evaluation.gold import GoldReport, read_gold
from horad.evaluation.labels import GoldLabels, labels_of, name_of, value_of
from horad.evaluation.lines import read_lines

# A field with one value: what silence means there, and its scale.
_SINGLE: Mapping[str, tuple[str, Sequence[str]]] = {
    "ho_status": ("not_mentioned", ()),
    "maturity": ("not_stated", MATURITY),
    "marrow_signal": ("not_described", ()),
    "neurovascular": ("not_described", RELATION),
    "tumour": ("not_mentioned", ()),
    "diagnosis": ("unknown", ()),
}
_LISTED = ("sites", "grades", "features", "modality", "risk_factors")
FIELDS = (*_SINGLE, *_LISTED)
_NO, _YES, _SILENT = "no", "yes", "not_mentioned"


@dataclass(frozen=True)
class Unit:
    """One decision that every reader took: of which report, on which label, and what each of them said."""

    report: str
    label: str
    values: tuple[str | None, ...]


class Readings:
    """What each reader found in each text; a reader may not have read all."""

    def __init__(self, readers: Mapping[str, Sequence[GoldReport]]) -> None:
        """Lay the files side by side.

        Raises:
            HoradError: if there are fewer than two readers, or an id stands for two texts.
        """
        if len(readers) < 2:
            raise HoradError("agreement needs the files of two readers or more")
        self.readers = tuple(readers)
        self.texts: dict[str, str] = {}
        self._gold = [{report.id: report.gold for report in reports} for reports in readers.values()]
        for name, reports in readers.items():
            for report in reports:
                if self.texts.setdefault(report.id, report.text) != report.text:
                    raise HoradError(f"{name}: the text of {report.id!r} is not that of another reader")
        self.common = [name for name in self.texts if sum(name in gold for gold in self._gold) > 1]
        if not self.common:
            raise HoradError("no report was labelled by two readers; the files must share ids")

    def labels(self, report: str) -> tuple[GoldLabels | None, ...]:
        """The labels of every reader for a report."""
        return tuple(gold.get(report) for gold in self._gold)

    def units(self, field: str) -> list[Unit]:
        """Every decision on a field, over the reports that two or more have read.

        A field of one value is one unit a report. A list is one yes or no for each label that any reader used in any
        report; features are one unit for each feature that any of them used, with what was said of it.
        """
        if field in _SINGLE:
            return [Unit(report, "", self._each(report, field, _value)) for report in self.common]
        used = sorted({label for report in self.common for label in self._used(report, field)})
        return [self._unit(report, field, label) for report in self.common for label in used]

    def units_of(self, report: str, field: str) -> list[Unit]:
        """The decisions on one report, of a list those on labels that were used for it."""
        if field in _SINGLE:
            return [Unit(report, "", self._each(report, field, _value))]
        return [self._unit(report, field, label) for label in sorted(self._used(report, field))]

    def _used(self, report: str, field: str) -> set[str]:
        return {label for gold in self.labels(report) if gold for label in _of(gold, field)}

    def _unit(self, report: str, field: str, label: str) -> Unit:
        return Unit(report, label, tuple(self._said(gold, field, label) for gold in self.labels(report)))

    def _each(self, report: str, field: str, value: "Callable[[GoldLabels, str], str]") -> tuple[str | None, ...]:
        return tuple(
            value(gold, field) if gold and not gold.is_disputed(field) else None for gold in self.labels(report)
        )

    @staticmethod
    def _said(gold: GoldLabels | None, field: str, label: str) -> str | None:
        if gold is None or gold.is_disputed(field) or (field == "features" and gold.is_disputed(f"features.{label}")):
            return None
        said = _of(gold, field)
        return said.get(label, _SILENT if field == "features" else _NO)


def read_readings(paths: Sequence[Path]) -> Readings:
    """The files of the readers, who are called as their files.

    Raises:
        HoradError: if two files have the same name, or a file cannot be compared.
    """
    readers: dict[str, list[GoldReport]] = {}
    for path in paths:
        if path.stem in readers:
            raise HoradError(f"two files are called {path.stem}; a reader is called as the file, so rename one")
        readers[path.stem] = read_gold(read_lines(path))
    return Readings(readers)


def ordered(field: str, units: Sequence[Unit]) -> Iterator[tuple[str, tuple[str, ...], list[Unit]]]:
    """The scales of a field, each with its name, its levels, and the units in which readers gave a level.

    A value off the scale (not stated, mixed) is missing there. Of several grades of one system the highest counts.
    """
    if field in _SINGLE and (scale := _SINGLE[field][1]):
        yield field, tuple(scale), [_on(scale, unit) for unit in units]
    if field != "grades":
        return
    for system, levels in grade_scales().items():
        graded = [unit for unit in units if unit.label.startswith(f"{system} ")]
        by_report: dict[str, list[Unit]] = {}
        for unit in graded:
            by_report.setdefault(unit.report, []).append(unit)
        if by_report:
            yield f"grades.{system}", levels, [_highest(system, levels, own) for own in by_report.values()]


def _on(scale: Sequence[str], unit: Unit) -> Unit:
    return Unit(unit.report, unit.label, tuple(value if value in scale else None for value in unit.values))


def _highest(system: str, levels: Sequence[str], units: Sequence[Unit]) -> Unit:
    readers = range(len(units[0].values))
    given = [
        [
            level
            for unit in units
            if unit.values[n] == _YES and (level := unit.label.removeprefix(f"{system} ")) in levels
        ]
        for n in readers
    ]
    return Unit(units[0].report, "", tuple(max(own, key=levels.index) if own else None for own in given))


def _value(gold: GoldLabels, field: str) -> str:
    return value_of(gold, field) or _SINGLE[field][0]


def _of(gold: GoldLabels, field: str) -> dict[str, str]:
    if field == "features":
        return dict(gold.features or {})
    return {name_of(label): _YES for label in labels_of(gold, field)}
