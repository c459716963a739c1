import json
from pathlib import Path

import pytest

from horad.cli import app
from tests.review.made import entry
from tests.review.served import write_files


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_files(tmp_path, [entry("a"), entry("b", "No HO.")])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_results_go_out_and_come_back_as_gold(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = ["--format", "prodigy", "-o"]
    assert app.run(["dataset", "export", "results.jsonl", "--texts", "texts.jsonl", *to, "tasks.jsonl"]) == 0
    assert app.run(["dataset", "import", "tasks.jsonl", *to, "gold.jsonl"]) == 0
    streams = capsys.readouterr()
    assert streams.err == "2 reports → tasks.jsonl\n2 labelled reports → gold.jsonl\n"
    rows = list(map(json.loads, (folder / "gold.jsonl").read_text("utf-8").splitlines()))
    assert [(row["id"], row["gold"]["ho_status"], len(row["spans"])) for row in rows] == [
        ("a", "present", 1),
        ("b", "present", 0),
    ]
    assert app.run(["evaluate", "gold.jsonl", "results.jsonl"]) == 0


@pytest.mark.parametrize(
    ("command", "message"),
    [
        pytest.param(["export", "results.jsonl", "--format", "brat", "-o", "out"], "--texts", id="no texts"),
        pytest.param(["export", "no.jsonl", "--format", "brat", "-o", "out"], "no such file", id="no results"),
        pytest.param(
            ["export", "results.jsonl", "--texts", "texts.jsonl", "--format", "xmi", "-o", "out"], "'xmi'", id="form"
        ),
        pytest.param(["import", "no.json", "--format", "brat", "-o", "out"], "no such file", id="nothing to import"),
    ],
)  # fmt: skip
def test_wrong_usage_is_exit_2(
    command: list[str], message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["dataset", *command]) == 2
    assert message in capsys.readouterr().err
    assert not (folder / "out").exists()
