"""``horad dataset split``: texts, labels and results into parts, by patient."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from horad.datasets.split import Plan

_SALT = "HORAD_SALT"
_SOURCES = typer.Argument(
    ..., metavar="SOURCE…", help="Texts, labels and results; one of each kind, joined by their ids."
)
_NEAR_DUPLICATES = typer.Option(
    "drop", help="Across parts: drop from the earlier part, merge their patients, or report and exit with 1."
)
_SIMILARITY = typer.Option(0.8, min=0.1, max=1.0, help="Share of three-word runs that makes a near duplicate.")


def split(
    sources: list[Path] = _SOURCES,
    out: Path = typer.Option(..., "-o", "--out", metavar="FOLDER", help="A new folder."),
    by: str = typer.Option("patient", help="patient, or report where patients are not known."),
    parts: str = typer.Option("train=0.7,dev=0.15,test=0.15", help="Names and shares; the last is kept cleanest."),
    salt: str = typer.Option(
        "", help=f"Key of the hash; keep it. Better in {_SALT} or a file than in the shell's history."
    ),
    salt_file: Path | None = typer.Option(None, help="A file whose first line is the salt."),
    stratify: str = typer.Option("", metavar="FIELD,…", help="Meet the shares in every stratum; needs results."),
    previous: Path | None = typer.Option(
        None, metavar="FOLDER", help="With --stratify: an earlier split, whose patients stay where they are."
    ),
    near_duplicates: str = _NEAR_DUPLICATES,
    similarity: float = _SIMILARITY,
    as_json: bool = typer.Option(False, "--json", help="Print how it was split as JSON."),
) -> None:
    """Split by a keyed hash of the patient: nobody moves when data are added, and no part holds another's reports."""
    from horad.datasets.parts import shares_of
    from horad.datasets.split import RESOLUTIONS, UNITS, Plan
    from horad.datasets.strata import fields_of

    resolution = next((name for name in RESOLUTIONS if name == near_duplicates), None)
    unit = next((name for name in UNITS if name == by), None)
    if resolution is None or unit is None or (previous and not stratify):
        raise typer.BadParameter(
            "--near-duplicates is drop, merge or report; --by is patient or report; --previous goes with --stratify"
        )
    strata = fields_of(stratify) if stratify else []
    key = _salt(salt, salt_file)
    plan = Plan(
        shares_of(parts), key, strata=strata, by=unit, resolution=resolution, similarity=similarity, before=previous
    )
    _write(sources, out, plan, as_json=as_json)


def _write(sources: list[Path], out: Path, plan: "Plan", *, as_json: bool) -> None:
    from horad.cli.streams import complain, emit, say
    from horad.datasets.rows import Material
    from horad.datasets.split import split as place
    from horad.datasets.split import write_split

    material = Material(sources, plan.strata)
    result = place(material, plan)
    document = write_split(out, material, plan, result)
    say(f"{len(result.kept)} reports → {out}")
    emit(_json(document) if as_json else _table(document).encode())
    if document["reports_without_patient"] and plan.by == "patient":
        complain(f"{document['reports_without_patient']} reports name no patient, and were split each by itself")
    if plan.resolution == "report" and result.across:
        complain(f"{len(result.across)} near duplicates lie across parts; they are listed in {out.name}")
        raise typer.Exit(1)


def _salt(given: str, file: Path | None) -> str:
    from horad.errors import HoradError

    if file:
        try:
            lines = file.read_text("utf-8").splitlines()
        except (OSError, ValueError):
            raise HoradError(f"{file}: the salt cannot be read") from None
        return lines[0].strip() if lines else ""
    return given or os.environ.get(_SALT, "")


def _json(document: dict[str, Any]) -> bytes:
    import json

    told = {key: value for key, value in document.items() if key != "assignments"}
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"


def _table(document: dict[str, Any]) -> str:
    """Reports and patients of each part, and of each stratum with its shares."""
    parts = list(document["parts"])
    rows = [["", *parts], ["share asked", *(f"{document['parts'][part]:.2f}" for part in parts)]]
    rows += [[name, *(str(document[name][part]) for part in parts)] for name in ("reports", "patients")]
    for stratum, counts in document["strata"].items():
        total = sum(counts.values())
        shown = [f"{counts.get(part, 0)} ({counts.get(part, 0) / total:.2f})" for part in parts]
        rows.append([stratum.replace("_", " "), *shown])
    twins = document["near_duplicates"]
    widths = [max(len(row[column]) for row in rows) for column in range(len(parts) + 1)]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
    told = (
        f"near duplicates across parts: {twins['pairs_across_parts']}, reports left out for them: {twins['left_out']}"
    )
    return "\n".join(line.rstrip() for line in lines) + f"\n{told}\n"
