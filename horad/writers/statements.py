"""A result as coded statements: the one projection that the standards' writers share.

A statement says one thing by one name: a value of a closed vocabulary, a text, or a number in millimetres. What
belongs to it (the structure of a relation, the basis of a grade) are its parts; ``words`` are the words of the report
behind it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from horad.records import Finding, Grade, NerveVesselRelation, ReportResult, SummaryGrade
from horad.terms import HoStatus, MarrowSignal, Maturity, Relation, Tumour
from horad.writers.layout import words_of

FIELD, FEATURE = "field", "feature"
REPORT = "report"

# Control characters have no place in a field of any standard.
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)))


@dataclass(frozen=True)
class Statement:
    """One name and its value; ``vocabulary`` is that of a coded value, None for a text or a number."""

    name: str
    value: str | float
    vocabulary: str | None = None
    words: tuple[str, ...] = ()
    parts: tuple["Statement", ...] = ()
    names: str = FIELD


@dataclass(frozen=True)
class Subject:
    """What statements are made of: the report as a whole, or one lesion of it."""

    id: str
    statements: tuple[Statement, ...]
    finding: Finding | None = None


def subjects(result: ReportResult) -> list[Subject]:
    """The report, then its lesions."""
    lesions = [Subject(finding.id, tuple(_of_finding(result, finding)), finding) for finding in result.findings]
    return [Subject(REPORT, tuple(_of_report(result))), *lesions]


def plain(text: str) -> str:
    """A text on one line, without control characters."""
    return words_of(text).translate(_CONTROLS)


def says_something(result: ReportResult) -> bool:
    """Whether a report mentions anything that belongs into a patient's record."""
    silent = (HoStatus.NOT_MENTIONED, Tumour.NOT_MENTIONED)
    return (result.summary.ho_status, result.summary.tumour) != silent or bool(result.findings)


def _of_report(result: ReportResult) -> Iterator[Statement]:
    summary, words = result.summary, _Words(result, None)
    yield Statement("ho_status", summary.ho_status, "ho_status", words("ho_status"))
    for place in summary.sites:
        yield Statement("site", place.site, "site", words("sites"), (Statement("side", place.side, "side"),))
    if summary.maturity != Maturity.NOT_STATED:
        yield Statement("maturity", summary.maturity, "maturity", words("maturity"))
    if summary.marrow_signal != MarrowSignal.NOT_DESCRIBED:
        yield Statement("marrow_signal", summary.marrow_signal, "marrow_signal", words("marrow_signal"))
    if summary.neurovascular.relation != Relation.NOT_DESCRIBED:
        near = tuple(Statement("neighbour", plain(structure)) for structure in summary.neurovascular.structures)
        yield Statement("relation", summary.neurovascular.relation, "relation", words("neurovascular"), near)
    for grade in summary.grades:
        yield _grade(grade, words("grades"))
    for feature, presence in summary.features.items():
        yield Statement(feature, presence, "presence", words(f"features.{feature}"), names=FEATURE)
    yield Statement("tumour", summary.tumour, "tumour", words("tumour"))
    for modality in summary.modality:
        yield Statement("modality", modality, "modality", words("modality"))
    for factor in summary.risk_factors:
        yield Statement("risk_factor", factor, "risk_factor", words("risk_factors"))
    yield Statement("report_status", result.report_status, "report_status")
    for alert in result.alerts:
        quotes = (plain(result.evidence[index].text) for index in alert.evidence)
        yield Statement("alert", plain(alert.message), words=tuple(dict.fromkeys(quotes)))


def _of_finding(result: ReportResult, finding: Finding) -> Iterator[Statement]:
    words = _Words(result, finding)
    yield Statement("assertion", finding.assertion, "assertion", words("ho_status", "tumour"))
    for compartment in finding.compartments:
        yield Statement("compartment", compartment, "compartment", words("compartments"))
    for structure in finding.structures:
        yield Statement("structure", plain(structure), words=words("structures"))
    yield from _of_bone(finding, words)
    for relation in finding.neurovascular:
        yield _relation(relation, words("neurovascular"))
    for grade in finding.grades:
        yield _grade(grade, words("grades"))
    for size in finding.size_mm:
        yield Statement("size", size, words=words("size_mm"))
    if finding.change:
        yield Statement("change", finding.change, "change", words("change"))
    for feature, presence in finding.features.items():
        yield Statement(feature, presence, "presence", words(f"features.{feature}"), names=FEATURE)


def _of_bone(finding: Finding, words: "_Words") -> Iterator[Statement]:
    if finding.maturity:
        parts = [Statement("maturity_basis", finding.maturity.basis, "basis")]
        if finding.maturity.ledermann is not None:
            parts.append(Statement("ledermann", str(finding.maturity.ledermann)))
        yield Statement("maturity", finding.maturity.value, "maturity", words("maturity"), tuple(parts))
    if finding.marrow_signal:
        sequence = finding.marrow_signal.sequence
        on = () if sequence is None else (Statement("sequence", plain(sequence)),)
        yield Statement("marrow_signal", finding.marrow_signal.value, "marrow_signal", words("marrow_signal"), on)


def _relation(relation: NerveVesselRelation, words: tuple[str, ...]) -> Statement:
    parts = [Statement("neighbour", plain(relation.structure))]
    if relation.side:
        parts.append(Statement("side", relation.side, "side"))
    parts += [Statement("denied_relation", denied, "relation") for denied in relation.denied]
    if relation.distance_mm is not None:
        parts.append(Statement("distance", relation.distance_mm))
    return Statement("relation", relation.relation, "relation", words, tuple(parts))


def _grade(grade: Grade | SummaryGrade, words: tuple[str, ...]) -> Statement:
    parts = [Statement("grade", plain(grade.value))]
    if isinstance(grade, Grade):
        parts += [Statement("grade_basis", grade.basis, "basis"), Statement("grade_when", grade.when, "when")]
    return Statement("grading_system", grade.system, "grade_system", words, tuple(parts))


class _Words:
    """The words behind a field, of the report or of one lesion, each once."""

    def __init__(self, result: ReportResult, finding: Finding | None) -> None:
        spans: Iterable[int] = range(len(result.evidence)) if finding is None else finding.evidence
        self._spans = [result.evidence[index] for index in spans]

    def __call__(self, *fields: str) -> tuple[str, ...]:
        asked = {name for field in fields for name in (field, f"{field}.inferred")}
        return tuple(dict.fromkeys(plain(span.text) for span in self._spans if span.field in asked))
