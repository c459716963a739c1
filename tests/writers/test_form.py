from pathlib import Path

import pytest

from horad.errors import OutputError
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
        ("r.xml", None, "r.xml: ends in .xml, which horad does not write; use .jsonl, .csv or .parquet"),
        ("r", "xml", "'xml' is not a form horad writes; choose one of parquet, jsonl, csv"),
    ],
)
def test_an_unknown_form_is_refused(out: str, asked: str | None, message: str) -> None:
    with pytest.raises(OutputError, match=message):
        settle_form(Path(out), asked)
