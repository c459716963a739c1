"""A stream of reports, in order, by one process or several."""

import itertools
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from horad.errors import HoradError, RecordError, WorkerError
from horad.readers.rows import Columns, row_to_report
from horad.records import ImageResult, Rejection, Report, ReportResult
from horad.run.one import pipeline, read_record

_CHUNK = 16
_CHUNKS_AHEAD_PER_WORKER = 4

Answer = ReportResult | Rejection


def read_many(
    reports: Iterable[str | Mapping[str, Any]], workers: int = 1, *, findings_only: bool = False
) -> Iterator[ReportResult]:
    """Yield the result of every report, in order.

    A report is a text, or a mapping shaped like a line of JSON lines: ``text``, ``id`` and other metadata.
    ``findings_only`` leaves what a report itself says of the diagnosis out of its differential.

    Raises:
        RecordError: at the first report that cannot be read.
        WorkerError: if a worker process dies.
    """
    for answer in answers(map(_report, itertools.count(1), reports), workers, findings_only=findings_only):
        if isinstance(answer, Rejection):
            raise RecordError(f"report {answer.position}: {answer.reason}")
        yield answer


def answers(
    records: Iterable[Report | Rejection], workers: int = 1, *, findings_only: bool = False
) -> Iterator[Answer]:
    """Yield a result, or a rejection, for every record, in order; one bad report never stops the rest."""
    if workers < 1:
        raise HoradError(f"workers must be 1 or more, not {workers}")
    answer = partial(answer_one, findings_only=findings_only)
    return map(answer, records) if workers == 1 else _spread(records, workers, answer)


def answer_one(
    record: Report | Rejection,
    *,
    findings_only: bool = False,
    image: ImageResult | None = None,
    folder: Path | None = None,
) -> Answer:
    """Read one record, with its images or those it names; whatever goes wrong is a rejection without report text.

    What a record names is relative to ``folder``.
    """
    if isinstance(record, Rejection):
        return record
    nlp = pipeline()  # a pipeline that does not load is no record's fault
    try:
        return read_record(nlp, record, findings_only=findings_only, image=image or image_of(record, folder))
    except RecordError as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - a bug met by one report must not stop the others
        # The message of a foreign error may quote the report; its type may not.
        reason = f"could not be read ({type(error).__name__}); please report the case without its text"
    return Rejection(source=record.source, position=record.position, reason=reason)


def image_of(record: Report, folder: Path | None = None) -> ImageResult | None:
    """What the images say that a record names by its key ``image``."""
    given = record.metadata.extra.get("image")
    if given is None:
        return None
    from horad.run.image import image_beside

    return image_beside(given, folder or Path())


def _report(position: int, given: str | Mapping[str, Any]) -> Report | Rejection:
    if isinstance(given, str):
        return Report(text=given, source="report", position=position)
    return row_to_report(given, Columns(), "report", position)


def _spread(
    records: Iterable[Report | Rejection], workers: int, answer: Callable[[Report | Rejection], Answer]
) -> Iterator[Answer]:
    """Send chunks ahead to the workers, as many as keep them busy, and yield the answers in order."""
    source = iter(records)
    waiting: deque[Future[list[Answer]]] = deque()
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start_worker)
    try:
        while chunk := list(itertools.islice(source, _CHUNK)):
            waiting.append(pool.submit(_answer_chunk, answer, chunk))
            if len(waiting) >= workers * _CHUNKS_AHEAD_PER_WORKER:
                yield from _result(waiting.popleft)
        while waiting:
            yield from _result(waiting.popleft)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _result(next_chunk: Callable[[], Future[list[Answer]]]) -> list[Answer]:
    try:
        return next_chunk().result()
    except BrokenProcessPool:
        raise WorkerError("a worker process died; run again with fewer workers") from None


def _answer_chunk(answer: Callable[[Report | Rejection], Answer], chunk: list[Report | Rejection]) -> list[Answer]:
    return [answer(record) for record in chunk]


def _start_worker() -> None:
    """Leave interrupts to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
