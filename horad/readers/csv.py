"""CSV and TSV: one row per report, the text in one column, everything else carried along."""

import csv
from collections.abc import Iterator
from pathlib import Path

from horad.errors import RecordError, SourceError
from horad.readers.decode import CP1252_WARNING, MAX_REPORT_BYTES, column_encoding
from horad.readers.rows import TEXT_NAMES, Columns, row_to_report, settle
from horad.records import Rejection, Report

_DELIMITERS = (",", ";", "\t", "|")


def read(path: Path, name: str, columns: Columns) -> Iterator[Report | Rejection]:
    """Yield the report of every row.

    Raises:
        SourceError: if the file is empty, binary or has no text column.
    """
    try:
        encoding = column_encoding(path)
    except RecordError as error:
        raise SourceError(f"{name}: {error}") from None
    csv.field_size_limit(MAX_REPORT_BYTES)
    warnings = (CP1252_WARNING,) if encoding == "cp1252" else ()
    try:
        with path.open(encoding=encoding, newline="") as file:
            delimiter = _delimiter(file.readline(), path.suffix.lower())
            file.seek(0)
            yield from _reports(csv.reader(file, delimiter=delimiter), columns, name, warnings)
    except UnicodeDecodeError:
        raise SourceError(f"{name}: is neither UTF-8 nor CP-1252; save it as UTF-8") from None


def _reports(
    rows: Iterator[list[str]], columns: Columns, name: str, warnings: tuple[str, ...]
) -> Iterator[Report | Rejection]:
    header = [cell.strip() for cell in next(rows, [])]
    if not any(header):
        raise SourceError(f"{name}: is empty; the first line of a CSV names its columns")
    settled = settle(columns, header, name)
    for number, row in enumerate(_rows(rows), start=1):
        if isinstance(row, str):
            yield Rejection(source=name, position=number, reason=row)
        elif len(row) != len(header):
            reason = f"the row has {len(row)} cells, the header {len(header)}; is a quote or a separator missing?"
            yield Rejection(source=name, position=number, reason=reason)
        else:
            yield row_to_report(dict(zip(header, row, strict=True)), settled, name, number, warnings)


def _rows(rows: Iterator[list[str]]) -> Iterator[list[str] | str]:
    """Every row that is not blank, or the reason why it cannot be parsed."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"the row is not CSV: {error}"
            continue
        if row:
            yield row


def _delimiter(header: str, suffix: str) -> str:
    """The separator under which the header names a text column, else the most frequent one."""
    if suffix in (".tsv", ".tab"):
        return "\t"
    for delimiter in _DELIMITERS:
        names = {cell.strip().strip('"').lower().replace(" ", "_") for cell in header.split(delimiter)}
        if len(names) > 1 and names & set(TEXT_NAMES):
            return delimiter
    return max(_DELIMITERS, key=header.count)
