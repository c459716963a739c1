"""``horad dataset deidentify``: reports, results and DICOM files without the identifiers of people."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from horad.datasets.deidentify.run import Done

_SOURCES = typer.Argument(
    ..., metavar="IN…", help="Reports in any form that horad reads, results of horad batch, or a folder of DICOM files."
)
_OUT = typer.Option(..., "-o", "--out", help="A .jsonl, .parquet or .csv file; for DICOM a new folder.")
_KEY = typer.Option(
    ..., "--key", metavar="FILE", help="The secret key, made if it is not there; keep it apart from the data."
)
_TEXTS = typer.Option(None, "--texts", metavar="FILE|FOLDER", help="With results: the reports that were read.")


def deidentify(
    sources: list[Path] = _SOURCES,
    out: Path = _OUT,
    key: Path = _KEY,
    texts: Path | None = _TEXTS,
    replace: str = typer.Option("placeholder", help="placeholder ([NAME]) or surrogate (made-up names and places)."),
    dates: str = typer.Option("shift", help="shift them by days that the key gives each patient, or placeholder."),
    date_order: str = typer.Option("mdy", help="mdy or dmy: how 3/4/2021 is read where a text does not settle it."),
    keep_extra: list[str] = typer.Option([], metavar="NAME", help="A further column to keep, its texts cleaned."),
    text_column: str | None = typer.Option(None, metavar="NAME", help="The column or key that holds the report."),
    id_column: str | None = typer.Option(None, metavar="NAME", help="The column or key that holds the report's id."),
    risks: Path | None = typer.Option(
        None, "--risks", metavar="FILE", help="Write what may still tell something, as JSON."
    ),
) -> None:
    """Take out names, numbers, places and dates; what is replaced and what may remain is counted and told."""
    from horad.cli.streams import complain, exit_code, say
    from horad.datasets.deidentify.run import Task
    from horad.datasets.deidentify.run import deidentify as run
    from horad.datasets.deidentify.texts import Options
    from horad.readers.rows import Columns

    if replace not in ("placeholder", "surrogate") or dates not in ("shift", "placeholder"):
        raise typer.BadParameter("--replace is placeholder or surrogate; --dates is shift or placeholder")
    if date_order not in ("mdy", "dmy"):
        raise typer.BadParameter("--date-order is mdy or dmy")
    options = Options(replace == "surrogate", dates == "shift", date_order == "dmy", frozenset(keep_extra))
    done = run(Task(tuple(sources), out, key, texts, options, Columns(text_column, id_column), risks))
    for place, reason in done.left_out[:20]:
        complain(f"{place}: {reason}")
    say(_told(done, out))
    raise typer.Exit(exit_code(read=done.written, rejected=len(done.left_out)))


def _told(done: "Done", out: Path) -> str:
    kinds = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in done.replaced.most_common(6))
    lines = [f"{done.written} → {out}; replaced: {kinds or 'nothing'}"]
    if done.left_out:
        lines.append(f"{len(done.left_out)} left out")
    lines += [f"may remain: {count} {what}" for what, count in done.risks.items() if count]
    lines.append(
        "With moved dates this is pseudonymised data, not anonymous: the key, and rare findings, can lead back."
    )
    return "\n".join(lines)
