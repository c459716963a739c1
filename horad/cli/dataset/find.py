"""``horad dataset find``: the reports of a cohort, counts first."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from horad.datasets.criteria import Wanted


def find(
    results: Path = typer.Argument(..., metavar="RESULTS", help="What horad batch wrote: Parquet or JSON lines."),
    status: str = typer.Option("", metavar="VALUE,…", help="Whether ossification is there; a comma means or."),
    site: str = typer.Option("", metavar="VALUE,…"),
    side: str = typer.Option("", metavar="VALUE,…", help="Left and right take bilateral in as well."),
    maturity: str = typer.Option("", metavar="VALUE,…"),
    marrow: str = typer.Option("", metavar="VALUE,…", help="Signal inside the new bone."),
    relation: str = typer.Option("", metavar="VALUE,…", help="To any nerve or vessel of a lesion that is there."),
    encases: bool = typer.Option(False, "--encases", help="The same as --relation encases."),
    grade: str = typer.Option("", metavar="III,IV", help="Stated and current; brooker:III names the system."),
    tumour: str = typer.Option("", metavar="VALUE,…"),
    diagnosis: str = typer.Option("", metavar="VALUE,…", help="First of the differential."),
    modality: str = typer.Option("", metavar="VALUE,…"),
    risk_factor: str = typer.Option("", metavar="VALUE,…"),
    feature: list[str] = typer.Option([], metavar="NAME=VALUE", help="For instance ankylosis=present; repeatable."),
    alert: list[str] = typer.Option([], metavar="CODE", help="Repeatable; all must be raised."),
    report_status: str = typer.Option("", metavar="VALUE,…", help="For instance final,corrected."),
    unique: bool = typer.Option(False, "--unique", help="Of reports with the same text, one."),
    where: list[str] = typer.Option([], metavar="SQL", help="Any DuckDB expression over the columns; repeatable."),
    out: Path | None = typer.Option(None, "-o", "--out", help="Write the results found: .parquet, .jsonl or .csv."),
    flow: Path | None = typer.Option(None, metavar="FILE", help="Write the flow: .svg, .png, .html, .txt or .json."),
    count: bool = typer.Option(False, "--count", help="Print the number of reports found, and nothing else."),
    ids: bool = typer.Option(False, "--ids", help="Print the ids of the reports found."),
) -> None:
    """Find reports by what was read in them; without an output, print how many were left out at each step, and why."""
    from horad.datasets.criteria import Wanted

    if encases:
        relation = ",".join(filter(None, (relation, "encases")))
    wanted = Wanted(
        report_status=report_status, status=status, site=site, side=side, maturity=maturity, marrow=marrow,
        relation=relation, grade=grade, tumour=tumour, modality=modality, risk_factor=risk_factor,
        diagnosis=diagnosis, feature=feature, alert=alert, where=where, unique=unique,
    )  # fmt: skip
    _answer(results, wanted, out, flow, "ids" if ids else "count" if count else "")


def _answer(results: Path, wanted: "Wanted", out: Path | None, flow: Path | None, shown: str) -> None:
    from horad.cli.streams import emit, say
    from horad.datasets.find import Search
    from horad.datasets.flow import as_text
    from horad.datasets.flow_picture import write_flow

    search = Search(results, wanted)
    steps = search.flow()
    if out:
        search.write(out)
        say(f"{steps.found} of {steps.reports} reports → {out}")
    if flow:
        write_flow(steps, flow)
        say(f"flow → {flow}")
    if shown == "ids":
        emit("".join(f"{name}\n" for name in search.ids()).encode())
    elif shown == "count":
        emit(f"{steps.found}\n".encode())
    elif not (out or flow):
        emit(as_text(steps).encode())
