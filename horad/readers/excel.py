"""Excel workbooks: the rows of the first sheet that has a text column, each a report; formulas count by their values.

The workbook is opened in a child process under limits, which writes its rows as JSON lines into a private file.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from horad.errors import RecordError, SourceError
from horad.knowledge.sources import load_limits
from horad.readers.documents import confined, need, refuse_large
from horad.readers.rows import Columns, row_to_report, settle
from horad.records import Rejection, Report

_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SUFFIXES = (".xlsx", ".xlsm")
_WORKBOOK = "xl/workbook.xml"
# Some of these stand first in every Office file.
_PARTS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/")


def is_workbook(head: bytes, suffix: str, path: Path) -> bool:
    """Whether a file is a workbook: an Office file by its first bytes, called like one or with the parts of one."""
    if head.startswith(_OLD):
        return suffix in (*_SUFFIXES, ".xls")
    if not head.startswith(_ZIP):
        return False
    return suffix in _SUFFIXES or (any(part in head for part in _PARTS) and _holds_a_workbook(path))


def _holds_a_workbook(path: Path) -> bool:
    """Whether the list of an archive names a workbook; a child reads it, as it may be made to do harm."""
    try:
        refuse_large(path)
        return bool(confined(archive_of_file, str(path))["is_workbook"])
    except RecordError:
        return False


def archive_of_file(path: str) -> dict[str, Any]:
    """In the child: whether an archive holds a workbook."""
    with zipfile.ZipFile(path) as archive:
        return {"is_workbook": _WORKBOOK in archive.namelist()}


def read(path: Path, name: str, columns: Columns) -> Iterator[Report | Rejection]:
    """Yield the report of every row.

    Raises:
        SourceError: if no sheet has the text column.
        RecordError: if the workbook cannot be read.
        HoradError: if the extra is not installed.
    """
    need("openpyxl", "Excel")
    with path.open("rb") as file:
        if file.read(len(_OLD)) == _OLD:
            raise RecordError("is a workbook of Excel 97 to 2003, or has a password; save it as .xlsx or CSV")
    refuse_large(path)
    with tempfile.TemporaryDirectory() as folder:
        sheets = confined(rows_of_file, str(path), folder)["sheets"]
        chosen, settled = _choose(sheets, columns, name)
        with Path(folder, str(chosen)).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                row = {key: value for key, value in json.loads(line).items() if value is not None}
                yield row_to_report({str(settled.text): "", **row}, settled, name, number)


def _choose(sheets: list[list[str]], columns: Columns, name: str) -> tuple[int, Columns]:
    """The first sheet with a text column, and its columns."""
    problem: SourceError | None = None
    for number, names in enumerate(sheets):
        if not names:
            continue
        try:
            return number, settle(columns, names, name)
        except SourceError as error:
            problem = problem or error
    raise problem or SourceError(f"{name}: holds no sheet with rows")


def rows_of_file(path: str, folder: str) -> dict[str, Any]:
    """In the child: the column names of every sheet that has rows, which go into a file each, or the problem."""
    import openpyxl

    # Given by its name, a file that is not called .xlsx would be refused.
    with Path(path).open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        budget = _Budget()
        try:
            return {"sheets": [_sheet(sheet, Path(folder, str(n)), budget) for n, sheet in enumerate(book.worksheets)]}
        except RecordError as error:
            return {"problem": str(error)}


def _sheet(sheet: Any, place: Path, budget: "_Budget") -> list[str]:
    """Write the rows of a sheet; return its column names, none where it has no rows."""
    values = sheet.iter_rows(values_only=True)
    header = [str(cell) if cell is not None else "" for cell in next(values, ())]
    before = budget.rows
    with place.open("wb") as lines:
        for row in values:
            is_blank = all(cell is None for cell in row)
            line = (
                b"" if is_blank else json.dumps(_named(header, row), default=str, ensure_ascii=False).encode() + b"\n"
            )
            budget.spend(len(line))
            lines.write(line)
    return [cell for cell in header if cell] if budget.rows > before else []


class _Budget:
    """How much the rows of a workbook have taken of what they may."""

    def __init__(self) -> None:
        self._limits = load_limits().documents
        self.rows = self._bytes = 0

    def spend(self, size: int) -> None:
        """Note one more row, before it is written.

        Raises:
            RecordError: if it is one too many, or would fill the disk.
        """
        self.rows += 1
        self._bytes += size
        if self.rows > self._limits.rows:
            raise RecordError(f"has more than {self._limits.rows:,} rows")
        if self._bytes > self._limits.rows_bytes:
            megabytes = self._limits.rows_bytes // 1_000_000
            raise RecordError(f"has rows that take more than {megabytes} MB; it may be made to do harm")


def _named(header: list[str], row: tuple[Any, ...]) -> dict[str, Any]:
    return {name: _plain(cell) for name, cell in zip(header, row, strict=False) if name}


def _plain(cell: Any) -> Any:
    """A cell as JSON has it; dates as ISO 8601, numbers without the fraction that Excel adds."""
    if hasattr(cell, "isoformat"):
        text = str(cell.isoformat())
        return text.removesuffix("T00:00:00")
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell
