"""The command: reports and results in, the same without identifiers out, and words about it that name nobody."""

import json
from pathlib import Path

import pytest

from horad.cli.app import run

ROW = {
    "id": "R-1",
    "patient_id": "PT-9",
    "patient_name": "Quillfeather, Abigail",
    "text": "Quillfeather: heterotopic ossification of the left hip on 04/09/2021. Call (555) 010-4477.",
}


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + json.dumps({"id": "R-2", "text": "No bone."}) + "\n")
    return path


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_reports_are_cleaned_and_counted(reports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, risks = tmp_path / "out.jsonl", tmp_path / "risks.json"
    arguments = ["dataset", "deidentify", str(reports), "-o", str(out), "--key", str(tmp_path / "key")]
    assert run([*arguments, "--risks", str(risks)]) == 0
    first, second = _lines(out)
    assert str(first["text"]).startswith("[NAME]: heterotopic ossification of the left hip on ")
    assert set(first) == {"id", "text", "patient_id"}
    assert second["text"] == "No bone."
    told = capsys.readouterr()
    assert told.out == ""
    assert "2 → " in told.err
    assert "Quillfeather" not in told.err
    assert json.loads(risks.read_text())["replaced"] == {"date": 1, "name": 1, "phone": 1}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_tables_are_written_too(reports: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.{suffix}"
    assert run(["dataset", "deidentify", str(reports), "-o", str(out), "--key", str(tmp_path / "key")]) == 0
    assert b"Quillfeather" not in out.read_bytes()


def test_results_are_cleaned_by_their_texts(reports: Path, tmp_path: Path) -> None:
    results, out = tmp_path / "results.jsonl", tmp_path / "out.jsonl"
    assert run(["batch", str(reports), "-o", str(results), "--keep-text"]) == 0
    assert run(["dataset", "deidentify", str(results), "-o", str(out), "--key", str(tmp_path / "key")]) == 0
    assert [line["extra"] for line in _lines(out)] == [{}, {}]
    assert "Quillfeather" not in out.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.jsonl", "-o", "out.jsonl", "--key", "key"], "no such file or folder"),
        (["in.jsonl", "-o", "out.txt", "--key", "key"], "name a file that ends in .jsonl, .parquet, .csv"),
        (["in.jsonl", "-o", "in.jsonl", "--key", "key"], "is one of the sources"),
        (["in.jsonl", "-o", "out.jsonl", "--key", "out.jsonl"], "the key must not lie in what is written"),
    ],
)
def test_what_cannot_be_done_is_told(
    reports: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(reports.parent)
    assert run(["dataset", "deidentify", *arguments]) == 2
    assert message in capsys.readouterr().err
