"""One evaluation: every number, and the errors that were asked for."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from horad.evaluation.cases import Case
from horad.evaluation.confusion import Confusion, confusions
from horad.evaluation.errors import FieldError, list_errors
from horad.evaluation.intervals import ROUNDS, SEED
from horad.evaluation.scores import LabelCounts, LabelScore, Score, score, score_labels
from horad.records import Record


class Shortfall(Record):
    """A score below the one that was demanded."""

    field: str
    demanded: float
    got: float


class Evaluation(Record):
    """What came of comparing answers with labels; only ``errors`` knows words of the reports."""

    reports: int
    made_by: tuple[str, ...]
    scores: dict[str, Score]
    confusion: dict[str, Confusion]
    labels: dict[str, tuple[LabelCounts, ...]]
    errors: dict[str, tuple[FieldError, ...]]

    def shortfalls(self, minimums: Mapping[str, float]) -> list[Shortfall]:
        """The demands that are not met."""
        got = {field: self.scores[field].f1 for field in minimums}
        return [
            Shortfall(field=field, demanded=demanded, got=got[field])
            for field, demanded in minimums.items()
            if got[field] < demanded
        ]

    def axis_start(self, minimums: Mapping[str, float]) -> float:
        """Where an axis that ends at 1 must begin, in tenths, so that every score, interval and demand is on it."""
        lows = [score.ci[0] if isinstance(score, LabelScore) else score.f1 for score in self.scores.values()]
        return min(0.9, math.floor(10 * min([*lows, *minimums.values()])) / 10)


def evaluate(cases: Sequence[Case], error_fields: Iterable[str] = ()) -> Evaluation:
    """Compare every answer with its labels, and list the errors of some fields."""
    return Evaluation(
        reports=len(cases),
        made_by=tuple(sorted({_stamp(case) for case in cases} - {""})),
        scores=score(cases),
        confusion=confusions(cases),
        labels={field: tuple(counts) for field, counts in score_labels(cases).items()},
        errors={field: tuple(list_errors(cases, field)) for field in dict.fromkeys(error_fields)},
    )


def to_json(evaluation: Evaluation, cases: Sequence[Case]) -> dict[str, Any]:
    """The evaluation as JSON; a listed error carries its report's text, and without errors there is no such key."""
    texts = {case.id: case.text for case in cases}
    document = evaluation.model_dump(mode="json", exclude={"errors"})
    document["bootstrap"] = {"rounds": ROUNDS, "seed": SEED, "level": 0.95}
    if evaluation.errors:
        document["errors"] = [
            {**error.model_dump(mode="json"), "text": texts[error.id]}
            for errors in evaluation.errors.values()
            for error in errors
        ]
    return document


def _stamp(case: Case) -> str:
    stamp = case.answer.provenance
    if stamp is None or not stamp.horad:
        return ""
    return f"horad {stamp.horad}" + (f", rules {stamp.rules_sha256[:12]}" if stamp.rules_sha256 else "")
