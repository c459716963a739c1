"""Shards as tasks of a Dask cluster, its own on this machine or one that is there; the folders must be shared with it.

Only receipts travel. A task whose worker dies is run again by Dask, as often as it allows; a shard that has ended too
many workers is read here, by processes that find out which report does it. A report that takes too long ends its worker
after it was put aside, so that the next attempt passes over it; one in whose course no other thread runs ends it alone.
"""

import contextlib
import faulthandler
import logging
import math
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from horad.errors import HoradError, WorkerError
from horad.run.job import Job
from horad.run.shard import run_shard
from horad.run.shard_plan import PLAN, Plan, Shard
from horad.run.versions import Key
from horad.run.work import keep_skip, read_skips
from horad.run.workers import LATE, Done, Pool, is_too_long, limit_memory

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

_RETRIES = 3
_STARTS = 5
# The pipeline of a process reads one shard at a time, however many threads its cluster gives it.
_ONE_AT_A_TIME = threading.Lock()
_AHEAD_PER_THREAD = 3
_WATCH_SECONDS = 0.5
# In a cluster of our own so many deaths of its workers bring a shard here, where its report is found.
_DEATHS = 1
# So many times the limit a worker may be deaf to its own watch.
_DEAF = 3


def on_dask(job: Job, shards: Iterator[Shard], pool: Pool) -> Iterator[Done]:
    """Yield every shard with its receipt as it is finished, in no order.

    Raises:
        HoradError: if Dask is not installed, or the cluster cannot be reached.
        WorkerError: if a task fails for another reason than the death of its worker.
    """
    try:
        from distributed import KilledWorker, as_completed
    except ImportError:
        raise HoradError("--engine dask needs an extra: pip install 'horad[dask]'") from None

    with _client(job) as client:
        given: dict[Any, Shard] = {}
        waiting = as_completed()

        def give() -> None:
            if shard := next(shards, None):
                future = client.submit(_task, job, shard, retries=_RETRIES, pure=False)
                given[future.key] = shard
                waiting.add(future)

        for _ in range(_AHEAD_PER_THREAD * max(1, sum(client.nthreads().values()))):
            give()
        for future in waiting:
            shard = given.pop(future.key)
            try:
                yield shard, future.result()
            except KilledWorker:
                pool.skips.update(read_skips(job))  # what the workers put aside before they ended
                yield from pool.run(iter([shard]))
            except HoradError:
                raise
            except Exception as error:  # noqa: BLE001 - a foreign message may quote a report
                raise WorkerError(f"a task met an unexpected {type(error).__name__}; please report it") from None
            future.release()
            give()


@contextmanager
def _client(job: Job) -> Iterator["Client"]:
    from distributed import Client

    if job.scheduler:
        try:
            client = Client(job.scheduler, timeout=10)
        except (OSError, ValueError):
            raise HoradError(f"{job.scheduler}: no Dask scheduler answers there; check --scheduler") from None
        with client:
            yield client
        return
    with _own_cluster(job.workers) as cluster, Client(cluster) as client:
        yield client


def _own_cluster(workers: int) -> "LocalCluster":
    """Processes on this machine; a worker that dies while it starts is started again."""
    import dask
    from distributed import LocalCluster

    for _ in range(_STARTS):
        with (
            dask.config.set({"distributed.scheduler.allowed-failures": _DEATHS}),
            contextlib.suppress(RuntimeError),  # "Nanny failed to start."
        ):
            return LocalCluster(
                n_workers=max(1, workers),
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.ERROR,
            )
    raise WorkerError("the workers of Dask die while they start; look at the memory of this machine")


def _task(job: Job, shard: Shard) -> dict[str, Any]:
    """Read one shard in a worker of Dask."""
    if job.scheduler is None:
        limit_memory(job.limits)
    watch = _Watch(job)
    try:
        with _ONE_AT_A_TIME, Plan(job.work / PLAN) as plan:
            return run_shard(job, plan, shard, read_skips(job), watch.mark)
    finally:
        watch.end()


class _Watch:
    """Ends this process when a report takes longer than is allowed; threads cannot be stopped otherwise."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.record: Key | None = (-1, -1)
        self._since, self._worked = time.monotonic(), time.process_time()
        self._armed = -math.inf
        self._sink = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - written to when the process ends
        threading.Thread(target=self._look, daemon=True).start()

    def mark(self, record: Key, _done: int) -> None:
        """Note which record is about to be read."""
        self._since, self._worked = time.monotonic(), time.process_time()
        self.record = record
        seconds = self._job.limits.seconds
        if self._since - self._armed > seconds / 2:
            # A pattern that searches for ever lets no other thread run: then the interpreter's own watch ends it.
            faulthandler.dump_traceback_later(_DEAF * seconds, exit=True, file=self._sink)
            self._armed = self._since

    def end(self) -> None:
        """Watch no longer."""
        self.record = None
        faulthandler.cancel_dump_traceback_later()
        self._sink.close()

    def _look(self) -> None:
        while (record := self.record) is not None:
            waited, worked = time.monotonic() - self._since, time.process_time() - self._worked
            if record[0] >= 0 and is_too_long(self._job.limits, waited, worked):
                keep_skip(self._job, record, LATE.format(self._job.limits.seconds))
                os._exit(1)
            time.sleep(_WATCH_SECONDS)
