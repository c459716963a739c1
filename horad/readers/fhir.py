"""FHIR R4 in: DiagnosticReports on their own, in Bundles, in a JSON array, or one resource a line (NDJSON)."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from horad.errors import RecordError
from horad.knowledge.sources import load_limits
from horad.readers.compressed import open_bytes
from horad.readers.decode import decode
from horad.readers.fhir_report import Resource, Resources, report_of
from horad.readers.rows import Columns
from horad.records import Rejection, Report

_KEY = b'"resourceType"'


def looks_like_fhir(head: bytes) -> bool:
    """Whether a file that begins like this holds resources: the key that every one has stands in its first object."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().removeprefix(b"[").lstrip()
    if not start.startswith(b"{") or _KEY not in start:
        return False
    line = start.split(b"\n", 1)[0].strip()
    if not line.endswith(b"}"):
        return True
    try:
        first = json.loads(line)
    except (ValueError, RecursionError):
        return _KEY in line
    return isinstance(first, dict) and "resourceType" in first


def read(path: Path, name: str, columns: Columns) -> Iterator[Report | Rejection]:
    """Yield every report of a file of resources."""
    return (record for _, record in read_from(path, name, columns))


def read_from(
    path: Path, name: str, columns: Columns, place: Sequence[int] | None = None
) -> Iterator[tuple[list[int], Report | Rejection]]:
    """Yield every record from ``place`` on with its own: offset of its line, records before, records passed over."""
    del columns  # a resource has none; every reader is called alike
    offset, number, passed = place or (0, 0, 0)
    most = load_limits().documents.file_bytes
    with open_bytes(path) as file:
        is_lines = _is_lines(file.readline(most))
        file.seek(offset)
        while raw := (file.readline(most) if is_lines else file.read(most + 1)):
            answers = list(_answers(raw, most)) if raw.strip() else []
            records = [_placed(answer, name, n) for n, answer in enumerate(answers, number + 1)]
            yield from (([offset, number, nth], record) for nth, record in enumerate(records) if nth >= passed)
            number, passed, offset = number + len(records), 0, file.tell()


def _is_lines(first: bytes) -> bool:
    """Whether the first line is a whole resource, so that every line is one."""
    try:
        return isinstance(json.loads(decode(first).text), dict)
    except (ValueError, RecursionError):
        return False


def _placed(answer: Report | str, name: str, number: int) -> Report | Rejection:
    if isinstance(answer, Report):
        return answer.model_copy(update={"source": name, "position": number, "form": "fhir"})
    return Rejection(source=name, position=number, form="fhir", reason=answer)


def _answers(raw: bytes, most: int) -> Iterator[Report | str]:
    """The reports of one JSON text, at least one answer."""
    if len(raw) > most:
        yield f"is larger than {most // 1_000_000} MB; write one resource a line"
        return
    try:
        decoded = decode(raw)
        resource = json.loads(decoded.text)
    except RecordError as error:
        yield str(error)
        return
    except (ValueError, RecursionError):
        yield "is not usable JSON"
        return
    yield from _reports(resource, decoded.warnings)


def _reports(resource: Any, warnings: tuple[str, ...]) -> Iterator[Report | str]:
    if isinstance(resource, list):
        yield from _listed(_list(resource), warnings)
        return
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    if kind == "DiagnosticReport":
        yield _report(resource, Resources(()), warnings)
    elif kind == "Bundle":
        entries = [entry for entry in _list(resource.get("entry")) if isinstance(entry.get("resource"), dict)]
        found = [one["resource"] for one in entries if one["resource"].get("resourceType") == "DiagnosticReport"]
        known = Resources(entries)
        for report in found:
            yield _report(report, known, warnings)
        if not found:
            yield "is a Bundle that holds no DiagnosticReport"
    else:
        yield f"is {_named(kind)}, not a DiagnosticReport or a Bundle"


def _listed(resources: list[Resource], warnings: tuple[str, ...]) -> Iterator[Report | str]:
    """The reports of an array: what else stands in it is what they refer to."""
    known = Resources({"resource": one} for one in resources)
    found = False
    for one in resources:
        if one.get("resourceType") == "Bundle":
            found = True
            yield from _reports(one, warnings)
        elif one.get("resourceType") == "DiagnosticReport":
            found = True
            yield _report(one, known, warnings)
    if not found:
        yield "is an array that holds no DiagnosticReport"


def _report(resource: Resource, known: Resources, warnings: tuple[str, ...]) -> Report | str:
    try:
        report = report_of(resource, known)
    except RecordError as error:
        return str(error)
    return report.model_copy(update={"warnings": (*warnings, *report.warnings)})


def _list(value: Any) -> list[Resource]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _named(kind: Any) -> str:
    """The type of a resource, if it is the name of one; anything else could be words of a report."""
    if isinstance(kind, str) and kind.isascii() and kind.isalpha() and kind[:1].isupper() and len(kind) <= 40:
        return f"a FHIR {kind}"
    return "no FHIR resource"
