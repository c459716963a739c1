from pathlib import Path

import pytest

from horad.cli import app
from tests.datasets.made import place, result, write_results


@pytest.fixture
def table(tmp_path: Path) -> str:
    rows = [result("a", "p1", ho_status="present", sites=[place("hip")]), result("b", "p2", ho_status="absent")]
    return str(write_results(tmp_path / "results.parquet", rows))


@pytest.mark.parametrize(
    ("options", "out"),
    [
        pytest.param(["--count"], "1\n", id="count"),
        pytest.param(["--ids"], "a\n", id="ids"),
        pytest.param(
            [],
            "2 reports of 2 patients\n  status present\n    – 1 left out: 1 absent\n  1 report of 1 patient left\n",
            id="flow",
        ),
    ],
)
def test_counts_and_ids_are_data(options: list[str], out: str, table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["dataset", "find", table, "--status", "present", *options]) == 0
    streams = capsys.readouterr()
    assert (streams.out, streams.err) == (out, "")


def test_files_are_told_in_words(table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(tmp_path / "found.jsonl"), str(tmp_path / "flow.txt")]
    assert app.run(["dataset", "find", table, "--status", "present", "-o", files[0], "--flow", files[1]]) == 0
    streams = capsys.readouterr()
    assert (streams.out, streams.err) == ("", f"1 of 2 reports → {files[0]}\nflow → {files[1]}\n")


def test_without_a_criterion_everything_is_written(table: str, tmp_path: Path) -> None:
    assert app.run(["dataset", "find", table, "-o", str(tmp_path / "all.jsonl")]) == 0
    assert (tmp_path / "all.jsonl").read_text("utf-8").count("\n") == 2


def test_encases_is_a_relation(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["dataset", "find", table, "--encases"]) == 0
    assert "relation encases" in capsys.readouterr().out


def test_an_unknown_value_is_exit_2(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["dataset", "find", table, "--site", "moon"]) == 2
    assert "horad: site: no value 'moon'; choose from: hip, knee" in capsys.readouterr().err


def test_a_missing_extra_is_one_line(
    table: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    assert app.run(["dataset", "find", table]) == 2
    assert capsys.readouterr().err == "horad: horad dataset needs an extra: pip install 'horad[dataset]'\n"
