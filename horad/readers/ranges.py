"""Files in ranges: which files a source holds, and their records from any place on, so that several can read one."""

import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from horad.errors import HoradError
from horad.readers import csv, fhir, hl7, jsonl, parquet, text
from horad.readers.compressed import is_compressed
from horad.readers.detect import Reader, SourceFile, reader_for
from horad.readers.rows import Columns, Name
from horad.records import Rejection, Report

Place = Sequence[int] | None
"""Where in a file a record stands; None where the form has no places, and is read whole."""

# Places in a compressed file: bytes apart at first, then a part of what stands before.
_APART, _APART_PART = 131_072, 16

_FROM: dict[Reader, Callable[[Path, str, Columns, Any], Iterator[tuple[Any, Report | Rejection]]]] = {
    jsonl.read: jsonl.read_from,
    csv.read: csv.read_from,
    fhir.read: fhir.read_from,
    hl7.read: hl7.read_from,
    parquet.read: parquet.read_from,
}


def form_of(file: SourceFile) -> str:
    """The form a file is read as; one that cannot be read at all is "unknown"."""
    try:
        return reader_for(file.path).__module__.rpartition(".")[2]
    except (HoradError, OSError):
        return "unknown"


def is_one_report(file: SourceFile) -> bool:
    """Whether the file is one text without versions, known without reading it."""
    try:
        return stat.S_ISREG(file.path.stat().st_mode) and reader_for(file.path) is text.read
    except (HoradError, OSError):
        return False


def records_from(file: SourceFile, columns: Columns, place: Place = None) -> Iterator[tuple[Place, Report | Rejection]]:
    """Every record of a file from a place on; what makes the whole file unusable is one rejection."""
    try:
        yield from _records(file, columns, place)
    except Exception as error:  # noqa: BLE001 - a bug met by one file must not stop the others
        yield None, _unusable(file, error)


def headers_from(file: SourceFile, columns: Columns) -> Iterator[tuple[Place, Report | Rejection | Name]]:
    """Every record of a file; of rows without status and time only their names, where that is faster."""
    try:
        if reader_for(file.path) is jsonl.read:
            headers: Iterator[tuple[Place, Report | Rejection | Name]]
            headers = jsonl.headers_from(file.path, file.name, columns)
        else:
            headers = _records(file, columns, None)
        yield from _spaced(headers) if is_compressed(file.path) else headers
    except Exception as error:  # noqa: BLE001 - a bug met by one file must not stop the others
        yield None, _unusable(file, error)


def _records(file: SourceFile, columns: Columns, place: Place) -> Iterator[tuple[Place, Report | Rejection]]:
    reader = reader_for(file.path)
    if reader in _FROM:
        return _FROM[reader](file.path, file.name, columns, place)
    return ((None, record) for record in reader(file.path, file.name, columns))


def _spaced(
    headers: Iterator[tuple[Place, Report | Rejection | Name]],
) -> Iterator[tuple[Place, Report | Rejection | Name]]:
    """The same records with ever fewer places: whoever starts in a compressed file expands all that stands before."""
    last = 0
    for place, found in headers:
        if place and place[0] - last >= max(_APART, place[0] // _APART_PART):
            last = place[0]
            yield place, found
        else:
            yield None, found


def _unusable(file: SourceFile, error: Exception) -> Rejection:
    if isinstance(error, HoradError):
        reason = str(error).removeprefix(f"{file.name}: ")
    elif isinstance(error, OSError):
        reason = f"cannot be read ({error.strerror or 'input error'})"
    else:  # a foreign message may quote a report; its type may not
        reason = f"cannot be read on from here ({type(error).__name__}); please report it"
    return Rejection(source=file.name, reason=reason)
