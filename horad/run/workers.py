"""Worker processes that read shards: replaced when they die, stopped when one report takes too long or too much.

A worker notes in shared memory which record it is about to read. So when it dies or hangs, that record is known. A
death may be nobody's fault, so the shard is read again; a record at which a second worker dies is put in quarantine, as
is one that takes longer than its limit. Everything else of the shard is read as ever.
"""

import math
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from multiprocessing import connection, get_context
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from horad.confine import die_with_parent
from horad.errors import HoradError, WorkerError
from horad.run.job import Job, Limits
from horad.run.one import pipeline
from horad.run.shard import Skips, run_shard
from horad.run.shard_plan import PLAN, Plan, Shard
from horad.run.versions import Key

_SPAWN = get_context("spawn")
_POLL_SECONDS = 0.2
_STRIKES = 2
_PATIENCE = 10
# So many deaths in a row, none of them at the same record and no shard finished, are not a report's doing.
_MOST_DEATHS = 10

LATE = "takes longer than {:g} seconds to read; read it apart with a higher --report-seconds"

Done = tuple[Shard, dict[str, Any]]


class Pool:
    """Reads shards with ``job.workers`` processes; ``put_aside`` is told of every record that ends or hangs one."""

    def __init__(self, job: Job, skips: dict[Key, str], put_aside: Callable[[Key, str], None]) -> None:
        self.job, self.skips, self._put_aside = job, skips, put_aside
        self._workers: list[_Worker] = []
        self._strikes: Counter[Key] = Counter()
        self._deaths = 0

    def __enter__(self) -> Self:
        if self.job.workers and self.job.engine == "local":
            self._start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for worker in self._workers:
            worker.stop()
        self._workers.clear()

    def run(self, shards: Iterator[Shard], tick: Callable[[int], None] = lambda _: None) -> Iterator[Done]:
        """Yield every shard with its receipt as it is finished, in no order; ``tick`` is told of records under way.

        Raises:
            HoradError: what a worker raised on purpose.
            WorkerError: if workers die again and again.
        """
        again: list[Shard] = []
        self._start()
        while True:
            for worker in self._workers:
                if worker.shard is None and (shard := again.pop() if again else next(shards, None)):
                    worker.give(shard, self.skips)
            busy = [worker for worker in self._workers if worker.shard]
            if not busy:
                return
            yield from self._wait(busy, again)
            tick(sum(worker.done for worker in self._workers if worker.shard))

    def _start(self) -> None:
        while len(self._workers) < max(1, self.job.workers):
            self._workers.append(_Worker(self.job))

    def _wait(self, busy: list["_Worker"], again: list[Shard]) -> Iterator[Done]:
        ready = set(connection.wait([worker.pipe for worker in busy], timeout=_POLL_SECONDS))
        for worker in busy:
            shard = worker.shard
            assert shard is not None
            if worker.pipe in ready:
                answer = worker.answer()
                if answer is None:
                    self._bury(worker, again)
                else:
                    self._deaths = 0
                    yield shard, answer
            elif worker.is_late():
                self._skip(worker.record, LATE.format(self.job.limits.seconds))
                self._replace(worker, again)

    def _bury(self, worker: "_Worker", again: list[Shard]) -> None:
        self._deaths += 1
        record = worker.record
        if record is not None:
            self._strikes[record] += 1
            if self._strikes[record] >= _STRIKES:
                self._skip(record, "ends the process that reads it, by a crash or by the memory it takes")
        if self._deaths >= _MOST_DEATHS:
            raise WorkerError(
                f"{_MOST_DEATHS} worker processes died one after another (the last by {worker.ending()});"
                " free some memory or use fewer workers, then run the same command again to go on"
            )
        self._replace(worker, again)

    def _skip(self, record: Key | None, reason: str) -> None:
        assert record is not None
        if record in self.skips:
            raise WorkerError("a source ends or hangs the process that opens it, not that which reads its reports")
        self._deaths = 0
        self.skips[record] = reason
        self._put_aside(record, reason)

    def _replace(self, worker: "_Worker", again: list[Shard]) -> None:
        assert worker.shard is not None
        again.append(worker.shard)
        self._workers.remove(worker)
        worker.stop()
        self._workers.append(_Worker(self.job))


def is_too_long(limits: Limits, waited: float, worked: float) -> bool:
    """Whether a report takes longer than is allowed, by seconds of the clock and of the processor.

    On a busy machine a report waits for the processor; one that waits ten times as long waits for nothing.
    """
    return waited > limits.seconds and (worked > limits.seconds or waited > _PATIENCE * limits.seconds)


class _Worker:
    """One process, as its parent sees it."""

    def __init__(self, job: Job) -> None:
        self._limits = job.limits
        self.shard: Shard | None = None
        self.pipe, far_end = _SPAWN.Pipe()
        # File, record, when it was begun by the clock and by the processor, how many are done; -1 where there is none.
        self._marks = _SPAWN.RawArray("d", [-1, -1, 0, 0, 0])
        self._process = _SPAWN.Process(target=_work, args=(job, far_end, self._marks, os.getpid()), daemon=True)
        try:
            self._process.start()
        except OSError as error:
            raise WorkerError(f"a worker process cannot be started ({error.strerror or 'it ends at once'})") from None
        finally:
            far_end.close()

    def give(self, shard: Shard, skips: Skips) -> None:
        """Have it read a shard."""
        self._marks[:] = [-1, -1, 0, 0, 0]
        self.shard = shard
        with suppress(OSError):  # a process that has just died is noticed when it is waited for
            self.pipe.send((shard, dict(skips)))

    def answer(self) -> dict[str, Any] | None:
        """The receipt of the shard; None if the process has died."""
        try:
            kind, what = self.pipe.recv()
        except (EOFError, OSError):
            return None
        if kind == "error":
            raise what
        self.shard = None
        return dict(what)

    @property
    def record(self) -> Key | None:
        """The record being read."""
        file, record = int(self._marks[0]), int(self._marks[1])
        return None if file < 0 else (file, record)

    @property
    def done(self) -> int:
        """How many records of the shard are done."""
        return int(self._marks[4])

    def is_late(self) -> bool:
        """Whether the record being read takes longer than is allowed."""
        if self.record is None:
            return False
        waited = time.monotonic() - self._marks[2]
        if waited <= self._limits.seconds:
            return False
        worked = _cpu_seconds(self._process.pid)
        return is_too_long(self._limits, waited, math.inf if worked is None else worked - self._marks[3])

    def ending(self) -> str:
        """What ended the process."""
        self._process.join(1)
        code = self._process.exitcode or 0
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self.pipe.close()


def _cpu_seconds(pid: int | None) -> float | None:
    """The processor time that a process has taken; None where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None


def _work(job: Job, pipe: "connection.Connection[Any, Any]", marks: Any, parent: int) -> None:
    """The worker: read one shard after another until the parent goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # interrupts are the parent's
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with_parent()
    if os.getppid() != parent:
        return  # it went before we could say that we go with it
    limit_memory(job.limits)

    def mark(record: Key, done: int) -> None:
        marks[:] = [*record, time.monotonic(), time.process_time(), done]

    pipeline()  # loaded before the first record, so that no record is blamed for it
    with ExitStack() as stack:
        plan: Plan | None = None
        while True:
            try:
                shard, skips = pipe.recv()
            except (EOFError, OSError):
                return
            plan = plan or stack.enter_context(Plan(job.work / PLAN))  # it is made while the rules are loaded
            answer = _answer(job, plan, shard, skips, mark)
            marks[:2] = [-1, -1]
            pipe.send(answer)


def _answer(job: Job, plan: Plan, shard: Shard, skips: Skips, mark: Callable[[Key, int], None]) -> tuple[str, Any]:
    try:
        return "done", run_shard(job, plan, shard, skips, mark)
    except HoradError as error:
        return "error", type(error)(str(error))
    except OSError as error:
        return "error", WorkerError(f"a shard cannot be written ({error.strerror or 'input or output error'})")
    except Exception as error:  # noqa: BLE001 - a foreign message may quote a report; its type may not
        return "error", WorkerError(f"a worker met an unexpected {type(error).__name__}; please report it")


def limit_memory(limits: Limits) -> None:
    """Have the system refuse memory beyond the limit, so that one report fails and not the machine."""
    if sys.platform != "linux":
        return
    import resource

    size = limits.memory_mb * 1_000_000
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard in (resource.RLIM_INFINITY, -1) or size < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (size, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
