"""Statements put back together into what they were made of, to compare with it."""

from collections.abc import Iterable, Sequence
from typing import Any

from horad.knowledge.codes import load_codes
from horad.records import Finding, ReportResult
from horad.writers.statements import FEATURE, FIELD, Statement

# The vocabulary of each coded field.
VOCABULARIES = {
    "ho_status": "ho_status",
    "site": "site",
    "side": "side",
    "assertion": "assertion",
    "compartment": "compartment",
    "maturity": "maturity",
    "maturity_basis": "basis",
    "marrow_signal": "marrow_signal",
    "relation": "relation",
    "denied_relation": "relation",
    "grading_system": "grade_system",
    "grade_basis": "basis",
    "grade_when": "when",
    "change": "change",
    "tumour": "tumour",
    "modality": "modality",
    "risk_factor": "risk_factor",
    "report_status": "report_status",
    "kind": "kind",
}


def statement(
    name: tuple[str, str], value: str | float | tuple[str, str], words: Iterable[str], parts: Iterable[Statement]
) -> Statement:
    """A statement from its name's code and its value, a code or not."""
    names, field = named(name)
    vocabulary = "presence" if names == FEATURE else VOCABULARIES.get(field)
    if isinstance(value, tuple):
        assert vocabulary is not None
        value = valued(vocabulary, value)
    else:
        vocabulary = None
    return Statement(field, value, vocabulary, tuple(words), tuple(parts), names)


def named(code: tuple[str, str]) -> tuple[str, str]:
    """The field, or the feature, of a private code."""
    private = load_codes().private
    [found] = [(names, key) for names in (FIELD, FEATURE) for key, own in private[names].items() if _is(own, code)]
    return found


def valued(vocabulary: str, code: tuple[str, str]) -> str:
    """The value of a code, public or private."""
    codes = load_codes()
    both = [*codes.terms.get(vocabulary, {}).items(), *codes.private[vocabulary].items()]
    [value] = {value for value, own in both if _is(own, code)}
    return value


def _is(own: Any, code: tuple[str, str]) -> bool:
    return (own.scheme, own.code) == code


def finding(finding_id: str, kind: str, site: str, side: str, statements: Sequence[Statement]) -> dict[str, Any]:
    """The JSON form of a finding, but for its evidence."""
    all_of = {name: [s for s in statements if s.name == name] for name in (*VOCABULARIES, "structure", "size")}
    return {
        "id": finding_id,
        "kind": kind,
        "assertion": all_of["assertion"][0].value,
        "site": site,
        "side": side,
        "compartments": [s.value for s in all_of["compartment"]],
        "structures": [s.value for s in all_of["structure"]],
        "maturity": next(map(_maturity, all_of["maturity"]), None),
        "marrow_signal": next(map(_marrow, all_of["marrow_signal"]), None),
        "neurovascular": [_relation(s) for s in all_of["relation"]],
        "grades": [_grade(s) for s in all_of["grading_system"]],
        "size_mm": [s.value for s in all_of["size"]],
        "change": all_of["change"][0].value if all_of["change"] else None,
        "features": {s.name: s.value for s in statements if s.names == FEATURE},
        "evidence": [],
        "differential": [],
    }


def _maturity(of: Statement) -> dict[str, Any]:
    stage = part(of, "ledermann")
    return {"value": of.value, "basis": part(of, "maturity_basis"), "ledermann": int(stage) if stage else None}


def _marrow(of: Statement) -> dict[str, Any]:
    return {"value": of.value, "sequence": part(of, "sequence")}


def _relation(of: Statement) -> dict[str, Any]:
    return {
        "structure": part(of, "neighbour"),
        "side": part(of, "side"),
        "relation": of.value,
        "denied": [p.value for p in of.parts if p.name == "denied_relation"],
        "distance_mm": part(of, "distance"),
    }


def _grade(of: Statement) -> dict[str, Any]:
    parts = {"value": "grade", "basis": "grade_basis", "when": "grade_when"}
    return {"system": of.value, **{key: part(of, name) for key, name in parts.items()}}


def part(of: Statement, name: str) -> Any:
    """The value of a part."""
    return next((p.value for p in of.parts if p.name == name), None)


def summary(statements: Sequence[Statement]) -> dict[str, Any]:
    """The JSON form of a summary."""
    first = {s.name: s for s in reversed(statements)}
    relation = first.get("relation")
    maturity, marrow = first.get("maturity"), first.get("marrow_signal")
    return {
        "ho_status": first["ho_status"].value,
        "sites": [{"site": s.value, "side": part(s, "side")} for s in statements if s.name == "site"],
        "maturity": maturity.value if maturity else "not_stated",
        "marrow_signal": marrow.value if marrow else "not_described",
        "neurovascular": {
            "relation": relation.value if relation else "not_described",
            "structures": [p.value for p in relation.parts] if relation else [],
        },
        "grades": [{"system": s.value, "value": part(s, "grade")} for s in statements if s.name == "grading_system"],
        "features": {s.name: s.value for s in statements if s.names == FEATURE},
        "tumour": first["tumour"].value,
        "modality": [s.value for s in statements if s.name == "modality"],
        "risk_factors": [s.value for s in statements if s.name == "risk_factor"],
    }


def expected(result: ReportResult) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Summary and findings as they must come back."""
    bare = [one.model_copy(update={"evidence": (), "differential": ()}) for one in result.findings]
    return result.summary.model_dump(mode="json"), [Finding.model_dump(one, mode="json") for one in bare]
