"""One shard: its records read, its part and lists written, and a receipt that says that all of it is in place."""

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from horad.errors import SourceError
from horad.readers.ranges import records_from
from horad.records import Notice, Rejection, Report, ReportResult
from horad.run.audit import Audit
from horad.run.job import Job, stamp
from horad.run.many import answer_one
from horad.run.one import pipeline
from horad.run.shard_plan import Plan, Shard, Slice
from horad.run.tally import Tally
from horad.run.versions import REPEATED_MESSAGE, Fate, Key
from horad.writers.commit import settle, settle_folder
from horad.writers.flat import FlatWriter
from horad.writers.jsonl import LineWriter, QuarantineWriter

Skips = Mapping[Key, str]
"""Records that ended or hung a worker, with the reason for their quarantine."""

Mark = Callable[[Key, int], None]
"""Told which record is about to be read, and how many are done."""


def place_of(job: Job, shard: str, what: str) -> Path:
    """Where a shard keeps a list until the commit: quarantine, aside, texts, flat, log or receipt."""
    suffix = {"receipt": "json", "flat": "parquet"}.get(what, "jsonl")
    return job.work / what / f"{shard}.{suffix}"


def read_receipt(job: Job, shard: Shard) -> dict[str, Any] | None:
    """The receipt of a finished shard; None if it is not finished, or something it wrote is gone or cut off."""
    try:
        receipt: dict[str, Any] = json.loads(place_of(job, shard.hash, "receipt").read_bytes())
        whole = all(size_of(job.parts / name) == size for name, size in receipt["files"].items())
    except (OSError, ValueError, KeyError):
        return None
    return receipt if whole and receipt["tally"]["read"] == shard.records else None


def size_of(path: Path) -> int:
    """The bytes of a file, or of all files in a folder."""
    if path.is_dir():
        return sum(size_of(below) for below in path.iterdir())
    return path.stat().st_size


def run_shard(
    job: Job, plan: Plan, shard: Shard, skips: Skips, mark: Mark = lambda _key, _done: None
) -> dict[str, Any]:
    """Read one shard, put what it writes in place, and return its receipt.

    Raises:
        SourceError: if a source does not hold what it held when the plan was made.
        OSError: if something cannot be written.
    """
    started, cpu = time.monotonic(), time.process_time()
    with ExitStack() as stack:
        desk = stack.enter_context(_Desk(job, shard))
        # What the pipeline remembers of words is forgotten with the shard: memory stays flat.
        stack.enter_context(pipeline().memory_zone())
        for part in plan.slices(shard.number):
            desk.read_slice(part, plan.fates(part), skips, mark)
        desk.finish()
    receipt = {
        "shard": shard.hash,
        "number": shard.number,
        "files": desk.files,
        "tally": desk.tally.to_json(),
        "seconds": round(time.monotonic() - started, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
    }
    _write_receipt(place_of(job, shard.hash, "receipt"), receipt)
    return receipt


class _Desk:
    """Where the records of a shard are read; what is written appears under its own name only when it is whole."""

    def __init__(self, job: Job, shard: Shard) -> None:
        self._job, self._shard = job, shard
        self._places: dict[Path, Path] = {}
        self._stack = ExitStack()
        self._folder = Path()  # what a record names is relative to it
        self.tally = Tally()
        self.files: dict[str, int] = {}
        enter = self._stack.enter_context
        part = self._new(job.parts / job.form.part_name(shard.hash))
        if not job.form.kind.part_suffix:
            part.mkdir()
        self._writer = enter(job.form.kind.open(part, {**stamp(), "shard": shard.hash}))
        self._quarantine = enter(QuarantineWriter(self._list("quarantine")))
        self._aside = enter(LineWriter(self._list("aside")))
        self._texts = enter(LineWriter(self._list("texts"))) if job.keep_text else None
        self._flat = enter(FlatWriter(self._list("flat"))) if job.flat else None
        self._audit = Audit(enter(LineWriter(self._list("log"))), job.log_key) if job.log_key else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        for temporary in self._places:
            remove(temporary)

    def read_slice(self, part: Slice, fates: Mapping[int, Fate], skips: Skips, mark: Mark) -> None:
        """Read the records of one slice."""
        self.tally.form = part.form
        self._folder = part.file.path.parent
        records = records_from(part.file, self._job.columns, part.place)
        for number in range(part.first, part.first + part.records):
            key = (part.number, number)
            mark(key, self.tally.read)
            _, record = next(records, (None, None))
            if record is None:
                raise SourceError(f"{part.file.name}: has changed since the run began; start over with --fresh")
            self._take(record, fates.get(number), skips.get(key))

    def finish(self) -> None:
        """Put everything in place, durably."""
        self._stack.close()
        for temporary, target in self._places.items():
            remove(target)
            if temporary.exists():
                settle(temporary)
                temporary.replace(target)
                if target.parent == self._job.parts:
                    self.files[target.name] = size_of(target)
        for folder in {target.parent for target in self._places.values()}:
            settle_folder(folder)

    def _take(self, record: Report | Rejection, fate: Fate | None, skipped: str | None) -> None:
        started = time.perf_counter()
        if fate is not None and fate is not Fate.REPEATED:
            self.tally.count(fate.value)
            self._put_aside(record, fate)
            return
        if skipped is not None:
            answer: ReportResult | Rejection
            answer = Rejection(source=record.source, position=record.position, form=record.form, reason=skipped)
        else:
            answer = answer_one(record, findings_only=self._job.findings_only, folder=self._folder)
        if isinstance(answer, Rejection):
            self.tally.reject(answer)
            self._quarantine.write(answer)
        else:
            assert isinstance(record, Report)
            self._write(_warned(answer) if fate else answer, record)
        if self._audit:
            self._audit.note(record, answer, time.perf_counter() - started)

    def _write(self, result: ReportResult, report: Report) -> None:
        if self._job.form.kind.takes(result):
            self.tally.keep(result)
            self._writer.write(result, report)
        else:
            self.tally.count(Fate.LEFT_OUT.value)
            self._put_aside(report, Fate.LEFT_OUT)
        if self._flat:
            self._flat.write(result, report)
        if self._texts:
            self._texts.write({"report_id": result.report_id, "text_sha256": result.text_sha256, "text": report.text})

    def _put_aside(self, record: Report | Rejection, fate: Fate) -> None:
        self._aside.write({"source": record.source, "position": record.position, "outcome": fate.value})

    def _list(self, what: str) -> Path:
        return self._new(place_of(self._job, self._shard.hash, what))

    def _new(self, target: Path) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        for stale in target.parent.glob(f".{target.name}.*.partial"):
            remove(stale)
        temporary = target.with_name(f".{target.name}.{os.getpid()}.partial")
        self._places[temporary] = target
        return temporary


def remove(path: Path) -> None:
    """Remove a file, or a folder with all in it, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _warned(result: ReportResult) -> ReportResult:
    notice = Notice(code="repeated_id", message=REPEATED_MESSAGE)
    return result.model_copy(update={"warnings": (*result.warnings, notice)})


def _write_receipt(place: Path, receipt: dict[str, Any]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".{place.name}.{os.getpid()}.partial")
    temporary.write_text(json.dumps(receipt), encoding="utf-8")
    settle(temporary)
    temporary.replace(place)
    settle_folder(place.parent)
