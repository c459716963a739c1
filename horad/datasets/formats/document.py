"""One report as the tools of annotation see it: a text, marked words, and the labels of the whole."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from horad.errors import SourceError
from horad.evaluation.labels import GoldLabels
from horad.records import ReportResult, Summary
from horad.terms import Diagnosis, Feature

# The words of these fields are marked; what else is told of the patient (laboratory, symptoms, …) is not labelled.
MARKED = tuple(Summary.model_fields)
LABELS = tuple(
    label
    for name in MARKED
    for label in ([f"features.{feature}" for feature in Feature] if name == "features" else [name])
)
SILENT: Mapping[str, Any] = {**Summary().model_dump(mode="json"), "diagnosis": str(Diagnosis.UNKNOWN)}
"""The labels of a report that says nothing."""


@dataclass(frozen=True, order=True)
class Span:
    """Marked words: ``start:end`` are code points of the text as given."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Document:
    """A report with its spans, in reading order, and its labels in the form of gold."""

    id: str
    text: str
    spans: tuple[Span, ...] = ()
    labels: Mapping[str, Any] = field(default_factory=lambda: dict(SILENT))
    made_by: str = ""
    score: float | None = None


def document_of(result: ReportResult, text: str) -> Document:
    """A result as a document; its score is the probability of the leading diagnosis."""
    spans = {Span(mark.start, mark.end, mark.field) for mark in result.evidence if mark.field in LABELS}
    stamp = result.provenance
    first = _first(result)
    return Document(
        result.report_id,
        text,
        tuple(sorted(spans)),
        labels_of_result(result),
        f"horad {stamp.horad}, rules {stamp.rules_sha256[:12]}",
        first.probability if first else None,
    )


def labels_of_result(result: ReportResult) -> dict[str, Any]:
    """What a result says, in the form of gold; the diagnosis is the first of the differential."""
    first = _first(result)
    return {
        **result.summary.model_dump(mode="json"),
        "diagnosis": str(first.diagnosis) if first else SILENT["diagnosis"],
    }


def gold_lines(documents: Iterable[Document]) -> Iterator[dict[str, Any]]:
    """Documents as the labelled reports that ``horad evaluate`` reads, their spans beside the labels.

    Raises:
        SourceError: if a document's labels are none, a span lies outside its text, or an id stands twice.
    """
    seen: set[str] = set()
    for document in documents:
        if document.id in seen:
            raise SourceError(f"the id {document.id!r} stands twice; gold needs one of each")
        seen.add(document.id)
        if any(not 0 <= span.start < span.end <= len(document.text) for span in document.spans):
            raise SourceError(f"report {document.id!r}: a span lies outside the text; was the text changed?")
        try:
            GoldLabels.model_validate(document.labels)
        except ValidationError as error:
            place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
            raise SourceError(f"report {document.id!r}: the label {place!r} is not of the right kind") from None
        spans = [
            {"start": span.start, "end": span.end, "text": document.text[span.start : span.end], "label": span.label}
            for span in document.spans
        ]
        yield {"id": document.id, "text": document.text, "gold": dict(document.labels), "spans": spans}


def _first(result: ReportResult) -> Any:
    return min(result.differential, key=lambda candidate: candidate.rank, default=None)
