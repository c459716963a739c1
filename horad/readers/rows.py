"""One row of a table or one JSON object → one report."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from horad.errors import RecordError, SourceError
from horad.readers.decode import MAX_REPORT_BYTES
from horad.records import Metadata, Rejection, Report

# Column names that exports use, in order of preference; compared without case, spaces and punctuation.
TEXT_NAMES = (
    "text",
    "report_text",
    "report",
    "body",
    "report_body",
    "note_text",
    "note",
    "narrative",
    "full_text",
    "content",
)
ID_NAMES = ("id", "report_id", "note_id", "document_id", "doc_id", "study_id")


@dataclass(frozen=True)
class Columns:
    """The columns asked for; None means: find it by its name."""

    text: str | None = None
    id: str | None = None


def settle(columns: Columns, names: Iterable[str], where: str) -> Columns:
    """The text and id columns of a table whose column names are known beforehand.

    Raises:
        SourceError: if there is no text column, or an asked-for column is not there; the message lists the columns.
    """
    known = list(names)
    listed = ", ".join(known) or "none"
    for option, name in (("--text-column", columns.text), ("--id-column", columns.id)):
        if name is not None and name not in known:
            raise SourceError(f"{where}: has no column {name!r} ({option}); its columns are: {listed}")
    text = columns.text or _named(known, TEXT_NAMES)
    if text is None:
        raise SourceError(
            f"{where}: has no text column; name one with horad batch --text-column (its columns are: {listed})"
        )
    if known.count(text) > 1:
        raise SourceError(f"{where}: has {known.count(text)} columns called {text!r}; rename all but one")
    return Columns(text, columns.id or _named([name for name in known if name != text], ID_NAMES))


def row_to_report(
    row: Mapping[str, Any], columns: Columns, source: str, position: int, warnings: tuple[str, ...] = ()
) -> Report | Rejection:
    """The report in one row, or the reason why there is none; everything but text and id is metadata."""
    text_name = columns.text or _named(row, TEXT_NAMES)
    if text_name is None or text_name not in row:
        wanted = repr(text_name) if text_name else "text"
        reason = f"has no {wanted} key; name the one that holds the report with horad batch --text-column"
        return Rejection(source=source, position=position, reason=reason)
    id_name = columns.id or _named(row, ID_NAMES)
    rest = {key: value for key, value in row.items() if key not in (text_name, id_name)}
    try:
        text = _text(row[text_name], text_name)
        given = {"id": row.get(id_name)} if id_name else {}
        metadata = Metadata.from_mapping({**rest, **given})
        return Report(text=text, metadata=metadata, source=source, position=position, warnings=warnings)
    except RecordError as error:
        return Rejection(source=source, position=position, reason=str(error))


class Name(NamedTuple):
    """What a report without status and time is known by."""

    sender: str | None
    patient_id: str | None
    accession_number: str | None
    id: str | None


def name_of(row: Any, columns: Columns) -> Name | None:
    """The name of a plain row: readable text, no status, no time of issue; None where it takes a closer look."""
    if not isinstance(row, dict) or row.get("report_status") or row.get("issued"):
        return None
    text = row.get(columns.text or _named(row, TEXT_NAMES) or "")
    if not isinstance(text, str) or not text.strip() or "\0" in text or len(text) > MAX_REPORT_BYTES:
        return None
    id_name = columns.id or _named(row, ID_NAMES)
    values = [row.get(key) for key in ("sender", "patient_id", "accession_number")]
    values.append(row.get(id_name) if id_name else None)
    if not all(value is None or type(value) in (str, int) for value in values):
        return None
    return Name(*(None if value in (None, "") else str(value) for value in values))


_KINDS: dict[type, str] = {int: "number", float: "number", bool: "truth value", list: "list", dict: "object"}


def _text(value: Any, name: str) -> str:
    if value is None or value == "":
        raise RecordError(f"{name!r} is empty")
    if not isinstance(value, str):
        kind = _KINDS.get(type(value), "value of another kind")
        raise RecordError(f"{name!r} must be a text, not a {kind}")
    if not value.strip():
        raise RecordError(f"{name!r} holds only white space")
    if "\0" in value:
        raise RecordError(f"{name!r} holds NUL characters; remove them")
    if len(value) > MAX_REPORT_BYTES:
        raise RecordError(f"{name!r} is longer than {MAX_REPORT_BYTES:,} characters; one row holds one report")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise RecordError(f"{name!r} is not valid Unicode (half of a surrogate pair)") from None
    return value


@functools.lru_cache(maxsize=64)
def _found(names: tuple[str, ...], wanted: tuple[str, ...]) -> str | None:
    found = {_plain(name): name for name in reversed(names)}
    return next((found[name] for name in map(_plain, wanted) if name in found), None)


def _named(names: Iterable[str], wanted: tuple[str, ...]) -> str | None:
    return _found(tuple(names), wanted)  # most rows have the same names


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
