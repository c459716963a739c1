"""One text file, one report; the id is its path below the source, without the suffix."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from horad.errors import RecordError
from horad.readers.compressed import open_bytes
from horad.readers.decode import MAX_REPORT_BYTES, decode
from horad.readers.rows import Columns
from horad.records import Metadata, Rejection, Report


def read(path: Path, name: str, columns: Columns) -> Iterator[Report | Rejection]:
    """Yield the one report of a text file; ``name`` is its path below the source."""
    del columns  # a text has none; every reader is called alike
    with open_bytes(path) as file:
        raw = file.read(MAX_REPORT_BYTES + 1)
    yield report_of(raw, name)


def report_of(raw: bytes, name: str) -> Report | Rejection:
    """The report in these bytes, or the reason why there is none."""
    try:
        text, warnings = _text(raw)
    except RecordError as error:
        return Rejection(source=name, reason=str(error))
    metadata = Metadata(id=str(PurePosixPath(name.removesuffix(".gz")).with_suffix("")))
    return Report(text=text, metadata=metadata, source=name, warnings=warnings)


def _text(raw: bytes) -> tuple[str, tuple[str, ...]]:
    if not raw:
        raise RecordError("is empty; a report has text")
    decoded = decode(raw)
    if len(raw) > MAX_REPORT_BYTES:
        megabytes = MAX_REPORT_BYTES // 1_000_000
        raise RecordError(f"is larger than {megabytes} MB; a text file holds one report: split it, or use JSON lines")
    if not decoded.text.strip():
        raise RecordError("holds only white space; a report has text")
    return decoded.text, decoded.warnings
