import json
from pathlib import Path

import pytest

from horad.cli import app
from horad.datasets.results import read_results
from tests.datasets.made import result, write_results


@pytest.fixture
def table(tmp_path: Path) -> str:
    rows = [*(result(f"a{n}", ho_status="absent") for n in range(5)), result("b", ho_status="not_mentioned")]
    return str(write_results(tmp_path / "results.parquet", rows))


def test_the_strata_are_told_and_the_results_written(
    table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sample.jsonl"
    assert app.run(["dataset", "sample", table, "-n", "4", "--by", "status", "-o", str(out)]) == 0
    streams = capsys.readouterr()
    assert (
        streams.out
        == "status         there  asked  got\nabsent             5      2    3\nnot mentioned      1      2    1\n"
    )
    assert streams.err == f"4 of 4 reports asked for → {out}\n"
    assert len(list(read_results(out))) == 4


def test_the_strata_as_json(table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["-n", "2", "--seed", "9", "--json", "-o", str(tmp_path / "s.parquet")]
    assert app.run(["dataset", "sample", table, *arguments]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["seed"], document["got"], len(document["strata"])) == (9, 2, 2)


def test_the_texts_are_written_for_annotation(table: str, tmp_path: Path) -> None:
    texts = tmp_path / "texts.jsonl"
    lines = [json.dumps({"id": name, "text": f"Text of {name}."}) for name in ("a0", "a1", "a2", "a3", "a4", "b")]
    texts.write_text("\n".join(lines), "utf-8")
    out = tmp_path / "sample.jsonl"
    assert app.run(["dataset", "sample", table, "-n", "6", "--texts", str(texts), "-o", str(out)]) == 0
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert {row["id"]: row["text"] for row in rows}["b"] == "Text of b."
    assert rows[0]["stratum"].keys() == {"status", "site", "modality", "uncertainty"}
