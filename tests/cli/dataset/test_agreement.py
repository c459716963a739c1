import json
from pathlib import Path

import pytest

from horad.cli import app


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    names = []
    for name, statuses in (("ann", ["present", "absent", "absent"]), ("bob", ["present", "absent", "present"])):
        rows = [{"id": str(n), "text": "Secret.", "gold": {"ho_status": s}} for n, s in enumerate(statuses)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
        names.append(str(tmp_path / f"{name}.jsonl"))
    return names


def test_the_table_names_readers_and_figures(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["dataset", "agreement", *files, "--rounds", "0"]) == 0
    out = capsys.readouterr().out
    assert "3 reports that two readers or more have read; readers: 1 ann, 2 bob" in " ".join(out.split())
    assert ["ho", "status", "1–2", "3", "0.667", "0.400", "0.444"] in [line.split() for line in out.splitlines()]
    assert "Secret" not in out


def test_json_is_one_object(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["dataset", "agreement", *files, "--json", "--rounds", "20"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["readers"], document["reports"], document["rounds"]) == (["ann", "bob"], 3, 20)


def test_disagreements_are_written_for_the_evaluation_to_read(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "settle.jsonl"
    assert app.run(["dataset", "agreement", *files, "-o", str(out), "--rounds", "0"]) == 0
    assert capsys.readouterr().err == f"1 of 3 reports to settle → {out}\n"
    assert app.run(["evaluate", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reports"] == 1
