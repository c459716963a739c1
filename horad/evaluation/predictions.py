"""Answers to score: result lines from a file, or horad's own reading of the gold texts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from horad.errors import RecordError, SourceError
from horad.evaluation.gold import GoldReport
from horad.evaluation.labels import Labels
from horad.evaluation.lines import Line
from horad.records import ReportResult
from horad.run.many import read_many


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class Span(_Part):
    """Words that an answer rests on. Offsets may be wrong: that is one of the things scored."""

    start: int
    end: int
    text: str
    field: str
    rule: str = ""


class Argument(_Part):
    """What speaks for a candidate, by index of its spans."""

    finding: str = ""
    evidence: tuple[int, ...] = ()


class Candidate(_Part):
    """One diagnosis of the differential."""

    diagnosis: str
    probability: float = 0.0
    supporting: tuple[Argument, ...] = ()


class Stamp(_Part):
    """What made the answer."""

    horad: str = ""
    rules_sha256: str = ""


class Prediction(_Part):
    """The answer to one report, as much of it as is scored."""

    report_id: str
    summary: Labels | None = None
    differential: tuple[Candidate, ...] | None = None
    evidence: tuple[Span, ...] | None = None
    provenance: Stamp | None = None

    @property
    def labels(self) -> Labels:
        """The summary; an empty one where there is none."""
        return self.summary or Labels()

    @property
    def spans(self) -> tuple[Span, ...]:
        """The evidence."""
        return self.evidence or ()

    @property
    def diagnoses(self) -> list[str]:
        """The differential, best first."""
        return [candidate.diagnosis for candidate in self.differential or ()]

    def spans_at(self, indexes: Iterable[int]) -> tuple[Span, ...]:
        """The spans that an argument refers to."""
        return tuple(self.spans[index] for index in indexes if 0 <= index < len(self.spans))


def read_predictions(lines: Iterable[Line]) -> list[Prediction]:
    """Every answer.

    Raises:
        SourceError: if a line is no result, or a report was answered twice.
    """
    answers: dict[str, Prediction] = {}
    places: dict[str, str] = {}
    for line in lines:
        answer = line.read_as(Prediction)
        if answer.report_id in answers:
            first = places[answer.report_id]
            raise SourceError(f"{line.place}: the report_id {answer.report_id!r} stands twice, first in {first}")
        answers[answer.report_id] = answer
        places[answer.report_id] = line.place
    return list(answers.values())


def read_texts(
    gold: Sequence[GoldReport], tick: Callable[[int], None] = lambda _: None, *, findings_only: bool = False
) -> list[Prediction]:
    """Read the gold texts with horad; the rules see id and text, nothing else.

    Raises:
        SourceError: naming the id of a text that cannot be read.
    """
    predictions: list[Prediction] = []
    results: Iterator[ReportResult] = read_many(_unlabelled(gold), findings_only=findings_only)
    while len(predictions) < len(gold):
        try:
            result = next(results)
        except RecordError as error:
            reason = str(error).partition(": ")[2]
            raise SourceError(f"gold text {gold[len(predictions)].id!r}: {reason}") from None
        predictions.append(Prediction.model_validate(result.model_dump(mode="json")))
        tick(len(predictions))
    return predictions


def _unlabelled(gold: Iterable[GoldReport]) -> Iterator[Mapping[str, Any]]:
    for report in gold:
        yield {"id": report.id, "text": report.text}
