"""``horad dataset timeline``: one patient through all reports."""

import sys
from pathlib import Path

import typer


def timeline(
    results: Path = typer.Argument(..., metavar="RESULTS", help="What horad batch wrote: Parquet or JSON lines."),
    patient: str = typer.Option(..., metavar="ID", help="The patient; - reads the id from standard input."),
    as_json: bool = typer.Option(False, "--json", help="Print the course as one JSON object."),
    png: Path | None = typer.Option(None, metavar="FILE", help="Write the picture as PNG."),
    svg: Path | None = typer.Option(None, metavar="FILE", help="Write the picture as SVG."),
) -> None:
    """Tell the course of one patient: first seen, maturation, grade, size, gone, recurred, and what does not fit."""
    from horad.cli.streams import emit, say
    from horad.datasets.course import as_text, contradictions, events
    from horad.datasets.timeline import read_timeline
    from horad.datasets.timeline_picture import write_picture

    course = read_timeline(results, sys.stdin.readline().strip() if patient == "-" else patient)
    for place in (png, svg):
        if place:
            write_picture(course, place)
            say(f"picture → {place}")
    if as_json:
        import json

        document = {
            **course.model_dump(mode="json"),
            "events": [event.model_dump(mode="json") for event in events(course)],
            "contradictions": [one.model_dump(mode="json") for one in contradictions(course)],
        }
        emit(json.dumps(document, ensure_ascii=False).encode() + b"\n")
    elif not (png or svg):
        emit(as_text(course).encode())
