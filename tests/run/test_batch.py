import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from horad.errors import OutputError, SourceError
from horad.knowledge.load import load_rules
from horad.records import ReportResult
from horad.run.batch import Job, Progress, finish, plan, run, run_share
from horad.run.one import read

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


def here(sources: list[Path], out: Path, **options: Any) -> Job:
    return replace(plan(sources, out, workers=0), **options)


def test_results_in_one_file_and_the_lists_beside_it(source: Path, tmp_path: Path) -> None:
    tally = run(here([source], tmp_path / "out.jsonl"))
    assert (tally.read, tally.written, tally.quarantined) == (3, 2, 1)
    assert [row["report_id"] for row in lines(tmp_path / "out.jsonl")] == ["a", "c"]
    assert lines(tmp_path / "out.jsonl.quarantine.jsonl") == [
        {
            "source": "in.jsonl",
            "position": 2,
            "reason": "has no text key; name the one that holds the report with horad batch --text-column",
        }
    ]
    assert names(tmp_path) == ["in.jsonl", "out.jsonl", "out.jsonl.quarantine.jsonl", "out.jsonl.run.json"]


def test_results_in_a_folder_with_the_lists_inside(source: Path, tmp_path: Path) -> None:
    run(here([source], tmp_path / "out"))
    part, *rest = sorted(names(tmp_path / "out"), key=lambda name: not name.startswith("part-"))
    assert rest == ["_SUCCESS", "quarantine.jsonl", "run.json", "summary.html"]
    table = pq.read_table(tmp_path / "out" / part)
    assert table.column("report_id").to_pylist() == ["a", "c"]
    stamp = {key: value for key, value in table.schema.metadata.items() if key.startswith(b"horad.")}
    shard = part.removeprefix("part-").removesuffix(".parquet").encode()
    rules = load_rules().sha256.encode()
    assert stamp == {b"horad.version": b"0.1.0", b"horad.rules_sha256": rules, b"horad.shard": shard}


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.jsonl"])
@pytest.mark.parametrize("size", [1, 2])
def test_a_second_run_writes_the_same_bytes(name: str, size: int, source: Path, tmp_path: Path) -> None:
    job = here([source], tmp_path / name, shard_records=size)
    run(job)
    first = (tmp_path / name).read_bytes()
    run(job)
    assert (tmp_path / name).read_bytes() == first


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl"])
def test_the_size_of_shards_changes_no_byte(name: str, source: Path, tmp_path: Path) -> None:
    written = []
    for size in (1, 2, 5000):
        run(here([source], tmp_path / name, shard_records=size))
        written.append((tmp_path / name).read_bytes())
    assert written[1:] == written[:1] * 2


def test_a_clean_run_empties_the_quarantine_of_the_last_one(source: Path, tmp_path: Path) -> None:
    job = here([source], tmp_path / "out.jsonl")
    run(job)
    source.write_text(json.dumps(LINES[0]) + "\n", encoding="utf-8")
    run(job)
    assert lines(tmp_path / "out.jsonl.quarantine.jsonl") == []


def test_output_inside_the_source_folder_is_not_read_again(source: Path, tmp_path: Path) -> None:
    job = here([tmp_path], tmp_path / "out.jsonl", keep_text=True, flat=tmp_path / "flat.csv", log=tmp_path / "log")
    assert [run(job).written, run(job).written] == [2, 2]


def test_an_interrupted_run_is_gone_on_with(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = here([source], tmp_path / "out.jsonl", shard_records=1)

    def interrupt(progress: Progress) -> None:
        if progress.read == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(job, interrupt)
    assert names(tmp_path) == ["in.jsonl", "out.jsonl.parts"]
    seen: list[int] = []
    run(job, lambda progress: seen.append(progress.read))
    assert (min(seen), [row["report_id"] for row in lines(tmp_path / "out.jsonl")]) == (2, ["a", "c"])
    assert names(tmp_path) == ["in.jsonl", "out.jsonl", "out.jsonl.quarantine.jsonl", "out.jsonl.run.json"]


def test_a_finished_folder_is_not_written_again(source: Path, tmp_path: Path) -> None:
    job = here([source], tmp_path / "out")
    first = run(job)
    written = (tmp_path / "out" / "run.json").stat().st_mtime_ns
    assert run(job).to_json() | {"first_reason": ""} == first.to_json() | {"first_reason": ""}
    assert (tmp_path / "out" / "run.json").stat().st_mtime_ns == written


@pytest.mark.parametrize("is_finished", [True, False])
@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ("sources", "sources that have changed since"),
        ("arguments", "other arguments"),
        ("version", "another version of horad"),
        ("rules", "other rules"),
    ],
)
def test_results_are_not_mixed_with_others(
    changed: str, what: str, is_finished: bool, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = here([source], tmp_path / "out")
    run(job) if is_finished else run_share(job, 0, 2)
    if changed == "sources":
        source.write_text(json.dumps(LINES[0]) + "\n", encoding="utf-8")
    elif changed == "arguments":
        job = replace(job, findings_only=True)
    elif changed == "version":
        monkeypatch.setattr("horad.__version__", "0.2.0")
    else:
        monkeypatch.setattr("horad.knowledge.load.load_rules", lambda: replace(load_rules(), sha256="0"))
    with pytest.raises(OutputError, match=f"out: holds results of {what}, which are not mixed .*; --fresh starts over"):
        run(job)
    assert run(job, fresh=True).written == (1 if changed == "sources" else 2)


def test_a_folder_with_other_things_is_left_alone(source: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="out: is not empty; choose another folder, or empty it first"):
        run(here([source], tmp_path / "out"), fresh=True)
    assert names(tmp_path / "out") == ["mine.txt"]


def test_nothing_readable_is_an_error_with_the_first_reason(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    with pytest.raises(
        SourceError, match=r"a.csv: has no text column; name one with horad batch --text-column .*: x, y"
    ):
        run(here([tmp_path / "a.csv"], tmp_path / "out.jsonl"))
    assert names(tmp_path) == ["a.csv"]


def test_a_damaged_part_is_written_again(source: Path, tmp_path: Path) -> None:
    job = here([source], tmp_path / "out.jsonl", shard_records=1)
    expected = rows_after(job, lambda: None)
    damaged = rows_after(job, lambda: next(job.parts.glob("part-*")).write_bytes(b""))
    assert damaged == expected


def rows_after(job: Job, damage: Callable[[], object]) -> bytes:
    """The results of a run that was stopped just before its commit, damaged, and gone on with."""
    assert [run_share(job, 0, 2), run_share(job, 1, 2)] == [2, 1]
    damage()
    run(job)
    return job.out.read_bytes()


@pytest.mark.parametrize("size", [1, 4, 5000])
def test_a_batch_reads_every_report_as_it_is_read_alone(size: int, root: Path, tmp_path: Path) -> None:
    reports = root / "sample_data" / "reports"
    run(here([reports], tmp_path / "out.jsonl", shard_records=size))
    alone = [read(path.read_bytes().decode(), id=path.stem) for path in sorted(reports.iterdir())]
    assert [ReportResult.model_validate(row) for row in lines(tmp_path / "out.jsonl")] == alone


def test_the_read_text_is_kept_when_asked_for(source: Path, tmp_path: Path) -> None:
    run(here([source], tmp_path / "out.jsonl", keep_text=True))
    results = {row["report_id"]: row["text_sha256"] for row in lines(tmp_path / "out.jsonl")}
    kept = lines(tmp_path / "out.jsonl.texts.jsonl")
    assert [(row["report_id"], row["text"]) for row in kept] == [("a", LINES[0]["text"]), ("c", LINES[2]["text"])]
    assert [row["text_sha256"] for row in kept] == [results["a"], results["c"]]


def test_the_flat_table_stands_where_it_was_asked_for(source: Path, tmp_path: Path) -> None:
    run(here([source], tmp_path / "out", flat=tmp_path / "flat.csv", shard_records=1))
    with (tmp_path / "flat.csv").open(encoding="utf-8", newline="") as file:
        assert [row["report_id"] for row in csv.DictReader(file)] == ["a", "c"]


def test_the_run_report_adds_up(source: Path, tmp_path: Path) -> None:
    run(here([source], tmp_path / "out.jsonl", shard_records=2))
    report = json.loads((tmp_path / "out.jsonl.run.json").read_bytes())
    counts = {name: report[name] for name in ("read", "written", "quarantined", "superseded", "cancelled", "left_out")}
    assert list(counts.values()) == [3, 2, 1, 0, 0, 0]
    assert report["by_form"] == {"jsonl": {"written": 2, "quarantined": 1}}
    assert [(shard["read"], shard["written"]) for shard in report["shards"]] == [(2, 1), (1, 1)]
    spent = sum(shard["cpu_seconds"] for shard in report["shards"])
    assert (report["timings"]["cpu_in_all_workers"], spent > 0) == (round(spent, 3), True)


def test_shares_are_put_together_by_finish(source: Path, tmp_path: Path) -> None:
    job = here([source], tmp_path / "out.jsonl", shard_records=1)
    run_share(job, 2, 2)
    assert not job.out.exists()
    with pytest.raises(OutputError, match=r"1 of 3 shards are missing \(number 1\); run the shares that read them"):
        finish(job.out)
    run_share(job, 1, 2)
    _, tally = finish(job.out)
    assert (tally.written, [row["report_id"] for row in lines(job.out)]) == (2, ["a", "c"])


def test_finish_without_work_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="out: holds no unfinished batch; horad batch SOURCE… -o .* --shard I/N"):
        finish(tmp_path / "out")


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
