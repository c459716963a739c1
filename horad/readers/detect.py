"""A path → its reports: every form recognised by content, then by suffix; folders read to the bottom."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from horad.errors import HoradError, RecordError, SourceError
from horad.readers import csv, dicom, excel, fhir, hl7, html, jsonl, parquet, pdf, text
from horad.readers.compressed import is_compressed, open_bytes, suffix_of
from horad.readers.decode import decode
from horad.readers.hl7_messages import looks_like_hl7
from horad.readers.rows import Columns
from horad.records import Rejection, Report

Reader = Callable[[Path, str, Columns], Iterator[Report | Rejection]]
"""How every form is read: the file, its name below the source, the columns asked for."""

_BY_SUFFIX: dict[str, Reader] = {
    ".txt": text.read,
    ".html": html.read,
    ".htm": html.read,
    ".text": text.read,
    ".md": text.read,
    ".rpt": text.read,
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
    ".json": jsonl.read,
    ".csv": csv.read,
    ".tsv": csv.read,
    ".tab": csv.read,
    ".parquet": parquet.read,
    ".pq": parquet.read,
}
_BY_CONTENT: tuple[tuple[Callable[[bytes], bool], Reader], ...] = (
    (lambda head: head.startswith(b"PAR1"), parquet.read),
    (dicom.looks_like_dicom, dicom.read),
    (pdf.looks_like_pdf, pdf.read),
    (looks_like_hl7, hl7.read),
    (fhir.looks_like_fhir, fhir.read),
    (html.looks_like_html, html.read),
)
_SNIFF_BYTES = 65_536
_EXPANDED = frozenset({jsonl.read, csv.read, fhir.read, hl7.read, text.read})


@dataclass(frozen=True)
class SourceFile:
    """One file of a source, and its name below it."""

    path: Path
    name: str

    @property
    def stamp(self) -> tuple[int, int]:
        """Size and time of change: whether it is still the file it was."""
        try:
            found = self.path.stat()
        except OSError:
            return -1, -1  # what it is will be told when it is read
        return found.st_size, found.st_mtime_ns


def files_of(source: Path, leave_out: Iterable[Path] = ()) -> Iterator[SourceFile]:
    """Every file of a source, in order.

    Raises:
        SourceError: if the source does not exist, or holds no file at all.
    """
    if not source.exists():
        raise SourceError(f"{source}: no such file or folder")
    if not source.is_dir():
        yield SourceFile(source, source.name)
        return
    left_out = {path.resolve() for path in leave_out}
    found = False
    for path in _walk(source):
        if path.resolve() not in left_out and not left_out & set(path.resolve().parents):
            found = True
            yield SourceFile(path, path.relative_to(source).as_posix())
    if not found:
        raise SourceError(f"{source}: holds no reports; a report is a .txt, .jsonl, .csv or .parquet file")


def read_source(
    source: Path, columns: Columns | None = None, *, leave_out: Iterable[Path] = ()
) -> Iterator[Report | Rejection]:
    """Yield every report of a file or a folder, and a rejection for what is none.

    Raises:
        SourceError: if the source does not exist, cannot be read, or holds no file at all.
    """
    for file in files_of(source, leave_out):
        yield from _read_file(file.path, file.name, columns or Columns())


def _read_file(path: Path, name: str, columns: Columns) -> Iterator[Report | Rejection]:
    """Read one file; what makes the whole file unusable is one rejection, so that the next file is read."""
    try:
        yield from reader_for(path)(path, name, columns)
    except HoradError as error:
        yield Rejection(source=name, reason=str(error).removeprefix(f"{name}: "))
    except OSError as error:
        yield Rejection(source=name, reason=f"cannot be read ({error.strerror or 'input error'})")


def reader_for(path: Path) -> Reader:
    """Content before suffix: Parquet and JSON lines are recognised under any name."""
    if not stat.S_ISREG(path.stat().st_mode):
        return text.read  # a pipe is read once, from its start
    if not is_compressed(path):
        return _reader_for(path)
    read = _reader_for(path)
    if read not in _EXPANDED:
        raise RecordError("is a document, table or page that gzip has compressed; decompress it first")
    return read


def _reader_for(path: Path) -> Reader:
    with open_bytes(path) as file:
        head = file.read(_SNIFF_BYTES)
    suffix = suffix_of(path)
    if not head:
        raise RecordError("is empty; check how it was made")
    for looks_like, read in _BY_CONTENT:
        if looks_like(head):
            return read
    if excel.is_workbook(head, suffix, path):
        return excel.read
    if suffix not in (".csv", ".tsv", ".tab") and _is_json_lines(head):
        return jsonl.read
    if suffix == ".json":
        raise RecordError("is not JSON lines; write one object per line")
    return _BY_SUFFIX.get(suffix, text.read)


def _is_json_lines(head: bytes) -> bool:
    """Whether the first line that is not blank opens a JSON object and, if it is all there, is one."""
    lines = [line for line in head.splitlines(keepends=True) if line.strip(b"\xef\xbb\xbf \t\r\n")]
    if not lines or not lines[0].lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
        return False
    if not lines[0].endswith((b"\n", b"\r")) and len(head) == _SNIFF_BYTES:
        return True
    try:
        jsonl.parse_object(decode(lines[0]).text)
    except RecordError:
        return False
    return True


def _walk(folder: Path) -> Iterator[Path]:
    """Every file below, in order; hidden files and folders are passed over, links to folders not followed."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(place, name)
