"""``horad batch``: many reports of any supported form to one file, or to a folder of Parquet parts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from horad.run.batch import Job, Tally


def batch(
    sources: list[Path] = typer.Argument(
        ..., metavar="SOURCE…", help="Files or folders: text, JSON lines, CSV, Parquet."
    ),
    out: Path = typer.Option(..., "-o", "--out", help="A .jsonl, .csv or .parquet file, or a folder of Parquet parts."),
    form: str | None = typer.Option(
        None, "--format", metavar="FORM", help="parquet, jsonl or csv, whatever OUT ends in."
    ),
    text_column: str | None = typer.Option(None, metavar="NAME", help="The column or key that holds the report."),
    id_column: str | None = typer.Option(None, metavar="NAME", help="The column or key that holds the report's id."),
    workers: int = typer.Option(1, min=1, help="Processes that read at the same time."),
    findings_only: bool = typer.Option(
        False, "--findings-only", help="Leave what a report itself says of the diagnosis out of its differential."
    ),
) -> None:
    """Read many reports; what cannot be read is listed in a quarantine file with its reason."""
    from horad.cli.streams import exit_code, say
    from horad.readers.rows import Columns
    from horad.run.batch import plan, run

    job = replace(plan(sources, out, form, Columns(text_column, id_column), workers), findings_only=findings_only)
    with _progress() as tick:
        tally = run(job, tick)
    say(_told(job, tally))
    raise typer.Exit(exit_code(read=tally.written, rejected=tally.quarantined))


def _told(job: "Job", tally: "Tally") -> str:
    told = f"{tally.written} report{'s' * (tally.written != 1)} → {job.out}"
    return f"{told}; {tally.quarantined} quarantined → {job.quarantine}" if tally.quarantined else told


@contextmanager
def _progress() -> Iterator[Callable[["Tally"], None]]:
    """A live line on stderr when that is a terminal, silence otherwise."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("loading the rules", total=None)

        def tick(tally: "Tally") -> None:
            seconds = progress.tasks[task].elapsed or 0.0
            rate = (tally.written + tally.quarantined) / seconds if seconds else 0.0
            told = f"{tally.written:,} read, {tally.quarantined:,} quarantined, {rate:,.0f} a second"
            progress.update(task, description=told)

        yield tick
