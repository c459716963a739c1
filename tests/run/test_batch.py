import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from horad.errors import OutputError, SourceError
from horad.run.batch import Job, Tally, plan, run

LINES = [
    {"id": "a", "text": "CT. Heterotopic ossification of the left hip."},
    {"id": "b"},
    {"id": "c", "text": "No words."},
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_results_in_one_file_and_the_quarantine_beside_it(source: Path, tmp_path: Path) -> None:
    tally = run(plan([source], tmp_path / "out.jsonl"))
    assert (tally.written, tally.quarantined) == (2, 1)
    assert [row["report_id"] for row in lines(tmp_path / "out.jsonl")] == ["a", "c"]
    assert lines(tmp_path / "out.jsonl.quarantine.jsonl") == [
        {
            "source": "in.jsonl",
            "position": 2,
            "reason": "has no text key; name the one that holds the report with horad batch --text-column",
        }
    ]
    assert names(tmp_path) == ["in.jsonl", "out.jsonl", "out.jsonl.quarantine.jsonl"]


def test_results_in_a_folder_with_the_quarantine_inside(source: Path, tmp_path: Path) -> None:
    run(plan([source], tmp_path / "out"))
    assert names(tmp_path / "out") == ["part-00000.parquet", "quarantine.jsonl"]
    assert pq.read_table(tmp_path / "out" / "part-00000.parquet").column("report_id").to_pylist() == ["a", "c"]


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.jsonl"])
def test_a_second_run_writes_the_same_bytes(name: str, source: Path, tmp_path: Path) -> None:
    job = plan([source], tmp_path / name)
    run(job)
    first = (tmp_path / name).read_bytes()
    run(job)
    assert (tmp_path / name).read_bytes() == first


def test_a_clean_run_removes_the_quarantine_of_the_last_one(source: Path, tmp_path: Path) -> None:
    job = plan([source], tmp_path / "out.jsonl")
    run(job)
    source.write_text(json.dumps(LINES[0]) + "\n", encoding="utf-8")
    run(job)
    assert names(tmp_path) == ["in.jsonl", "out.jsonl"]


def test_output_inside_the_source_folder_is_not_read_again(source: Path, tmp_path: Path) -> None:
    job = plan([tmp_path], tmp_path / "out.jsonl")
    assert [run(job).written, run(job).written] == [2, 2]


def test_every_record_is_counted_as_it_is_read(source: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    run(plan([source], tmp_path / "out.jsonl"), lambda tally: seen.append((tally.written, tally.quarantined)))
    assert seen == [(1, 0), (1, 1), (2, 1)]


def test_an_interrupted_run_leaves_nothing_behind(source: Path, tmp_path: Path) -> None:
    def interrupt(tally: Tally) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(plan([source], tmp_path / "out.jsonl"), interrupt)
    assert names(tmp_path) == ["in.jsonl"]


def test_nothing_readable_is_an_error_with_the_first_reason(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    with pytest.raises(
        SourceError, match=r"a.csv: has no text column; name one with horad batch --text-column .*: x, y"
    ):
        run(plan([tmp_path / "a.csv"], tmp_path / "out.jsonl"))
    assert names(tmp_path) == ["a.csv"]


def jobs(folder: Path, sources: list[str], out: str) -> Job:
    return plan([folder / source for source in sources], folder / out)


@pytest.mark.parametrize(
    ("sources", "out", "error", "message"),
    [
        pytest.param(["none"], "out.csv", SourceError, "none: no such file or folder", id="missing source"),
        pytest.param(["in.jsonl"], "in.jsonl", OutputError, "in.jsonl: is one of the sources", id="output is a source"),
        pytest.param(
            ["in.jsonl"], "no/out.csv", OutputError, "the folder .*no does not exist; make it", id="no folder"
        ),
        pytest.param(["in.jsonl"], "out.xml", OutputError, "ends in .xml, which horad does not write", id="form"),
    ],
)
def test_a_wrong_call_is_refused_before_any_work(
    sources: list[str], out: str, error: type[Exception], message: str, source: Path, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message):
        jobs(tmp_path, sources, out)
