"""JSON lines: one object per line with ``text``, an ``id`` and what else is known of the report."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from horad.errors import RecordError
from horad.readers.compressed import open_bytes
from horad.readers.decode import MAX_REPORT_BYTES, decode
from horad.readers.rows import Columns, Name, name_of, row_to_report
from horad.records import Rejection, Report

# A line holds one report and its metadata; JSON escapes take up to six bytes a character.
_MAX_LINE_BYTES = 8 * MAX_REPORT_BYTES


def read(path: Path, name: str, columns: Columns) -> Iterator[Report | Rejection]:
    """Yield the report of every line; blank lines are passed over."""
    return (record for _, record in read_from(path, name, columns))


def read_from(
    path: Path, name: str, columns: Columns, place: Sequence[int] | None = None
) -> Iterator[tuple[list[int], Report | Rejection]]:
    """Yield every record from ``place`` on with its own place: the offset of its line, and the lines before it."""
    for here, raw in _lines(path, place):
        yield here, _report_of(raw, columns, name, here[1] + 1)


def headers_from(path: Path, name: str, columns: Columns) -> Iterator[tuple[list[int], Report | Rejection | Name]]:
    """Yield every record as ``read_from`` does, but of plain rows only what they are known by; that is much faster."""
    for here, raw in _lines(path, None):
        found = None
        if raw is not None:
            with suppress(ValueError, RecursionError):
                found = name_of(json.loads(raw), columns)
        yield here, found or _report_of(raw, columns, name, here[1] + 1)


def _lines(path: Path, place: Sequence[int] | None) -> Iterator[tuple[list[int], bytes | None]]:
    """Every line that is not blank, None for one that is too long, with its place."""
    offset, number = place or (0, 0)
    with open_bytes(path) as file:
        file.seek(offset)
        while raw := file.readline(_MAX_LINE_BYTES):
            here = [offset, number]
            number += 1
            offset += len(raw)
            if len(raw) == _MAX_LINE_BYTES and not raw.endswith(b"\n"):
                _skip_line(file.readline)
                offset = file.tell()
                yield here, None
            elif raw.strip(b"\xef\xbb\xbf \t\r\n"):  # a line of white space, after a mark or not, is no record
                yield here, raw


def _report_of(raw: bytes | None, columns: Columns, name: str, number: int) -> Report | Rejection:
    if raw is None:
        return Rejection(source=name, position=number, reason="the line is too long; one line holds one report")
    try:
        decoded = decode(raw)
        row = parse_object(decoded.text.rstrip())
    except RecordError as error:
        return Rejection(source=name, position=number, reason=str(error))
    return row_to_report(row, columns, name, number, decoded.warnings)


def parse_object(line: str) -> dict[str, Any]:
    """The JSON object in a line.

    Raises:
        RecordError: if the line is no JSON object, names a key twice, or holds half a surrogate pair.
    """
    try:
        row = json.loads(line, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as error:
        raise RecordError(f"is not JSON: {error.msg} at column {error.colno}") from None
    except (ValueError, RecursionError) as error:
        reason = error if isinstance(error, RecordError) else "a number is too long, or the nesting too deep"
        raise RecordError(f"is not usable JSON: {reason}") from None
    if not isinstance(row, dict):
        raise RecordError(f'is a JSON {_KINDS.get(type(row), "value")}, not an object like {{"id": …, "text": …}}')
    if "\\ud" in line or "\\uD" in line:
        _refuse_half_pairs(row)
    return row


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise RecordError(f"the key {twice!r} stands twice")
    return row


def _refuse_half_pairs(row: dict[str, Any]) -> None:
    try:
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise RecordError("is not valid Unicode (half of a surrogate pair)") from None


def _skip_line(readline: Any) -> None:
    while (rest := readline(_MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


_KINDS = {list: "list", str: "string", bool: "truth value", int: "number", float: "number", type(None): "null"}
