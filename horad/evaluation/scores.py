"""The scores: labels by field, exact status, diagnosis, and whether every answer shows its words."""

from collections import Counter
from collections.abc import Sequence

from horad.evaluation.cases import Case
from horad.evaluation.intervals import Counts, interval, rates, total
from horad.evaluation.labels import FIELDS, SILENT, UNRANKED, Label, compared, labels_of, name_of
from horad.evaluation.predictions import Span
from horad.records import Record

TOPS = (1, 3)
NAMES = (
    *FIELDS,
    "ho_status_exact",
    *[f"diagnosis_top{top}" for top in TOPS],
    "evidence_offsets",
    "evidence_missing",
)
# Fields of which evidence is owed when they say something; a feature owes it under its own name.
_OWES_EVIDENCE = (
    "ho_status",
    "sites",
    "maturity",
    "marrow_signal",
    "neurovascular",
    "grades",
    "tumour",
    "modality",
    "risk_factors",
)


class LabelScore(Record):
    """Micro precision, recall and F1 over ``n`` gold labels, with the 95 % interval of F1."""

    n: int
    precision: float
    recall: float
    f1: float
    ci: tuple[float, float]


class Accuracy(Record):
    """The share of ``n`` reports answered right; ``f1`` repeats it, so that every score has one number to ask for."""

    n: int
    accuracy: float | None
    f1: float


class EvidenceScore(Record):
    """How many of ``n`` spans, or of ``n`` values that owe a span, are wrong."""

    n: int
    wrong: int
    f1: float


Score = LabelScore | Accuracy | EvidenceScore


class LabelCounts(Record):
    """One label of a field: how often it was right, given in vain, and missed."""

    label: str
    n: int
    hit: int
    wrong: int
    missed: int
    precision: float
    recall: float
    f1: float


def score(cases: Sequence[Case]) -> dict[str, Score]:
    """Every score by its name."""
    scores: dict[str, Score] = {field: _score_field(cases, field) for field in FIELDS}
    sure = [case for case in cases if not case.gold.is_disputed("ho_status")]
    exact = sum(case.gold.ho_status == case.answer.labels.ho_status for case in sure)
    scores["ho_status_exact"] = _accuracy(exact, len(sure))
    ranked = [case for case in cases if owes_diagnosis(case)]
    for top in TOPS:
        scores[f"diagnosis_top{top}"] = _accuracy(sum(is_ranked(case, top) for case in ranked), len(ranked))
    spans = sum(len(case.answer.spans) for case in cases)
    scores["evidence_offsets"] = _evidence(spans, sum(len(wrong_spans(case)) for case in cases))
    owed = sum(len(_owing_evidence(case)) for case in cases)
    scores["evidence_missing"] = _evidence(owed, sum(len(bare_fields(case)) for case in cases))
    return scores


def score_labels(cases: Sequence[Case]) -> dict[str, list[LabelCounts]]:
    """Every label of every field that was wanted or given, in alphabetical order."""
    return {field: _score_labels(cases, field) for field in FIELDS}


def owes_diagnosis(case: Case) -> bool:
    """Whether the gold names a diagnosis that a differential should hold."""
    diagnosis = case.gold.diagnosis
    return not (diagnosis in UNRANKED or diagnosis in SILENT or case.gold.is_disputed("diagnosis"))


def is_ranked(case: Case, top: int) -> bool:
    """Whether the diagnosis stands among the first; ``ho`` among the first three covers myositis ossificans."""
    first = case.answer.diagnoses[:top]
    return case.gold.diagnosis in first or (top == 3 and case.gold.diagnosis == "myositis_ossificans" and "ho" in first)


def wrong_spans(case: Case) -> list[Span]:
    """Spans whose offsets do not lead to their words."""
    return [span for span in case.answer.spans if case.text[span.start : span.end] != span.text]


def bare_fields(case: Case) -> list[str]:
    """Fields that say something without a span of their own."""
    shown = {span.field for span in case.answer.spans}
    return [field for field in _owing_evidence(case) if field not in shown]


def _score_field(cases: Sequence[Case], field: str) -> LabelScore:
    items = [_counts(case, field) for case in cases if case.gold.owes(field)]
    counts = total(items)
    precision, recall, f1 = rates(counts)
    low, high = interval(items)
    return LabelScore(
        n=counts.hit + counts.missed,
        precision=round(precision, 4),
        recall=round(recall, 4),
        f1=round(f1, 4),
        ci=(round(low, 3), round(high, 3)),
    )


def _counts(case: Case, field: str) -> Counts:
    wanted, given = compared(case.gold, case.answer.labels, field)
    return Counts(len(wanted & given), len(given - wanted), len(wanted - given))


def _score_labels(cases: Sequence[Case], field: str) -> list[LabelCounts]:
    hit: Counter[Label] = Counter()
    wrong: Counter[Label] = Counter()
    missed: Counter[Label] = Counter()
    for case in cases:
        if case.gold.owes(field):
            wanted, given = compared(case.gold, case.answer.labels, field)
            hit.update(wanted & given)
            wrong.update(given - wanted)
            missed.update(wanted - given)
    labels = sorted(hit.keys() | wrong.keys() | missed.keys())
    return [_label_counts(label, Counts(hit[label], wrong[label], missed[label])) for label in labels]


def _label_counts(label: Label, counts: Counts) -> LabelCounts:
    precision, recall, f1 = (round(rate, 4) for rate in rates(counts))
    return LabelCounts(
        label=name_of(label),
        n=counts.hit + counts.missed,
        **counts._asdict(),
        precision=precision,
        recall=recall,
        f1=f1,
    )


def _accuracy(right: int, n: int) -> Accuracy:
    share = round(right / n, 4) if n else None
    return Accuracy(n=n, accuracy=share, f1=1.0 if share is None else share)


def _evidence(n: int, wrong: int) -> EvidenceScore:
    """Nothing shown is no merit: without any span, or any value that owes one, the score is 0."""
    return EvidenceScore(n=n, wrong=wrong, f1=1 - wrong / n if n else 0.0)


def _owing_evidence(case: Case) -> list[str]:
    summary = case.answer.labels
    said = [field for field in _OWES_EVIDENCE if labels_of(summary, field)]
    return said + [f"features.{name}" for name in summary.features or {}]
