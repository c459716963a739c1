"""Every error with what was wanted, what was given, and the words and rules that decided."""

from collections.abc import Iterable, Sequence

from horad.evaluation.cases import Case
from horad.evaluation.labels import BEHIND, FIELDS, Label, compared, name_of
from horad.evaluation.predictions import Span
from horad.evaluation.scores import bare_fields, is_ranked, owes_diagnosis, wrong_spans
from horad.records import Evidence, Record
from horad.terms import Section
from horad.writers import layout

# What can be asked for: every score, and ``diagnosis`` for its first place.
LISTED = (
    *FIELDS,
    "ho_status_exact",
    "diagnosis",
    "diagnosis_top1",
    "diagnosis_top3",
    "evidence_offsets",
    "evidence_missing",
)
_SHOWN_DIAGNOSES = 3


class DecidingSpan(Record):
    """Words of the report and the rule that read them."""

    field: str
    rule: str
    start: int
    end: int
    text: str


class FieldError(Record):
    """One report wrong in one field; ``deciding`` is empty where no rule found any words."""

    id: str
    field: str
    gold: tuple[str, ...]
    predicted: tuple[str, ...]
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    deciding: tuple[DecidingSpan, ...]


def list_errors(cases: Sequence[Case], field: str) -> list[FieldError]:
    """The reports that cost the score of this field something, in the order of the gold."""
    found = (_error(case, field) for case in cases)
    return [error for error in found if error]


def marked(text: str, errors: Iterable[FieldError]) -> tuple[layout.Segment, ...]:
    """The text cut at its deciding words; spans whose offsets do not lead to their words are left out."""
    spans = {span for error in errors for span in error.deciding}
    ordered = sorted(spans, key=lambda span: (span.start, span.end, span.field, span.rule))
    return tuple(layout.segments(text, [_evidence(span) for span in ordered if _stands_in(span, text)]))


def _error(case: Case, field: str) -> FieldError | None:
    match field:
        case "diagnosis" | "diagnosis_top1":
            return _diagnosis_error(case, field, 1)
        case "diagnosis_top3":
            return _diagnosis_error(case, field, 3)
        case "evidence_offsets":
            return _offset_error(case)
        case "evidence_missing":
            bare = tuple(bare_fields(case))
            return _made(case, field, ((), bare), ()) if bare else None
        case "ho_status_exact":
            return _label_error(case, "ho_status", field)
    return _label_error(case, field, field)


def _label_error(case: Case, field: str, name: str) -> FieldError | None:
    if not case.gold.owes(field):
        return None
    wanted, given = compared(case.gold, case.answer.labels, field)
    if wanted == given:
        return None
    behind = BEHIND.get(field, field)
    fields = {f"features.{label[0]}" for label in wanted ^ given} if field == "features" else {behind}
    spans = [span for span in case.answer.spans if span.field in fields]
    return _made(case, name, (_names(wanted), _names(given)), spans)


def _diagnosis_error(case: Case, field: str, top: int) -> FieldError | None:
    if not owes_diagnosis(case) or is_ranked(case, top):
        return None
    gold, given = str(case.gold.diagnosis), tuple(case.answer.diagnoses)
    first = (case.answer.differential or ())[:1]
    indexes = {index for candidate in first for argument in candidate.supporting for index in argument.evidence}
    error = _made(case, field, ((gold,), given[:_SHOWN_DIAGNOSES]), case.answer.spans_at(sorted(indexes)))
    return error.model_copy(update={"missed": (gold,), "wrong": given[:top]})


def _offset_error(case: Case) -> FieldError | None:
    spans = wrong_spans(case)
    if not spans:
        return None
    places = tuple(f"{span.field} {span.start}–{span.end}" for span in spans)
    return _made(case, "evidence_offsets", ((), places), spans)


def _made(case: Case, field: str, sides: tuple[tuple[str, ...], tuple[str, ...]], spans: Sequence[Span]) -> FieldError:
    wanted, given = sides
    ordered = sorted(spans, key=lambda span: (span.start, span.end, span.field, span.rule))
    return FieldError(
        id=case.id,
        field=field,
        gold=wanted,
        predicted=given,
        missed=tuple(name for name in wanted if name not in given),
        wrong=tuple(name for name in given if name not in wanted),
        deciding=tuple(DecidingSpan(**span.model_dump(include=set(DecidingSpan.model_fields))) for span in ordered),
    )


def _names(labels: frozenset[Label]) -> tuple[str, ...]:
    return tuple(name_of(label) for label in sorted(labels))


def _stands_in(span: DecidingSpan, text: str) -> bool:
    return 0 <= span.start < span.end and text[span.start : span.end] == span.text


def _evidence(span: DecidingSpan) -> Evidence:
    return Evidence(**span.model_dump(), section=Section.UNKNOWN)
