import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from horad.errors import WorkerError
from horad.run.batch import Job, Limits, plan, run

# Spawned processes import it first: reports that do what hostile ones do to a worker.
HOSTILE = """
import os, re, signal, time
import horad.run.many as many

real = many.read_record

def read_record(nlp, report, **options):
    match report.text.split()[0]:
        case "crash": os.abort()
        case "exit": os._exit(0)
        case "kill": os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            while True: pass
        case "backtrack": re.match("(a+)+$", "a" * 60 + "b")  # other threads of the process stand still
        case "sleep": time.sleep(100_000)
        case "memory": bytearray(20_000_000_000)
    return real(nlp, report, **options)

many.read_record = read_record
"""
ENDS = "ends the process that reads it, by a crash or by the memory it takes"
LATE = "takes longer than 6 seconds to read; read it apart with a higher --report-seconds"
MEMORY = "could not be read (MemoryError); please report the case without its text"


@pytest.fixture
def hostile(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "sitecustomize.py").write_text(HOSTILE)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "first"), str(root)]))


def job_of(texts: list[str], folder: Path, **options: object) -> Job:
    source = folder / "in.jsonl"
    source.write_text("".join(json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(texts)))
    job = plan([source], folder / "out.jsonl", workers=1)
    return replace(job, limits=Limits(seconds=6.0), **options)  # type: ignore[arg-type]


def quarantined(job: Job) -> list[tuple[int, str]]:
    rows = [json.loads(line) for line in job.quarantine.read_bytes().splitlines()]
    return [(row["position"], row["reason"]) for row in rows]


def ids(job: Job) -> list[str]:
    return [json.loads(line)["report_id"] for line in job.out.read_bytes().splitlines()]


@pytest.mark.usefixtures("hostile")
def test_reports_that_end_or_hang_a_worker_are_quarantined_and_the_rest_is_read(tmp_path: Path) -> None:
    texts = ["CT.", "crash it", "CT.", "hang it", "CT.", "memory", "CT.", "crash it", "CT."]
    job = job_of(texts, tmp_path, shard_records=6)
    run(job)
    assert quarantined(job) == [(2, ENDS), (4, LATE), (6, MEMORY), (8, ENDS)]
    assert ids(job) == ["0", "2", "4", "6", "8"]


@pytest.mark.slow
@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("engine", ["local", "dask"])
@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param("crash", ENDS, id="crash"),
        pytest.param("exit", ENDS, id="exit"),
        pytest.param("kill", ENDS, id="kill"),
        pytest.param("hang", LATE, id="hang"),
        pytest.param("backtrack", LATE, id="backtrack"),
        pytest.param("sleep", LATE, id="sleep"),
        pytest.param("memory", MEMORY, id="memory"),
    ],
)
def test_two_bad_reports_of_one_shard_are_found_whatever_they_do(
    bad: str, reason: str, engine: str, tmp_path: Path
) -> None:
    if engine == "dask":
        pytest.importorskip("distributed", reason="needs the extra dask")
    texts = ["CT.", f"{bad} it", "CT.", f"{bad} it again", "CT.", "CT.", "CT."]
    job = job_of(texts, tmp_path, shard_records=5, engine=engine, workers=2)
    tally = run(job)
    assert quarantined(job) == [(2, reason), (4, reason)]
    assert ids(job) == ["0", "2", "4", "5", "6"]
    assert (tally.read, tally.written, tally.quarantined) == (7, 5, 2)


@pytest.mark.slow
@pytest.mark.usefixtures("hostile")
def test_what_was_put_aside_is_remembered_by_the_next_run(tmp_path: Path) -> None:
    job = job_of(["crash it", "CT.", "CT."], tmp_path, shard_records=1)

    def stop_after_the_crash(progress: object) -> None:
        if (job.work / "skips.jsonl").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(job, stop_after_the_crash)
    run(job)
    assert (quarantined(job), ids(job)) == ([(1, ENDS)], ["1", "2"])


@pytest.mark.slow
def test_workers_that_die_whatever_they_read_stop_the_run(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = "import os\nimport horad.run.workers as workers\nworkers.pipeline = lambda: os._exit(3)\n"
    (tmp_path / "sitecustomize.py").write_text(dying)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(root)]))
    with pytest.raises(WorkerError, match=r"10 worker processes died one after another \(the last by exit code 3\)"):
        run(job_of(["CT."], tmp_path))


@pytest.fixture
def driver(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A batch that takes long, started as a shell starts a job in the background: with interrupts ignored."""
    texts = "".join(
        json.dumps({"id": str(n), "text": "CT. Heterotopic ossification of the left hip."}) + "\n" for n in range(5_000)
    )
    (tmp_path / "in.jsonl").write_text(texts)
    command = [sys.executable, "-m", "horad", "batch", "in.jsonl", "-o", "out", "--workers", "2", "--shard-size", "20"]
    ignored = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, **ignored)  # type: ignore[call-overload]
    try:
        deadline = time.monotonic() + 90
        while not list((tmp_path / "out").glob("part-*")) and time.monotonic() < deadline:
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_batch_is_exit_130_and_keeps_what_it_has(
    name: str, driver: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    children = psutil.Process(driver.pid).children(recursive=True)
    driver.send_signal(getattr(signal, name))
    _, err = driver.communicate(timeout=30)
    assert (driver.returncode, b"Traceback" in err) == (130, False)
    assert psutil.wait_procs(children, timeout=5)[1] == []
    assert not (tmp_path / "out" / "_SUCCESS").exists()
    assert (tmp_path / "out" / "_work" / "plan.sqlite").exists()


@pytest.mark.slow
def test_workers_end_with_their_driver(driver: "subprocess.Popen[bytes]") -> None:
    children = psutil.Process(driver.pid).children(recursive=True)
    driver.kill()
    assert psutil.wait_procs(children, timeout=5)[1] == []
