"""How a result is laid out for people, whatever draws it: marked text, one row per value, notes."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from horad.records import Evidence, Finding, ReportResult, Summary

INTENDED_USE = "For research, dataset building and quality review; not a medical device."
OUT_OF_SCOPE = "This report speaks of no heterotopic ossification, bone or soft-tissue tumour, or early mimic."

# The fields of the summary in their order, as people call them; each has its own colour.
FIELDS = {
    "ho_status": "ossification",
    "sites": "site and side",
    "maturity": "maturity",
    "marrow_signal": "marrow signal",
    "neurovascular": "nerves and vessels",
    "grades": "grade",
    "features": "feature",
    "tumour": "tumour",
    "modality": "modality",
    "risk_factors": "risk factor",
    "other": "other",
}


@dataclass(frozen=True)
class Segment:
    """A stretch of the report under the same marks; the first mark is the innermost."""

    text: str
    marks: tuple[Evidence, ...] = ()

    @property
    def families(self) -> tuple[str, ...]:
        """The fields that these words speak for, innermost first."""
        return tuple(dict.fromkeys(family(mark.field) for mark in self.marks))


@dataclass(frozen=True)
class Quote:
    """Words of the report on one line, the rule that read them, and in how many places."""

    words: str
    rule: str
    times: int

    @property
    def repeated(self) -> str:
        """How often, where it is more than once."""
        return f" ×{self.times}" if self.times > 1 else ""


@dataclass(frozen=True)
class Row:
    """One value, or a list of values, of the summary, with the places it rests on."""

    family: str
    label: str
    values: tuple[str, ...]
    marks: tuple[Evidence, ...]

    @property
    def quotes(self) -> list[Quote]:
        """The words behind the value, the same words by the same rule once."""
        counts = Counter((words_of(mark.text), mark.rule) for mark in self.marks)
        return [Quote(words, rule, times) for (words, rule), times in counts.items()]


def family(field: str) -> str:
    """The colour group of an evidence field."""
    name = field.split(".", 1)[0]
    return name if name in FIELDS else "other"


def words_of(text: str) -> str:
    """Evidence words on one line."""
    return " ".join(text.split())


def segments(text: str, evidence: Iterable[Evidence]) -> Iterator[Segment]:
    """Cut the text wherever a mark begins or ends, so that overlapping marks can be drawn."""
    marks = [mark for mark in evidence if mark.start < mark.end]
    cuts = sorted({0, len(text), *(mark.start for mark in marks), *(mark.end for mark in marks)})
    for start, end in itertools.pairwise(cuts):
        over = [mark for mark in marks if mark.start <= start and end <= mark.end]
        over.sort(key=lambda mark: (mark.end - mark.start, mark.start, mark.field))
        yield Segment(text[start:end], tuple(over))


def rows(result: ReportResult) -> list[Row]:
    """One row per field, and per feature, that says something, in the order of the summary."""
    made = [_row(result, name, values) for name, values in _values(result.summary).items() if values]
    order = list(FIELDS)
    return sorted(made, key=lambda row: order.index(row.family))


def lesion_lines(finding: Finding) -> list[str]:
    """What is said of one lesion, a line per attribute; what findings and impression both say, once."""
    lines = []
    if finding.maturity:
        stage = f", Ledermann {finding.maturity.ledermann}" if finding.maturity.ledermann else ""
        lines.append(f"maturity {_plain(finding.maturity.value)} ({finding.maturity.basis}{stage})")
    if finding.marrow_signal:
        on = f" on {finding.marrow_signal.sequence}" if finding.marrow_signal.sequence else ""
        lines.append(f"marrow signal {_plain(finding.marrow_signal.value)}{on}")
    lines += [_relation_line(finding, index) for index in range(len(finding.neurovascular))]
    for grade in finding.grades:
        lines.append(f"{_plain(grade.system)} {grade.value} ({grade.basis}, {grade.when})")
    if finding.size_mm:
        lines.append("size " + " × ".join(f"{size:g}" for size in finding.size_mm) + " mm")
    if finding.change:
        lines.append(f"change {finding.change}")
    lines += [f"{_plain(name)} {value}" for name, value in finding.features.items()]
    return list(dict.fromkeys(lines))


def lesion_place(finding: Finding) -> str:
    """Side, site and compartments of a lesion in words."""
    place = " ".join(_plain(part) for part in (finding.side, finding.site) if part != "unspecified")
    place = ", ".join(part for part in (place, *map(_plain, finding.compartments)) if part)
    return place + (f" ({', '.join(finding.structures)})" if finding.structures else "")


def _relation_line(finding: Finding, index: int) -> str:
    relation = finding.neurovascular[index]
    side = f"{relation.side} " if relation.side and relation.side != "unspecified" else ""
    distance = f", {relation.distance_mm:g} mm" if relation.distance_mm is not None else ""
    denied = f", not {', '.join(_plain(name) for name in relation.denied)}" if relation.denied else ""
    return f"{_plain(relation.relation)}: {side}{relation.structure}{distance}{denied}"


def _values(summary: Summary) -> dict[str, tuple[str, ...]]:
    relation = summary.neurovascular
    structures = f": {', '.join(relation.structures)}" if relation.structures else ""
    return {
        "ho_status": _said(summary.ho_status),
        "sites": tuple(side_and_site(place.side, place.site) for place in summary.sites),
        "maturity": _said(summary.maturity),
        "marrow_signal": _said(summary.marrow_signal),
        "neurovascular": tuple(f"{value}{structures}" for value in _said(relation.relation)),
        "grades": tuple(f"{_plain(grade.system)} {grade.value}" for grade in summary.grades),
        "tumour": _said(summary.tumour),
        "modality": tuple(map(_plain, summary.modality)),
        "risk_factors": tuple(map(_plain, summary.risk_factors)),
        **{f"features.{name}": (value.value,) for name, value in summary.features.items()},
    }


def _row(result: ReportResult, field: str, values: tuple[str, ...]) -> Row:
    # Lesions that share words have a span each; the place is one.
    places = {(mark.start, mark.end, mark.rule): mark for mark in result.evidence if mark.field == field}
    group = family(field)
    label = _plain(field.split(".", 1)[1]) if group == "features" else FIELDS[group]
    return Row(group, label, values, tuple(places.values()))


def _said(value: str) -> tuple[str, ...]:
    return () if value.startswith("not_") else (_plain(value),)


def side_and_site(side: str, site: str) -> str:
    """A side and a site in words: "left hip"."""
    return " ".join(_plain(part) for part in (side, site) if part != "unspecified") or "unspecified"


def _plain(value: str) -> str:
    return value.replace("_", " ")
