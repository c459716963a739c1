"""Workbooks in: the sheet and the columns that are read, what cells mean, and files made to do harm."""

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from horad.knowledge.sources import load_limits
from horad.readers import excel
from horad.readers.detect import read_source
from horad.readers.rows import Columns
from horad.records import Rejection, Report

HEADER = ["Report ID", "Report Text", "study_date", "patient_id"]


def _book(path: Path, *sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"s{number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_every_row_is_a_report(tmp_path: Path) -> None:
    rows = [HEADER, [1.0, "HO, left hip.\nNo mass.", dt.datetime(2024, 1, 2), 7], ["b", "No HO.", None, None]]  # noqa: DTZ001
    first, second = read_source(_book(tmp_path / "night.xlsx", rows))
    assert isinstance(first, Report)
    assert isinstance(second, Report)
    assert (first.metadata.id, first.text) == ("1", "HO, left hip.\nNo mass.")
    assert (first.metadata.study_date, first.metadata.patient_id) == ("2024-01-02", "7")
    assert (second.metadata.id, second.position) == ("b", 2)


def test_the_first_sheet_with_texts_is_read(tmp_path: Path) -> None:
    path = _book(tmp_path / "night.xlsx", [["month", "count"], [1, 2]], [["text"]], [["text"], ["No HO."]])
    assert [record.text for record in read_source(path) if isinstance(record, Report)] == ["No HO."]


def test_the_columns_asked_for_are_read(tmp_path: Path) -> None:
    path = _book(tmp_path / "night.xlsx", [["key", "words"], ["k1", "No HO."]])
    (record,) = read_source(path, Columns("words", "key"))
    assert isinstance(record, Report)
    assert (record.metadata.id, record.text) == ("k1", "No HO.")


def test_a_row_without_text_is_a_rejection(tmp_path: Path) -> None:
    records = list(
        read_source(_book(tmp_path / "night.xlsx", [HEADER, ["1", None, None, None], ["2", "HO.", None, None]]))
    )
    assert [type(record) for record in records] == [Rejection, Report]


def test_a_workbook_without_a_text_column_names_its_columns(tmp_path: Path) -> None:
    (record,) = read_source(_book(tmp_path / "night.xlsx", [["month", "count"], [1, 2]]))
    assert isinstance(record, Rejection)
    assert "its columns are: month, count" in record.reason


def _damaged(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + b"\x00" * 400)


_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OPENING = b'<worksheet xmlns="%b"><sheetData><row><c t="inlineStr"><is><t>' % _MAIN


def _bomb(path: Path) -> None:
    """A sheet of some kilobytes that inflates to gigabytes."""
    _book(path, [["text"], ["HO."]])
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            if name.endswith("sheet1.xml"):
                with book.open(name, "w", force_zip64=True) as sheet:
                    sheet.write(_OPENING)
                    for _ in range(1_500):
                        sheet.write(b"x" * 1_000_000)
            else:
                book.writestr(name, data)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(_damaged, "is damaged, or not of the form it claims", id="damaged"),
        pytest.param(_bomb, "needs more memory|takes longer|ends the process|is damaged", id="bomb"),
    ],
)
def test_a_bad_workbook_is_rejected_and_the_next_one_read(tmp_path: Path, make: Any, reason: str) -> None:
    make(tmp_path / "bad.xlsx")
    _book(tmp_path / "good.xlsx", [["text"], ["No HO."]])
    bad, good = read_source(tmp_path)
    assert isinstance(bad, Rejection)
    assert any(part in bad.reason for part in reason.split("|"))
    assert isinstance(good, Report)


def test_an_old_workbook_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + b"\x00" * 100)
    (record,) = read_source(tmp_path / "old.xls")
    assert isinstance(record, Rejection)
    assert record.reason == "is a workbook of Excel 97 to 2003, or has a password; save it as .xlsx or CSV"


@pytest.mark.parametrize("name", ["night", "night.dat", "night.txt", "night.json", "night.XLSX"])
def test_a_workbook_is_recognised_under_any_name(tmp_path: Path, name: str) -> None:
    path = _book(tmp_path / "made.xlsx", [["id", "text"], ["a", "No HO."]]).rename(tmp_path / name)
    (record,) = read_source(path)
    assert isinstance(record, Report)
    assert record.metadata.id == "a"


@pytest.mark.parametrize("inner", ["word/document.xml", "readme.txt"])
def test_another_archive_is_no_workbook(tmp_path: Path, inner: str) -> None:
    with zipfile.ZipFile(tmp_path / "letter", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(inner, "HO.")
    (record,) = read_source(tmp_path / "letter")
    assert isinstance(record, Rejection)
    assert record.reason == "is a ZIP or Office file; export it as text, CSV or JSON lines"


def _repeated(path: Path, rows: int) -> Path:
    """A small workbook of many rows that share one long text."""
    return _book(path, [["text"], *[["x" * 30_000]] * rows])


def test_rows_that_would_fill_the_disk_are_refused_before_they_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = load_limits()
    narrow = limits.documents.model_copy(update={"rows_bytes": 1_000_000})
    monkeypatch.setattr(excel, "load_limits", lambda: limits.model_copy(update={"documents": narrow}))
    answer = excel.rows_of_file(str(_repeated(tmp_path / "night.xlsx", 40)), str(tmp_path))
    assert answer == {"problem": "has rows that take more than 1 MB; it may be made to do harm"}
    assert 900_000 < (tmp_path / "0").stat().st_size <= 1_000_000


@pytest.mark.slow
def test_a_workbook_of_many_long_rows_is_quarantined(tmp_path: Path) -> None:
    (record,) = read_source(_repeated(tmp_path / "night.xlsx", 18_000))
    assert isinstance(record, Rejection)
    assert record.reason == "has rows that take more than 512 MB; it may be made to do harm"
