"""A batch from its sources to its results: planned, read by shards, and put in place only when all of it is there."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from horad.run import work
from horad.run.audit import append_log, log_key
from horad.run.commit import clear, commit, finished_tally
from horad.run.job import Job, Limits, plan
from horad.run.shard import place_of, read_receipt, run_shard
from horad.run.shard_plan import PLAN, Plan, Shard
from horad.run.tally import Tally
from horad.run.workers import Done, Pool

__all__ = ["Job", "Limits", "Progress", "Tally", "finish", "plan", "run", "run_share"]


@dataclass
class Progress:
    """How far a batch has come."""

    total: int = 0
    read: int = 0
    quarantined: int = 0


Tick = Callable[[Progress], None]


def run(job: Job, tick: Tick = lambda _: None, *, fresh: bool = False) -> Tally:
    """Read everything and put the results in place; what an earlier call has finished is not read again.

    Raises:
        SourceError: if nothing at all was readable; nothing is left then.
        OutputError: if OUT cannot be written, or holds the work of other arguments, rules, version or sources.
    """
    started = time.monotonic()
    if fresh:
        work.start_over(job)
    if work.is_finished(job):
        clear(job)
        return finished_tally(job)
    with work.held(job, is_shared=False):
        work.begin(job)
        with _pool(job) as pool:
            work.see_to_plan(job)
            planned = time.monotonic()
            with Plan(job.work / PLAN) as made:
                _read(pool.job, made, made.shards(), pool, tick)
                read = time.monotonic()
                timings = {"planning": planned - started, "reading": read - planned, "all": read - started}
                return commit(job, made, {name: round(seconds, 3) for name, seconds in timings.items()})


def run_share(job: Job, share: int, shares: int, tick: Tick = lambda _: None) -> int:
    """Read every shard whose number leaves ``share`` when divided by ``shares``; return how many there are."""
    with work.held(job, is_shared=True):
        work.begin(job)
        with _pool(job) as pool:
            work.see_to_plan(job)
            with Plan(job.work / PLAN) as made:
                mine = [shard for shard in made.shards() if shard.number % shares == share % shares]
                _read(pool.job, made, iter(mine), pool, tick)
    return len(mine)


def finish(out: Path) -> tuple[Job, Tally]:
    """Put the results of all shares in place.

    Raises:
        OutputError: if shards are missing, or OUT was begun with other rules, another version or other sources.
    """
    job = work.find(out)
    with work.held(job, is_shared=False), Plan(job.work / PLAN) as made:
        return job, commit(job, made, {})


def _pool(job: Job) -> Pool:
    """The processes that read; they load their rules while the plan is made."""
    if job.log:
        job = replace(job, log_key=job.log_key or log_key())
    return Pool(job, work.read_skips(job), partial(work.keep_skip, job))


def _read(job: Job, made: Plan, shards: Iterator[Shard], pool: Pool, tick: Tick) -> None:
    """Read those shards that are not finished."""
    progress = Progress(total=made.records())

    def unfinished() -> Iterator[Shard]:
        for shard in shards:
            receipt = read_receipt(job, shard)
            if receipt is None:
                yield shard
            else:
                _note(progress, receipt)

    def under_way(more: int) -> None:
        tick(replace(progress, read=progress.read + more))

    for shard, receipt in _engine(job, made, unfinished(), pool, under_way):
        _note(progress, receipt)
        tick(progress)
        if job.log:
            append_log(job.log, place_of(job, shard.hash, "log"), receipt)


def _engine(job: Job, made: Plan, shards: Iterator[Shard], pool: Pool, tick: Callable[[int], None]) -> Iterator[Done]:
    """Every shard with its receipt, by whatever reads them."""
    if job.workers == 0:
        return ((shard, run_shard(job, made, shard, pool.skips, lambda _, done: tick(done))) for shard in shards)
    if job.engine == "dask":
        from horad.run.dask_engine import on_dask

        return on_dask(job, shards, pool)
    return pool.run(shards, tick)


def _note(progress: Progress, receipt: dict[str, Any]) -> None:
    progress.read += receipt["tally"]["read"]
    progress.quarantined += receipt["tally"]["quarantined"]
