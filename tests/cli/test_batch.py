import json
from pathlib import Path

import pytest

from horad.cli import app


def test_clean_sources_are_exit_0_with_words_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("No words.")
    assert app.run(["batch", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out.jsonl")]) == 0
    streams = capsys.readouterr()
    assert (streams.out, streams.err) == ("", f"1 report → {tmp_path / 'out.jsonl'}\n")


def test_a_quarantined_report_is_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("No words.")
    (tmp_path / "in" / "b.txt").write_bytes(b"")
    assert app.run(["batch", str(tmp_path / "in"), "-o", str(tmp_path / "out")]) == 1
    assert "1 quarantined → " in capsys.readouterr().err
    quarantined = json.loads((tmp_path / "out" / "quarantine.jsonl").read_bytes())
    assert quarantined == {"source": "b.txt", "position": None, "reason": "is empty; check how it was made"}


def test_nothing_readable_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n")
    assert app.run(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "out.csv")]) == 2
    err = capsys.readouterr().err
    assert (err.count("\n"), err.startswith("horad: a.csv: has no text column")) == (1, True)


def test_columns_and_form_are_as_asked(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("key;words\n7;No words.\n")
    options = ["--text-column", "words", "--id-column", "key", "--format", "jsonl"]
    assert app.run(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "out"), *options]) == 0
    assert json.loads((tmp_path / "out").read_bytes())["report_id"] == "7"
