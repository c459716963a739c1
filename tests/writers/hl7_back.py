"""An HL7 v2 message read back by python-hl7 into statements."""

from collections import defaultdict
from typing import Any

import hl7

from horad.writers.statements import Statement
from tests.writers import statements_back as back


def read(text: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Summary and findings of a message."""
    message = hl7.parse(text)
    groups: dict[str, list[Statement]] = defaultdict(list)
    for segment in message.segments("OBX")[2:]:
        groups[str(segment[4])].append(_statement(message, segment))
    subjects: dict[str, list[Statement]] = defaultdict(list)
    for place, statements in groups.items():
        subject, _, group = (place or "report").partition(".")
        head, *parts = statements
        made = (
            [Statement(head.name, head.value, head.vocabulary, (), tuple(parts), head.names)] if group else statements
        )
        subjects[subject] += made
    report = subjects.pop("report")
    return back.summary(report), [_finding(name, statements) for name, statements in subjects.items()]


def _finding(name: str, statements: list[Statement]) -> dict[str, Any]:
    first = {statement.name: str(statement.value) for statement in statements[:3]}
    return back.finding(name, first["kind"], first["site"], first["side"], statements[3:])


def _statement(message: Any, segment: Any) -> Statement:
    name, kind = segment[3][0], str(segment[2])
    code = (str(name[2]), str(name[0]))
    if kind == "CWE":
        value = segment[5][0]
        return back.statement(code, (str(value[2]), str(value[0])), (), ())
    said = message.unescape(str(segment[5]))
    return back.statement(code, float(said) if kind == "NM" else said, (), ())
