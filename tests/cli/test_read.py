import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from horad.cli import app

TEXT = "CT of the pelvis. Mature heterotopic ossification about the left hip.\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "case.txt"
    path.write_text(TEXT)
    return path


def results(capsysbinary: pytest.CaptureFixture[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]


def test_the_page_shows_words_values_and_rules(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["read", str(report)]) == 0
    streams = capsys.readouterr()
    assert "‹" in streams.out
    assert "ossification" in streams.out
    assert "not a medical device" in streams.out
    assert streams.err == ""


def test_json_is_one_line_per_report(report: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert app.run(["read", str(report), str(report), "--json"]) == 0
    read = results(capsysbinary)
    assert [row["report_id"] for row in read] == ["case", "case"]
    assert read[0]["summary"]["ho_status"] == "present"


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + TEXT.encode())))
    assert app.run(["read", "-", "--json"]) == 0
    [row] = results(capsysbinary)
    assert (row["report_id"], row["summary"]["ho_status"]) == ("stdin", "present")


def test_html_is_one_page(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["read", str(report), "--html"]) == 0
    html = capsys.readouterr().out
    assert html.startswith("<!DOCTYPE html>")
    assert html.count("<article>") == 1


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        pytest.param("a.txt", b"", "is empty; check how it was made", id="empty"),
        pytest.param("a.txt", b"No HO. " * 1_500_000, "is larger than 1 MB; a text file holds one report", id="10 MB"),
        pytest.param("a.txt", bytes(range(256)) * 40, "holds NUL bytes", id="binary"),
        pytest.param("a.txt", b"No HO\0.", "save it as UTF-8 text", id="NUL"),
        pytest.param("a.txt", b"caf\x81", "is neither UTF-8 nor CP-1252; save it as UTF-8 text", id="encoding"),
        pytest.param(
            "a.csv", b"x,y\n1,2\n", "name one with horad batch --text-column (its columns are: x, y)", id="CSV"
        ),
        pytest.param("a.parquet", b"PAR1", "is not a readable Parquet file", id="Parquet"),
    ],
)
@pytest.mark.parametrize("form", [[], ["--json"], ["--html"]], ids=["page", "json", "html"])
def test_an_unreadable_file_is_one_line_that_names_it(
    form: list[str], name: str, raw: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(raw)
    assert app.run(["read", str(tmp_path / name), *form]) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err.count("\n") == 1
    assert streams.err.startswith(f"horad: {tmp_path / name}: ")
    assert message in streams.err


@pytest.mark.parametrize("name", ["missing.txt", "empty"])
def test_what_is_not_there_is_one_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert app.run(["read", str(tmp_path / name)]) == 2
    streams = capsys.readouterr()
    assert (streams.out, streams.err.count("\n")) == ("", 1)
    assert str(tmp_path / name) in streams.err


def test_one_bad_file_does_not_stop_the_next(report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.txt").write_bytes(b"")
    assert app.run(["read", str(tmp_path / "bad.txt"), str(report), "--json"]) == 1
    streams = capsys.readouterr()
    assert (streams.out.count("\n"), streams.err.count("\n")) == (1, 1)


@pytest.mark.parametrize("debug", [False, True])
def test_a_bug_met_in_a_report_shows_its_traceback_only_when_asked(
    debug: bool, report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(TEXT)

    monkeypatch.setattr("horad.run.one.with_metadata", broken)
    assert app.run(["read", str(report), *["--debug"] * debug]) == (1 if debug else 2)
    err = capsys.readouterr().err
    assert (TEXT.strip() in err, "Traceback" in err) == (debug, debug)
