"""The place where a batch works: begun, found again, kept to one set of arguments, and given up."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from horad.errors import OutputError
from horad.run.job import Job
from horad.run.lock import open_lock
from horad.run.shard import remove
from horad.run.shard_plan import PLAN, make_plan
from horad.run.versions import Key
from horad.writers.commit import new_file

MANIFEST = "manifest.json"
SUCCESS = "_SUCCESS"
_SKIPS = "skips.jsonl"
_START_OVER = "--fresh starts over and removes them; another OUT keeps both"
_CALLED = {"version": "another version of horad", "rules": "other rules", "sources": "sources that have changed since"}


def is_finished(job: Job) -> bool:
    """Whether OUT is a folder that this very job has filled.

    Raises:
        OutputError: if OUT is not ours to write to, or holds the results of another job.
    """
    if not job.form.is_folder:
        if job.out.is_dir():
            raise OutputError(f"{job.out}: is a folder; name a file")
        return False
    if job.out.exists() and not job.out.is_dir():
        raise OutputError(f"{job.out}: is a file; name a folder, or a file ending in .jsonl, .csv, .parquet or .duckdb")
    if not (job.out / SUCCESS).exists():
        if not job.work.is_dir() and job.out.is_dir() and any(job.out.iterdir()):
            raise OutputError(f"{job.out}: is not empty; choose another folder, or empty it first")
        return False
    _must_match(job, _read_json(job.out / "run.json").get("fingerprint", {}))
    return True


def begin(job: Job) -> None:
    """Make the place to work in, or find it again as it was left.

    Raises:
        OutputError: if it was left by another job, or cannot be made.
    """
    manifest = job.work / MANIFEST
    if manifest.exists():
        _must_match(job, _read_json(manifest).get("fingerprint", {}))
    try:
        job.work.mkdir(parents=True, exist_ok=True)
        if not manifest.exists():
            kept = {"fingerprint": job.fingerprint(), "job": job.to_json()}
            with new_file(manifest) as place:
                place.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    except OSError as error:
        raise _unwritable(job, error) from error


def see_to_plan(job: Job) -> None:
    """Make the plan, if it is not there.

    Raises:
        OutputError: if it cannot be written.
    """
    try:
        if not (job.work / PLAN).exists():
            make_plan(job, job.work / PLAN)
    except (OSError, sqlite3.OperationalError) as error:
        raise _unwritable(job, error) from error


def find(out: Path) -> Job:
    """The job that works for OUT.

    Raises:
        OutputError: if there is none, or it was begun with other rules, another version, or sources changed since.
    """
    for work in (out / "_work", out.with_name(f"{out.name}.parts") / "_work"):
        if (work / MANIFEST).exists():
            job = Job.from_json(_read_json(work / MANIFEST)["job"])
            _must_match(job, _read_json(work / MANIFEST)["fingerprint"])
            return job
    raise OutputError(f"{out}: holds no unfinished batch; horad batch SOURCE… -o {out} --shard I/N begins one")


def start_over(job: Job) -> None:
    """Remove what earlier runs have left in OUT, if it is theirs.

    Raises:
        OutputError: if OUT is a folder that holds something else.
    """
    if not job.form.is_folder:
        remove(job.parts)
    elif job.work.is_dir() or (job.out / SUCCESS).exists():
        remove(job.out)


@contextmanager
def held(job: Job, *, is_shared: bool) -> Iterator[None]:
    """Keep others from working for the same OUT; those who take a share each may work at the same time.

    Raises:
        OutputError: if somebody works there.
    """
    job.work.mkdir(parents=True, exist_ok=True)
    problem = f"{job.out}: another horad is writing there; wait for it, or choose another OUT"
    handle = open_lock(job.work / "lock", problem, is_shared=is_shared)
    try:
        yield
    finally:
        os.close(handle)


def read_skips(job: Job) -> dict[Key, str]:
    """The records that ended or hung a worker, in this run or one before."""
    skips = {}
    with suppress(FileNotFoundError):
        for line in (job.work / _SKIPS).read_bytes().splitlines():
            with suppress(ValueError):  # a line cut off by a kill
                file, record, reason = json.loads(line)
                skips[file, record] = reason
    return skips


def keep_skip(job: Job, record: Key, reason: str) -> None:
    """Remember such a record."""
    with (job.work / _SKIPS).open("ab") as file:
        file.write(json.dumps([*record, reason]).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _must_match(job: Job, kept: dict[str, str]) -> None:
    now = job.fingerprint()
    different = [_CALLED.get(name, "other arguments") for name in now if now[name] != kept.get(name)]
    if different:
        raise OutputError(
            f"{job.out}: holds results of {' and '.join(different)}, which are not mixed with new ones; {_START_OVER}"
        )


def _unwritable(job: Job, error: Exception) -> OutputError:
    return OutputError(f"{job.out}: cannot be written ({getattr(error, 'strerror', None) or 'output error'})")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_bytes()))
    except (OSError, ValueError):
        raise OutputError(f"{path}: cannot be read; --fresh starts over") from None
