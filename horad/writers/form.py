"""The forms of output, and how a path names one."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from horad.errors import OutputError
from horad.records import Report, ReportResult
from horad.writers.csv import CsvWriter
from horad.writers.jsonl import JsonlWriter
from horad.writers.parquet import ParquetWriter, PartsWriter

FORMS = ("parquet", "jsonl", "csv")
_BY_SUFFIX = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}


class Writer(Protocol):
    """How every form is written: one result after the other, inside a ``with`` block, with the report it came from."""

    def write(self, result: ReportResult, report: Report) -> None:
        """Add one result; the report says of which patient, study and document."""


@dataclass(frozen=True)
class Form:
    """A form of output; a folder holds numbered parts."""

    name: str
    is_folder: bool = False


def settle_form(out: Path, asked: str | None = None) -> Form:
    """The form for OUT: as asked, else by its suffix, else a folder of Parquet parts.

    Raises:
        OutputError: if the form or the suffix is not known.
    """
    suffix = out.suffix.lower()
    if asked is not None:
        if asked not in FORMS:
            raise OutputError(f"{asked!r} is not a form horad writes; choose one of {', '.join(FORMS)}")
        return Form(asked, is_folder=asked == "parquet" and (not suffix or out.is_dir()))
    if suffix in _BY_SUFFIX:
        return Form(_BY_SUFFIX[suffix])
    if suffix and not out.is_dir():
        raise OutputError(f"{out}: ends in {suffix}, which horad does not write; use .jsonl, .csv or .parquet")
    return Form("parquet", is_folder=True)


def open_writer(form: Form, place: Path) -> AbstractContextManager[Writer]:
    """The writer of a form, writing to ``place``."""
    if form.is_folder:
        return PartsWriter(place)
    match form.name:
        case "jsonl":
            return JsonlWriter(place)
        case "csv":
            return CsvWriter(place)
    return ParquetWriter(place)
