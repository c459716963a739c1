import csv
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from horad.records import Report, ReportResult
from horad.writers.csv import COLUMNS, CsvWriter, guarded

REPORT = Report(text="secret")


def rows(folder: Path, *results: ReportResult) -> list[dict[str, str]]:
    with CsvWriter(folder / "out.csv") as writer:
        for result in results:
            writer.write(result, REPORT)
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_result_is_one_flat_row(result: ReportResult, tmp_path: Path) -> None:
    [row] = rows(tmp_path, result)
    assert tuple(row) == COLUMNS
    shown = {name: row[name] for name in COLUMNS if name not in ("evidence", "text_sha256", "rules_sha256")}
    assert shown == {
        "report_id": "case-1",
        "patient_id": "P-1",
        "accession_number": "A-1",
        "study_date": "2024-05-06",
        "report_status": "final",
        "in_scope": "true",
        "ho_status": "present",
        "sites": "hip:left",
        "maturity": "mature",
        "marrow_signal": "fatty",
        "neurovascular_relation": "abuts",
        "neurovascular_structures": "sciatic nerve",
        "grades": "brooker:III",
        "features": "cortical_rim=present",
        "tumour": "excluded",
        "modality": "ct",
        "risk_factors": "spinal_cord_injury",
        "lesions": "1",
        "alerts": "tumour_not_excluded",
        "conflicts": "laterality_conflict",
        "warnings": "encoding",
        "extra": '{"ward":"7","gold":{"a":[1,null]}}',
        "horad": "0.1.0",
    }


def test_the_evidence_cell_is_the_evidence(result: ReportResult, tmp_path: Path) -> None:
    [row] = rows(tmp_path, result)
    assert json.loads(row["evidence"]) == json.loads(result.model_dump_json())["evidence"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_is_guarded(start: str, result: ReportResult, tmp_path: Path) -> None:
    evil = result.model_copy(update={"report_id": f'{start}HYPERLINK("x")', "patient_id": f"{start}1"})
    [row] = rows(tmp_path, evil)
    assert (row["report_id"], row["patient_id"]) == (f'\'{start}HYPERLINK("x")', f"'{start}1")


@given(st.text())
def test_no_cell_begins_like_a_formula(cell: str) -> None:
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert guarded(cell).removeprefix("'") == cell.removeprefix("'")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(report_id=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_id_is_read_back(report_id: str, result: ReportResult, tmp_path: Path) -> None:
    [row] = rows(tmp_path, result.model_copy(update={"report_id": report_id}))
    assert row["report_id"] == guarded(report_id)
