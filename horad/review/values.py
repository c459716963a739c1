"""The fields that a reader decides on: what horad proposes for each, in the form of a gold label, and in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from horad.datasets.formats.document import labels_of_result
from horad.records import Evidence, ReportResult
from horad.terms import (
    Diagnosis,
    Feature,
    HoStatus,
    MarrowSignal,
    Maturity,
    Modality,
    RiskFactor,
    Side,
    Site,
    Term,
    Tumour,
)
from horad.writers import layout, ranking

Value = Any
"""A value as a gold label holds it: a word, a list of words or of small objects, or an object."""

ONE_OF: Mapping[str, type[Term]] = {
    "ho_status": HoStatus,
    "maturity": Maturity,
    "marrow_signal": MarrowSignal,
    "tumour": Tumour,
    "diagnosis": Diagnosis,
}
SOME_OF: Mapping[str, type[Term]] = {"modality": Modality, "risk_factors": RiskFactor}
# In the order in which a report is best checked.
LABELS = {
    "ho_status": "ossification",
    "sites": "site and side",
    "maturity": "maturity",
    "marrow_signal": "marrow signal",
    "neurovascular": "nerves and vessels",
    "grades": "grade",
    "features": "imaging features",
    "tumour": "tumour",
    "diagnosis": "diagnosis",
    "modality": "modality",
    "risk_factors": "risk factors",
}
FIELDS = tuple(LABELS)


def proposals(result: ReportResult) -> dict[str, Value]:
    """What horad says of every field; the diagnosis is the first of the differential."""
    said = labels_of_result(result)
    return {field: normal(field, said[field]) for field in FIELDS}


def normal(field: str, value: Value) -> Value:
    """The same value in the one order it is kept in, so that equal answers compare equal."""
    match field:
        case "sites":
            return _unique(sorted(value, key=_place))
        case "grades":
            return _unique(sorted(value, key=lambda grade: (grade["system"], grade["value"])))
        case "neurovascular":
            return {"relation": value["relation"], "structures": _unique(value["structures"])}
        case "features":
            return {name: value[name] for name in map(str, Feature) if name in value}
        case "modality" | "risk_factors":
            return [name for name in map(str, SOME_OF[field]) if name in value]
    return value


def in_words(field: str, value: Value) -> tuple[str, ...]:
    """A value as people say it, an item per line; nothing said is one word too."""
    match field:
        case "sites":
            words = [layout.side_and_site(place["side"], place["site"]) for place in value]
        case "grades":
            words = [f"{_plain(grade['system'])} {grade['value']}" for grade in value]
        case "neurovascular":
            structures = f": {', '.join(value['structures'])}" if value["structures"] else ""
            words = [_plain(value["relation"]) + structures]
        case "features":
            words = [f"{_plain(name)}: {presence}" for name, presence in value.items()]
        case "modality" | "risk_factors":
            words = [_plain(name) for name in value]
        case "diagnosis":
            words = [ranking.name_of(value)]
        case _:
            words = [_plain(value)]
    return tuple(words) or ("none",)


def fields_of(result: ReportResult, mark: Evidence) -> tuple[str, ...]:
    """The reviewed fields that some words speak for; those of the leading diagnosis speak for it as well."""
    family = layout.family(mark.field)
    own = (family,) if family in LABELS else ()
    return (*own, "diagnosis") if any(mark is led for led in _leading(result)) else own


def _leading(result: ReportResult) -> list[Evidence]:
    first = min(result.differential, key=lambda candidate: candidate.rank, default=None)
    arguments = first.supporting if first else ()
    return [result.evidence[index] for argument in arguments for index in argument.evidence]


def _place(place: Mapping[str, str]) -> tuple[int, int]:
    return list(map(str, Site)).index(place["site"]), list(map(str, Side)).index(place["side"])


def _unique(items: Iterable[Any]) -> list[Any]:
    kept: list[Any] = []
    kept.extend(item for item in items if item not in kept)
    return kept


def _plain(value: str) -> str:
    return value.replace("_", " ")
