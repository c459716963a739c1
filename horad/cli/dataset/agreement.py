"""``horad dataset agreement``: how well readers agree, and on what they do not."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from horad.datasets.agreement import Agreement, AgreementReport, Figure


def agreement(
    files: list[Path] = typer.Argument(
        ..., metavar="READER.jsonl READER.jsonl…", help="Labelled reports, a file for each reader."
    ),
    out: Path | None = typer.Option(
        None, "-o", "--out", metavar="FILE", help="Write the reports on which readers differ, for adjudication."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print the figures as one JSON object."),
    by_label: bool = typer.Option(False, "--labels", help="Show every label of the fields that are lists."),
    rounds: int = typer.Option(500, min=0, help="Rounds of the bootstrap."),
    seed: int = typer.Option(1, help="Seed of the bootstrap."),
) -> None:
    """Kappa of every pair of readers and alpha of all, field by field, with intervals over whole reports."""
    from horad.cli.streams import emit, say
    from horad.datasets.agreement import measure
    from horad.datasets.disagreements import disagreements
    from horad.datasets.lines import write_lines
    from horad.datasets.readings import read_readings

    readings = read_readings(files)
    report = measure(readings, rounds, seed)
    if out:
        differing = list(disagreements(readings))
        write_lines(out, differing)
        say(f"{len(differing)} of {report.reports} reports to settle → {out}")
    if as_json:
        emit(report.model_dump_json().encode() + b"\n")
    else:
        _show(report, by_label=by_label)


def _show(report: "AgreementReport", *, by_label: bool) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from horad.cli.page import console

    numbers = {name: str(number) for number, name in enumerate(report.readers, start=1)}
    table = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Field", no_wrap=True)
    table.add_column("Pair", no_wrap=True)
    for heading in ("Units", "Same", "Kappa", "95 %", "Alpha", "95 %"):
        table.add_column(heading, justify="right", no_wrap=True)
    for field in report.fields:
        _add(table, field, "", numbers)
        for label in field.labels if by_label else ():
            _add(table, label, "  ", numbers)
    out = console()
    told = ", ".join(f"{number} {name}" for name, number in numbers.items())
    out.print(Text(f"{report.reports} reports that two readers or more have read; readers: {told}"))
    out.print(table)
    out.print("–: both used a single value, so that chance alone would agree", style="dim")


def _add(table: "Table", field: "Agreement", indent: str, numbers: dict[str, str]) -> None:
    from rich.text import Text

    name = f"{indent}{field.name.replace('_', ' ')}"
    for number, pair in enumerate(field.pairs):
        alpha = _cells(field.alpha) if number == 0 else ("", "")
        cells = (str(pair.decisions), f"{pair.same:.3f}", *_cells(pair.kappa), *alpha)
        readers = "–".join(numbers[reader] for reader in pair.readers)
        table.add_row(Text(name if number == 0 else ""), readers, *cells)


def _cells(figure: "Figure") -> tuple[str, str]:
    if figure.value is None:
        return "–", ""
    interval = "" if figure.low is None else f"{figure.low:.2f} to {figure.high:.2f}"
    return f"{figure.value:.3f}", interval
