import json
import subprocess
import sys
from pathlib import Path

import pytest

from horad.cli import app
from horad.review.store import Store
from tests.review.made import entry, read_whole
from tests.review.served import write_files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_files(tmp_path, [entry("a"), entry("b", "No HO.")])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_decisions_are_exported_as_gold_that_evaluate_reads(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store(folder / "results.jsonl.review.sqlite") as store:
        store.append(read_whole(entry("a"), corrected={"maturity": "mature"}))
    assert app.run(["review", "results.jsonl", "--texts", "texts.jsonl", "--export", "gold.jsonl"]) == 0
    assert capsys.readouterr().err == "1 finished → gold.jsonl; 1 not finished\n"
    [row] = map(json.loads, (folder / "gold.jsonl").read_text("utf-8").splitlines())
    assert (row["id"], row["gold"]["maturity"]) == ("a", "mature")
    assert app.run(["evaluate", "gold.jsonl", "results.jsonl"]) == 0


def test_texts_kept_beside_the_results_are_found(folder: Path) -> None:
    (folder / "texts.jsonl").rename(folder / "results.jsonl.texts.jsonl")
    assert app.run(["review", "results.jsonl", "--export", "gold.jsonl"]) == 0
    assert (folder / "gold.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["nowhere.jsonl"], "no such file", id="no results"),
        pytest.param(["results.jsonl"], "--texts", id="no texts"),
        pytest.param(["results.jsonl", "--texts", "texts.jsonl", "--db", "texts.jsonl"], "--db", id="no database"),
        pytest.param(["results.jsonl", "--texts", "texts.jsonl", "--host", "0.0.0.0"], "--host", id="every address"),
        pytest.param(["results.jsonl", "--texts", "texts.jsonl", "--reviewer", " "], "--reviewer", id="no name"),
        pytest.param(["results.jsonl", "--texts", "texts.jsonl", "--images", "nowhere"], "no such folder", id="images"),
    ],
)
def test_wrong_usage_is_exit_2(
    arguments: list[str], message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["review", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert (folder / "texts.jsonl").read_bytes().startswith(b'{"id"')


def test_a_missing_extra_is_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert app.run(["review", "results.jsonl", "--texts", "texts.jsonl"]) == 2
    assert capsys.readouterr().err == "horad: the review page needs an extra: pip install 'horad[review]'\n"


def test_help_loads_no_server(folder: Path) -> None:
    code = "import sys; from horad.cli import app; app.run(['--help']); print({'fastapi', 'uvicorn'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
    )
    assert done.stdout.splitlines()[-1] == "set()"
