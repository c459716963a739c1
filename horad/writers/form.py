"""The forms of output: how a path names one, how a part of it is written, and how parts become one file."""

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from horad.errors import HoradError, OutputError
from horad.records import Report, ReportResult
from horad.writers import csv, dicom_sr, duckdb, fhir, hl7, jsonl, parquet
from horad.writers.statements import says_something

Stamp = Mapping[str, str]
"""What a file says of its making, where its form has a place for that: version, rules, shard."""


class Writer(Protocol):
    """How every form is written: one result after the other, inside a ``with`` block, with the report it came from."""

    def write(self, result: ReportResult, report: Report) -> None:
        """Add one result; the report says of which patient, study and document."""


@dataclass(frozen=True)
class Kind:
    """How a form is made of parts.

    A part whose suffix is empty is a folder of files, and such a form is always written to a folder. ``join`` makes one
    file of the parts, in their order; where it is None, OUT is a folder. ``takes`` says which results belong into the
    form; the others are counted as left out. A form that needs an extra names it and its module.
    """

    open: Callable[[Path, Stamp], AbstractContextManager[Writer]]
    part_suffix: str
    join: Callable[[Sequence[Path], Path, Stamp], None] | None = None
    takes: Callable[[ReportResult], bool] = lambda _: True
    extra: tuple[str, str] | None = None


_KINDS: dict[str, Kind] = {
    "parquet": Kind(parquet.ParquetWriter, ".parquet", parquet.join),
    "jsonl": Kind(lambda path, _: jsonl.JsonlWriter(path), ".jsonl", jsonl.join),
    "csv": Kind(lambda path, _: csv.CsvWriter(path), ".csv", csv.join),
    "duckdb": Kind(duckdb.open_part, ".parquet", duckdb.join, extra=("duckdb", "duckdb")),
    "dicom-sr": Kind(
        lambda path, _: dicom_sr.DicomSrWriter(path), "", takes=says_something, extra=("dicom-sr", "highdicom")
    ),
    "fhir": Kind(lambda path, _: fhir.FhirWriter(path), ".ndjson", takes=says_something),
    "hl7": Kind(lambda path, _: hl7.Hl7Writer(path), ".hl7"),
}
FORMS = tuple(_KINDS)
_BY_SUFFIX = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".duckdb": "duckdb",
}


@dataclass(frozen=True)
class Form:
    """A form of output; a folder holds parts."""

    name: str
    is_folder: bool = False

    @property
    def kind(self) -> Kind:
        """How it is written."""
        return _KINDS[self.name]

    def part_name(self, shard: str) -> str:
        """The name of the part that a shard writes."""
        return f"part-{shard}{self.kind.part_suffix}"


def settle_form(out: Path, asked: str | None = None) -> Form:
    """The form for OUT: as asked, else by its suffix, else a folder of Parquet parts.

    Raises:
        OutputError: if the form or the suffix is not known.
        HoradError: if the form needs an extra that is not installed.
    """
    suffix = out.suffix.lower()
    if asked is not None:
        if asked not in _KINDS:
            raise OutputError(f"{asked!r} is not a form horad writes; choose one of {', '.join(FORMS)}")
        is_parts = asked == "parquet" and (not suffix or out.is_dir())
        return _ready(Form(asked, is_folder=is_parts or _KINDS[asked].join is None))
    if suffix in _BY_SUFFIX:
        return _ready(Form(_BY_SUFFIX[suffix]))
    if suffix and not out.is_dir():
        raise OutputError(f"{out}: ends in {suffix}, which horad does not write; use .jsonl, .csv, .parquet or .duckdb")
    return Form("parquet", is_folder=True)


def _ready(form: Form) -> Form:
    """The form, if what it needs is installed: asked before the work begins, without loading it.

    Raises:
        HoradError: naming the extra to install.
    """
    if form.kind.extra is not None:
        extra, module = form.kind.extra
        if importlib.util.find_spec(module) is None:
            raise HoradError(f"the form {form.name} needs an extra: pip install 'horad[{extra}]'")
    return form
