"""``horad dataset sample``: reports to annotate, so many of every stratum."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from horad.datasets.sample import SampleReport


def sample(
    results: Path = typer.Argument(..., metavar="RESULTS", help="What horad batch wrote: Parquet or JSON lines."),
    count: int = typer.Option(..., "-n", "--count", min=1, help="How many reports."),
    by: str = typer.Option(
        "status,site,modality,uncertainty", help="Fields that make the strata; uncertainty is that of the differential."
    ),
    seed: int = typer.Option(1, help="Another seed draws other reports."),
    out: Path = typer.Option(..., "-o", "--out", help="A .jsonl, .parquet or .csv file."),
    texts: Path | None = typer.Option(
        None, help="The reports that were read: OUT then holds their texts, one JSON line each, and not the results."
    ),
    proportional: bool = typer.Option(False, "--proportional", help="By the share of each stratum, not evenly."),
    as_json: bool = typer.Option(False, "--json", help="Print the report of the strata as one JSON object."),
) -> None:
    """Draw a stratified sample for annotation; the same seed draws the same reports in whatever order they come."""
    from horad.cli.streams import emit, say
    from horad.datasets.sample import Sampler
    from horad.datasets.strata import fields_of

    fields = fields_of(by)
    sampler = Sampler(results)
    drawn = sampler.draw(count, fields, seed, proportional=proportional)
    if texts:
        from horad.datasets.lines import write_lines
        from horad.datasets.sample import with_texts
        from horad.readers.detect import read_source

        write_lines(out, with_texts(drawn, read_source(texts), fields))
    else:
        sampler.write(drawn, out)
    report = drawn.report
    say(f"{report.got} of {report.asked} reports asked for → {out}")
    emit(report.model_dump_json().encode() + b"\n" if as_json else _table(report).encode())


def _table(report: "SampleReport") -> str:
    head = (*(field.replace("_", " ") for field in report.by), "there", "asked", "got")
    rows = [(*stratum.values.values(), stratum.available, stratum.asked, stratum.got) for stratum in report.strata]
    cells = [head, *(tuple(str(cell).replace("_", " ") for cell in row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    words = len(report.by)
    lines = [
        "  ".join(cell.ljust(width) if number < words else cell.rjust(width)
                  for number, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in cells
    ]  # fmt: skip
    repeated = f"{report.repeated_texts} repeated texts took no part\n" if report.repeated_texts else ""
    return "\n".join(line.rstrip() for line in lines) + "\n" + repeated
