"""``horad batch``: many reports of any supported form to one file, or to a folder of parts."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from horad.cli import batch_options as options
from horad.errors import HoradError

if TYPE_CHECKING:
    from horad.run.batch import Job, Progress, Tally


def batch(
    sources: options.Sources = None,
    out: options.Out = None,
    form: options.FormName = None,
    text_column: options.TextColumn = None,
    id_column: options.IdColumn = None,
    workers: options.Workers = 1,
    findings_only: options.FindingsOnly = False,
    keep_text: options.KeepText = False,
    flat: options.Flat = None,
    fresh: options.Fresh = False,
    engine: options.Engine = "local",
    scheduler: options.Scheduler = None,
    shard: options.Share = None,
    finish: options.Finish = None,
    shard_size: options.ShardSize = 5_000,
    report_seconds: options.ReportSeconds = 120.0,
    worker_memory: options.WorkerMemory = 4_000,
    log: options.Log = None,
) -> None:
    """Read many reports; what cannot be read is listed in a quarantine file with its reason.

    The same command goes on where an interrupted one stopped.
    """
    _stop_when_asked()
    if finish is not None:
        from horad.run.batch import finish as put_together

        _conclude(*put_together(finish))
    if not sources or out is None:
        raise HoradError("name one or more SOURCEs, and the results with -o OUT; see horad batch --help")
    from horad.readers.rows import Columns
    from horad.run.batch import Limits, plan

    job = plan(sources, out, form, Columns(text_column, id_column), workers)
    job = replace(job, findings_only=findings_only, keep_text=keep_text, flat=flat, shard_records=shard_size, log=log)
    job = replace(job, engine=engine, scheduler=scheduler, limits=Limits(report_seconds, worker_memory))
    _run(job.checked(), shard, fresh=fresh)


def _run(job: "Job", shard: str | None, *, fresh: bool) -> None:
    from horad.run.batch import run, run_share

    with _progress() as tick:
        if shard is None:
            tally = run(job, tick, fresh=fresh)
        else:
            _told_share(job, run_share(job, *_share(shard), tick))
    _conclude(job, tally)


def _stop_when_asked() -> None:
    """Stop at an interrupt even where it came ignored, as to a job in the background, and at a request to end."""

    def stop(_signal: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), stop)


def _share(asked: str) -> tuple[int, int]:
    """``I/N``; I counts from 0 or from 1, as the array of jobs does."""
    share, _, shares = asked.partition("/")
    if not (share.isdecimal() and shares.isdecimal() and 0 <= int(share) <= int(shares) and int(shares)):
        raise HoradError(f"--shard {asked}: write I/N, as 3/10 for the third of ten shares")
    return int(share), int(shares)


def _told_share(job: "Job", count: int) -> NoReturn:
    from horad.cli.streams import say

    say(f"{count} shard{'s' * (count != 1)} read; when all shares are: horad batch --finish {job.out}")
    raise typer.Exit


def _conclude(job: "Job", tally: "Tally") -> NoReturn:
    from horad.cli.streams import exit_code, say

    say(_told(job, tally))
    raise typer.Exit(exit_code(read=tally.written + tally.cancelled + tally.left_out, rejected=tally.quarantined))


def _told(job: "Job", tally: "Tally") -> str:
    told = f"{tally.written} report{'s' * (tally.written != 1)} → {job.out}"
    aside = {"superseded": tally.superseded, "cancelled": tally.cancelled, "left out": tally.left_out}
    for what, count in aside.items():
        told += f"; {count} {what}" if count else ""
    return f"{told}; {tally.quarantined} quarantined → {job.quarantine}" if tally.quarantined else told


@contextmanager
def _progress() -> Iterator[Callable[["Progress"], None]]:
    """A live line on stderr when that is a terminal, silence otherwise."""
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("looking through the sources", total=None)

        def tick(how_far: "Progress") -> None:
            seconds = bar.tasks[task].elapsed or 0.0
            rate = how_far.read / seconds if seconds else 0.0
            told = (
                f"{how_far.read:,} of {how_far.total:,} read, {how_far.quarantined:,} quarantined, {rate:,.0f} a second"
            )
            bar.update(task, description=told, total=how_far.total, completed=how_far.read)

        yield tick
