import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from horad.records import Report, ReportResult, Summary
from horad.terms import Feature
from horad.writers.flat import COLUMNS, FlatWriter, join, row

STAMP = {"version": "0.1.0", "rules_sha256": "0"}


def parts(folder: Path, *results: ReportResult) -> list[Path]:
    """A part per result."""
    made = []
    for number, result in enumerate(results):
        made.append(folder / f"{number}.parquet")
        with FlatWriter(made[-1]) as writer:
            writer.write(result, Report(text=""))
    return made


def test_a_row_holds_plain_values(result: ReportResult) -> None:
    shown = {name: value for name, value in row(result).items() if name not in ("text_sha256", "rules_sha256")}
    assert shown == {
        "report_id": "case-1",
        "patient_id": "P-1",
        "accession_number": "A-1",
        "study_date": "2024-05-06",
        "report_status": "final",
        "in_scope": True,
        "ho_status": "present",
        "sites": "hip:left",
        "maturity": "mature",
        "marrow_signal": "fatty",
        "neurovascular_relation": "abuts",
        "neurovascular_structures": "sciatic nerve",
        "neurovascular_distance_mm": None,
        "grades": "brooker:III",
        "brooker": "III",
        "tumour": "excluded",
        "modality": "ct",
        "risk_factors": "spinal_cord_injury",
        "lesions": 1,
        "change": "hip:left:increased",
        "largest_mm": 34.0,
        "feature_cortical_rim": "present",
        "injury_interval_days": 700,
        "diagnosis": "ho",
        "diagnosis_probability": 1.0,
        "alerts": "tumour_not_excluded",
        "conflicts": "laterality_conflict",
        "warnings": "encoding",
        "horad": "0.1.0",
    }


def test_every_feature_has_its_column() -> None:
    assert [name for name in COLUMNS if name.startswith("feature_")] == [f"feature_{name}" for name in Feature]


def test_a_parquet_table_has_typed_columns_and_all_rows(result: ReportResult, tmp_path: Path) -> None:
    silent = result.model_copy(update={"summary": Summary(), "findings": (), "differential": ()})
    join(parts(tmp_path, result, silent), tmp_path / "flat", ".parquet", STAMP)
    table = pq.read_table(tmp_path / "flat")
    assert table.column_names == list(COLUMNS)
    assert {name: str(table.schema.field(name).type) for name in ("in_scope", "lesions", "largest_mm", "sites")} == {
        "in_scope": "bool",
        "lesions": "int64",
        "largest_mm": "double",
        "sites": "string",
    }
    assert [one["diagnosis"] for one in table.to_pylist()] == ["ho", None]
    assert table.schema.metadata == {b"horad.version": b"0.1.0", b"horad.rules_sha256": b"0"}


def test_a_csv_table_has_the_same_columns_and_rows(result: ReportResult, tmp_path: Path) -> None:
    join(parts(tmp_path, result, result), tmp_path / "flat", ".csv", STAMP)
    with (tmp_path / "flat").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [list(one) for one in rows] == [list(COLUMNS)] * 2
    assert (rows[0]["in_scope"], rows[0]["largest_mm"], rows[0]["feature_cleft"]) == ("true", "34.0", "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_is_guarded(start: str, result: ReportResult, tmp_path: Path) -> None:
    evil = result.model_copy(update={"report_id": f"{start}1"})
    join(parts(tmp_path, evil), tmp_path / "flat", ".csv", STAMP)
    with (tmp_path / "flat").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["report_id"] == f"'{start}1"


def test_no_part_is_a_table_without_rows(tmp_path: Path) -> None:
    join([], tmp_path / "flat.csv", ".csv", STAMP)
    join([], tmp_path / "flat.parquet", ".parquet", STAMP)
    assert (tmp_path / "flat.csv").read_bytes() == (",".join(COLUMNS) + "\r\n").encode()
    assert pq.read_table(tmp_path / "flat.parquet").shape == (0, len(COLUMNS))


def test_no_result_is_no_part(tmp_path: Path) -> None:
    with FlatWriter(tmp_path / "none"):
        pass
    assert not (tmp_path / "none").exists()
