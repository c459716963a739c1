import datetime as dt
import decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from horad.errors import SourceError
from horad.readers.parquet import read
from horad.readers.rows import Columns
from horad.records import Metadata, Rejection, Report


def records(table: pa.Table, folder: Path) -> list[Report | Rejection]:
    pq.write_table(table, folder / "t.parquet")
    return list(read(folder / "t.parquet", "t.parquet", Columns()))


def test_every_row_is_a_report_in_order(tmp_path: Path) -> None:
    table = pa.table({"id": range(1500), "text": [f"Report {n}." for n in range(1500)]})
    found = records(table, tmp_path)
    assert found == [
        Report(text=f"Report {n}.", metadata=Metadata(id=str(n)), source="t.parquet", position=n + 1)
        for n in range(1500)
    ]


@pytest.mark.parametrize(
    ("column", "carried"),
    [
        pytest.param(pa.array([dt.date(2024, 5, 6)]), "2024-05-06", id="date"),
        pytest.param(pa.array([dt.datetime(2024, 5, 6, 7, 8)]), "2024-05-06T07:08:00", id="time"),  # noqa: DTZ001
        pytest.param(pa.array([decimal.Decimal("1.50")]), "1.50", id="decimal"),
        pytest.param(pa.array([b"\x01\xff"]), "01ff", id="bytes"),
        pytest.param(pa.array([float("nan")]), None, id="not a number"),
        pytest.param(pa.array([{"a": [1, None]}]), {"a": [1, None]}, id="nested"),
        pytest.param(pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int8())), {"k": 1}, id="map"),
        pytest.param(pa.array(["x"]).dictionary_encode(), "x", id="dictionary"),
    ],
)
def test_every_kind_of_cell_is_carried_as_json(column: pa.Array, carried: object, tmp_path: Path) -> None:
    [report] = records(pa.table({"text": ["HO."], "x": column}), tmp_path)
    assert isinstance(report, Report)
    assert report.metadata.extra == {"x": carried}


def test_a_row_without_text_is_rejected_with_its_place(tmp_path: Path) -> None:
    found = records(pa.table({"text": ["HO.", None]}), tmp_path)
    assert found[1] == Rejection(source="t.parquet", position=2, reason="'text' is empty")


def test_a_table_without_a_text_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="t.parquet: has no text column.*: a"):
        records(pa.table({"a": [1]}), tmp_path)


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(SourceError, match="t.parquet: is not a readable Parquet file; write it again"):
        list(read(path, "t.parquet", Columns()))
