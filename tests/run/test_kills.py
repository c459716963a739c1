import hashlib
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.run.kills import Batch, make_source

KILLS, REPORTS = 20, 50_000
Portion = Callable[[int], int]


def rows_of(out: Path) -> list[str]:
    """Every row, in an order of its own."""
    if out.is_file():
        return sorted(out.read_text("utf-8").splitlines())
    tables = [pq.read_table(part) for part in sorted(out.glob("part-*.parquet"))]
    return sorted(json.dumps(row, sort_keys=True) for table in tables for row in table.to_pylist())


def content_hash(rows: list[str]) -> str:
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def assert_same_as(expected: list[str], folder: Path, out: str) -> None:
    rows = rows_of(folder / out)
    ids = [json.loads(row)["report_id"] for row in rows]
    assert (len(ids), len(set(ids))) == (len(expected), len(expected))
    assert content_hash(rows) == content_hash(expected)
    assert not list(folder.rglob("*.partial"))


def reference(folder: Path, out: str, portion: Portion, workers: int) -> tuple[list[str], float, list[str]]:
    """The rows of a run that nobody disturbs, how long it takes, and its options."""
    count = portion(REPORTS)
    make_source(folder / "in.jsonl", count)
    options = ["--workers", str(workers), "--shard-size", str(count // 25)]
    seconds = Batch(folder, f"whole-{out}", options).finish()
    return rows_of(folder / f"whole-{out}"), seconds, options


@pytest.mark.slow
def test_a_killed_driver_loses_no_report_and_doubles_none(tmp_path: Path, portion: Portion) -> None:
    expected, seconds, options = reference(tmp_path, "out.jsonl", portion, 1)
    batch = Batch(tmp_path, "out.jsonl", options)
    moments = random.Random(20)
    killed = 0
    while killed < portion(KILLS):
        if not batch.kill_driver(moments.uniform(0.0, seconds)):
            (tmp_path / "out.jsonl").unlink(missing_ok=True)
            continue
        killed += 1
        if killed % 4 == 0 or killed == portion(KILLS):
            batch.finish()
            assert_same_as(expected, tmp_path, "out.jsonl")
            (tmp_path / "out.jsonl").unlink()


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["local", "dask"])
def test_a_killed_worker_loses_no_report_and_doubles_none(engine: str, tmp_path: Path, portion: Portion) -> None:
    if engine == "dask":
        pytest.importorskip("distributed", reason="needs the extra dask")
        if portion(REPORTS) < REPORTS:
            pytest.skip("slow: a cluster runs with --full")
    expected, seconds, options = reference(tmp_path, "out", portion, 2)
    batch = Batch(tmp_path, "out", [*options, "--engine", engine])
    moments = random.Random(21)
    killed = 0
    while killed < portion(KILLS):
        wanted = min(4, portion(KILLS) - killed)
        killed += batch.kill_workers([moments.uniform(0.0, seconds / 2) for _ in range(wanted)], moments)
        assert_same_as(expected, tmp_path, "out")
        shutil.rmtree(tmp_path / "out")
