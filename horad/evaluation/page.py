"""The evaluation as one HTML page: no script, nothing from elsewhere, all text escaped."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from horad.evaluation.cases import Case
from horad.evaluation.confusion import Confusion
from horad.evaluation.errors import FieldError, list_errors, marked
from horad.evaluation.report import Evaluation
from horad.evaluation.scores import LabelCounts, LabelScore, Score
from horad.writers import layout

_TEMPLATE = Path(__file__).with_name("page.html")
# ho_detect and site_only look at the same errors as ho_status and sites.
_LISTED_ANYWAY = (*[name for name in layout.FIELDS if name != "other"], "evidence_offsets", "evidence_missing")


@dataclass(frozen=True)
class _ScoreRow:
    """One line of the score table; positions on its axis, which runs from ``start`` to 1, are percentages."""

    name: str
    score: Score
    labels: tuple[LabelCounts, ...]
    errors: tuple[FieldError, ...]
    demanded: float | None
    start: float

    @property
    def is_measured(self) -> bool:
        """Whether there was anything to get right or wrong."""
        return self.score.n > 0 or any(counts.wrong for counts in self.labels)

    @property
    def band(self) -> tuple[float, float] | None:
        """Where the interval starts, and how wide it is."""
        if not isinstance(self.score, LabelScore):
            return None
        low, high = map(self.place, self.score.ci)
        return low, round(high - low, 1)

    def place(self, share: float) -> float:
        """Where a share stands on the axis."""
        return round(100 * (share - self.start) / (1 - self.start), 1)

    @property
    def is_short(self) -> bool:
        """Whether more was demanded."""
        return self.demanded is not None and self.score.f1 < self.demanded


@dataclass(frozen=True)
class _WrongReport:
    """One report with all its errors, its deciding words marked."""

    id: str
    pieces: tuple[layout.Segment, ...]
    errors: tuple[FieldError, ...]


@dataclass(frozen=True)
class _Cell:
    """A count of the confusion and its share of the row, as a percentage of ink."""

    count: int
    ink: int
    is_right: bool


def page(evaluation: Evaluation, cases: Sequence[Case], minimums: Mapping[str, float] | None = None) -> str:
    """Scores, confusion and labels; the errors that were listed, or those of every field if none were."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["plain"] = lambda value: str(value).replace("_", " ")
    errors = evaluation.errors or _all_errors(cases)
    return environment.from_string(_TEMPLATE.read_text("utf-8")).render(
        evaluation=evaluation,
        axis_start=evaluation.axis_start(minimums or {}),
        rows=list(_score_rows(evaluation, errors, minimums or {})),
        matrices=[(field, _cells(confusion.seen())) for field, confusion in evaluation.confusion.items()],
        wrong_reports=list(_wrong_reports(cases, errors)),
        intended_use=layout.INTENDED_USE,
        family=layout.family,
        words_of=layout.words_of,
    )


def _all_errors(cases: Sequence[Case]) -> dict[str, tuple[FieldError, ...]]:
    fields = [*_LISTED_ANYWAY]
    if any(case.answer.differential for case in cases):
        fields.append("diagnosis_top1")
    return {field: tuple(list_errors(cases, field)) for field in fields}


def _score_rows(
    evaluation: Evaluation, errors: Mapping[str, tuple[FieldError, ...]], minimums: Mapping[str, float]
) -> Iterator[_ScoreRow]:
    start = evaluation.axis_start(minimums)
    for name, score in evaluation.scores.items():
        labels = evaluation.labels.get(name, ())
        yield _ScoreRow(name, score, labels, errors.get(name, ()), minimums.get(name), start)


def _cells(confusion: Confusion) -> list[tuple[str, list[_Cell]]]:
    return [
        (name, [_Cell(count, _ink(count, sum(row)), column == place) for column, count in enumerate(row)])
        for place, (name, row) in enumerate(zip(confusion.classes, confusion.counts, strict=True))
    ]


def _ink(count: int, whole: int) -> int:
    """A share that can be seen even where it is small."""
    return round(14 + 66 * count / whole) if count else 0


def _wrong_reports(cases: Iterable[Case], errors: Mapping[str, tuple[FieldError, ...]]) -> Iterator[_WrongReport]:
    by_id: dict[str, list[FieldError]] = {}
    for error in (error for listed in errors.values() for error in listed):
        by_id.setdefault(error.id, []).append(error)
    for case in cases:
        if case.id in by_id:
            yield _WrongReport(case.id, marked(case.text, by_id[case.id]), tuple(by_id[case.id]))
