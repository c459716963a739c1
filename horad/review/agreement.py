"""How well two readers agree, field by field, on the reports that both have finished."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from horad.review.store import Decision, finished
from horad.review.values import FIELDS, LABELS, Value
from horad.terms import Feature


@dataclass(frozen=True)
class FieldAgreement:
    """Two readers on one field: reports compared, how often they said the same, and kappa where it is defined."""

    field: str
    reports: int
    same: float
    kappa: float | None

    @property
    def label(self) -> str:
        """The field as people call it."""
        return LABELS[self.field]


@dataclass(frozen=True)
class PairAgreement:
    """Two readers, and the reports that both have finished."""

    readers: tuple[str, str]
    reports: int
    fields: tuple[FieldAgreement, ...]


def agreement(by_report: Mapping[tuple[str, str], Sequence[Decision]]) -> list[PairAgreement]:
    """Every pair of readers with a report in common; what either of them doubts is left out of its field."""
    answers: dict[str, dict[tuple[str, str], dict[str, Decision]]] = {}
    for report, decisions in by_report.items():
        for reader in finished(decisions, FIELDS):
            own = (d for d in decisions if d.part == "reading" and d.reviewer == reader)
            answers.setdefault(reader, {})[report] = {decision.field: decision for decision in own}
    return [
        _pair((one, two), [(answers[one][report], answers[two][report]) for report in common])
        for one, two in itertools.combinations(sorted(answers), 2)
        if (common := [report for report in answers[one] if report in answers[two]])
    ]


def _pair(
    readers: tuple[str, str], both: Sequence[tuple[Mapping[str, Decision], Mapping[str, Decision]]]
) -> PairAgreement:
    fields = []
    for field in FIELDS:
        pairs = [
            (one[field].value, two[field].value)
            for one, two in both
            if "uncertain" not in (one[field].verdict, two[field].verdict)
        ]
        if pairs:
            fields.append(_of_field(field, pairs))
    return PairAgreement(readers, len(both), tuple(fields))


def _of_field(field: str, pairs: Sequence[tuple[Value, Value]]) -> FieldAgreement:
    labels = dict.fromkeys(label for pair in pairs for value in pair for label in _labels(field, value))
    columns = [
        (_labels(field, one).get(label, ""), _labels(field, two).get(label, ""))
        for one, two in pairs
        for label in labels
    ]
    same = sum(_labels(field, one) == _labels(field, two) for one, two in pairs)
    return FieldAgreement(field, len(pairs), same / len(pairs), _kappa(columns))


def _kappa(columns: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa; none where only one answer was ever given, and chance cannot be told from agreement."""
    from sklearn.metrics import cohen_kappa_score  # noqa: PLC0415 - slow to load

    if len({answer for pair in columns for answer in pair}) < 2:
        return None
    ones, twos = zip(*columns, strict=True)
    return float(cohen_kappa_score(ones, twos))


def _labels(field: str, value: Value) -> dict[str, str]:
    """A value as what is compared: a category, or an answer for every label that either reader gave."""
    match field:
        case "sites":
            return dict.fromkeys(_words(value, "side", "site"), "given")
        case "grades":
            return dict.fromkeys(_words(value, "system", "value"), "given")
        case "features":
            return {str(name): value.get(str(name), "not spoken of") for name in Feature}
        case "modality" | "risk_factors":
            return dict.fromkeys(value, "given")
        case "neurovascular":
            return {"relation": value["relation"]}
    return {"value": value}


def _words(items: Iterable[Mapping[str, str]], one: str, two: str) -> list[str]:
    return [f"{item[one]} {item[two]}" for item in items]
