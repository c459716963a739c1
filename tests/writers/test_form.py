import importlib.util
import re
from pathlib import Path

import pytest

from horad.errors import HoradError, OutputError
from horad.records import ReportResult, Summary
from horad.writers.form import Form, settle_form


@pytest.mark.parametrize(
    ("out", "asked", "form"),
    [
        ("r.jsonl", None, Form("jsonl")),
        ("r.NDJSON", None, Form("jsonl")),
        ("r.csv", None, Form("csv")),
        ("r.parquet", None, Form("parquet")),
        ("r", None, Form("parquet", is_folder=True)),
        ("r", "parquet", Form("parquet", is_folder=True)),
        ("r", "jsonl", Form("jsonl")),
        ("r.txt", "csv", Form("csv")),
        ("r.data", "parquet", Form("parquet")),
        ("r.duckdb", None, Form("duckdb")),
        ("r", "duckdb", Form("duckdb")),
        ("r", "dicom-sr", Form("dicom-sr", is_folder=True)),
        ("r", "fhir", Form("fhir", is_folder=True)),
        ("r", "hl7", Form("hl7", is_folder=True)),
    ],
)
def test_the_form_follows_what_is_asked_then_the_suffix(out: str, asked: str | None, form: Form) -> None:
    assert settle_form(Path(out), asked) == form


def test_a_folder_with_a_dot_in_its_name_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "v1.2").mkdir()
    assert settle_form(tmp_path / "v1.2") == Form("parquet", is_folder=True)


@pytest.mark.parametrize(
    ("out", "asked", "message"),
    [
        ("r.xml", None, "r.xml: ends in .xml, which horad does not write; use .jsonl, .csv, .parquet or .duckdb"),
        (
            "r",
            "xml",
            "'xml' is not a form horad writes; choose one of parquet, jsonl, csv, duckdb, dicom-sr, fhir, hl7",
        ),
    ],
)
def test_an_unknown_form_is_refused(out: str, asked: str | None, message: str) -> None:
    with pytest.raises(OutputError, match=message):
        settle_form(Path(out), asked)


@pytest.mark.parametrize(
    ("form", "module", "extra"), [("duckdb", "duckdb", "duckdb"), ("dicom-sr", "highdicom", "dicom-sr")]
)
def test_a_form_whose_extra_is_missing_says_what_to_install(
    form: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == module else found(name))
    with pytest.raises(HoradError, match=re.escape(f"the form {form} needs an extra: pip install 'horad[{extra}]'")):
        settle_form(Path("r"), form)


@pytest.mark.parametrize(
    ("form", "takes"),
    [("dicom-sr", False), ("fhir", False), ("hl7", True), ("parquet", True), ("jsonl", True), ("duckdb", True)],
)
def test_only_records_of_a_patient_leave_out_what_mentions_nothing(
    form: str, takes: bool, result: ReportResult
) -> None:
    silent = result.model_copy(update={"summary": Summary(), "findings": ()})
    assert (Form(form).kind.takes(silent), Form(form).kind.takes(result)) == (takes, True)
