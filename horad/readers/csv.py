"""CSV and TSV: one row per report, the text in one column, everything else carried along."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from horad.errors import RecordError, SourceError
from horad.readers.compressed import open_bytes, suffix_of
from horad.readers.decode import CP1252_WARNING, MAX_REPORT_BYTES, column_encoding
from horad.readers.rows import TEXT_NAMES, Columns, row_to_report, settle
from horad.records import Rejection, Report

_DELIMITERS = (",", ";", "\t", "|")
# The encodings whose rows have an offset to start from; a place holds the number.
_COUNTABLE = ("utf-8-sig", "cp1252")


def read(path: Path, name: str, columns: Columns) -> Iterator[Report | Rejection]:
    """Yield the report of every row.

    Raises:
        SourceError: if the file is empty, binary or has no text column.
    """
    return (record for _, record in read_from(path, name, columns))


def read_from(
    path: Path, name: str, columns: Columns, place: Sequence[int] | None = None
) -> Iterator[tuple[list[int] | None, Report | Rejection]]:
    """Yield every record from ``place`` on with its own place: its offset, the rows before it, and the encoding.

    A file in UTF-16 has no places; it is read from its start.

    Raises:
        SourceError: if the file is empty, binary or has no text column.
    """
    csv.field_size_limit(MAX_REPORT_BYTES)
    encoding = _COUNTABLE[place[2]] if place else _encoding(path, name)
    warnings = (CP1252_WARNING,) if encoding == "cp1252" else ()
    try:
        with io.TextIOWrapper(open_bytes(path), encoding=encoding, newline="") as file:
            delimiter = _delimiter(file.readline(), suffix_of(path))
            file.seek(0)
            lines = _Counted(file, encoding, _mark_bytes(path))
            rows = csv.reader(lines, delimiter=delimiter)
            table = _table(next(rows, []), columns, name, warnings)
            if not place:
                yield from _records(rows, lines, table, 0)
                return
        with open_bytes(path) as raw:
            raw.seek(place[0])
            lines = _Counted(io.TextIOWrapper(raw, encoding.removesuffix("-sig"), newline=""), encoding, place[0])
            yield from _records(csv.reader(lines, delimiter=delimiter), lines, table, place[1])
    except UnicodeDecodeError:
        raise SourceError(f"{name}: is neither UTF-8 nor CP-1252; save it as UTF-8") from None


class _Counted:
    """The lines of a text, and how many bytes were taken so far."""

    def __init__(self, lines: Iterable[str], encoding: str, taken: int = 0) -> None:
        self._lines = iter(lines)
        self.encoding = encoding
        self.taken = taken

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        is_one_byte_each = self.encoding == "cp1252" or line.isascii()
        self.taken += len(line) if is_one_byte_each else len(line.encode("utf-8", "surrogatepass"))
        return line


@dataclass(frozen=True)
class _Table:
    """What every row of one file shares."""

    header: list[str]
    columns: Columns
    name: str
    warnings: tuple[str, ...]

    def record(self, row: list[str] | str, number: int) -> Report | Rejection:
        """The report in a row, or the reason why there is none."""
        if isinstance(row, str):
            reason = row
        elif len(row) != len(self.header):
            reason = f"the row has {len(row)} cells, the header {len(self.header)}; is a quote or a separator missing?"
        else:
            cells = dict(zip(self.header, row, strict=True))
            return row_to_report(cells, self.columns, self.name, number, self.warnings)
        return Rejection(source=self.name, position=number, reason=reason)


def _mark_bytes(path: Path) -> int:
    with open_bytes(path) as file:
        return len(codecs.BOM_UTF8) if file.read(3) == codecs.BOM_UTF8 else 0


def _encoding(path: Path, name: str) -> str:
    try:
        return column_encoding(path)
    except RecordError as error:
        raise SourceError(f"{name}: {error}") from None


def _table(first: list[str], columns: Columns, name: str, warnings: tuple[str, ...]) -> _Table:
    header = [cell.strip() for cell in first]
    if not any(header):
        raise SourceError(f"{name}: is empty; the first line of a CSV names its columns")
    return _Table(header, settle(columns, header, name), name, warnings)


def _records(
    rows: Iterator[list[str]], lines: _Counted, table: _Table, number: int
) -> Iterator[tuple[list[int] | None, Report | Rejection]]:
    """Every row that is not blank, with its place; a row that cannot be parsed is a rejection."""
    code = _COUNTABLE.index(lines.encoding) if lines.encoding in _COUNTABLE else None
    row: list[str] | str
    while True:
        here = None if code is None else [lines.taken, number, code]
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            row = f"the row is not CSV: {error}"
        if row:
            number += 1
            yield here, table.record(row, number)


def _delimiter(header: str, suffix: str) -> str:
    """The separator under which the header names a text column, else the most frequent one."""
    if suffix in (".tsv", ".tab"):
        return "\t"
    for delimiter in _DELIMITERS:
        names = {cell.strip().strip('"').lower().replace(" ", "_") for cell in header.split(delimiter)}
        if len(names) > 1 and names & set(TEXT_NAMES):
            return delimiter
    return max(_DELIMITERS, key=header.count)
