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

    limits = load_limits().documents
    # Given by its name, a file that is not called .xlsx would be refused.
    file = Path(path).open("rb")  # noqa: SIM115 - sheets are read from it until the end of the child's call
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    names: list[list[str]] = []
    rows = 0
    for number, sheet in enumerate(book.worksheets):
        values = sheet.iter_rows(values_only=True)
        header = [str(cell) if cell is not None else "" for cell in next(values, ())]
        before = rows
        with Path(folder, str(number)).open("w", encoding="utf-8") as lines:
            for row in values:
                rows += 1
                if rows > limits.rows:
                    return {"problem": f"has more than {limits.rows:,} rows"}
                if any(cell is not None for cell in row):
                    lines.write(json.dumps(_named(header, row), default=str, ensure_ascii=False) + "\n")
        names.append([cell for cell in header if cell] if rows > before else [])
    return {"sheets": names}


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
