"""``horad image``: a series, what is measured on it, what is refused, and where a report disagrees."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from horad.imaging.masks import Masks
    from horad.imaging.series import Series
    from horad.records import ImageResult


def image(
    context: typer.Context,
    series: Path = typer.Argument(..., metavar="SERIES", help="A DICOM file, or a folder that holds a series."),
    mask: Path | None = typer.Option(None, metavar="MASK", help="The lesion: a DICOM SEG or NIfTI file."),
    roi: str | None = typer.Option(
        None, metavar="REGION", help="A generous region (a mask, or a box x,y,z,x,y,z): exploratory."
    ),
    structure: list[str] = typer.Option([], metavar="NAME=MASK", help="A nerve or vessel to measure the distance to."),
    reference: list[str] = typer.Option([], metavar="fat=MASK", help="A region of fat or of muscle, for MR ratios."),
    oedema: Path | None = typer.Option(None, metavar="MASK", help="The oedema about the lesion, on MR."),
    contralateral: Path | None = typer.Option(None, metavar="MASK", help="The same region on the other side."),
    report: str | None = typer.Option(None, metavar="FILE", help="The report: where text and images disagree."),
    series_uid: str | None = typer.Option(None, "--series", metavar="UID", help="Which series of a folder."),
    as_json: bool = typer.Option(False, "--json", help="Print the image object, or with --report the whole result."),
    png: Path | None = typer.Option(None, metavar="FILE", help="Write a picture with the masks drawn in."),
) -> None:
    """Measure on a DICOM series; what the pixels cannot carry is refused with its reason."""
    from horad.cli.streams import emit
    from horad.imaging.request import Request
    from horad.run.image import measured, region_of

    request = Request(
        mask=mask,
        roi=None if roi is None else region_of(roi),
        structures=_named(structure, "--structure"),
        references=_named(reference, "--reference"),
        oedema=oedema,
        contralateral=contralateral,
    )
    read, masks, result = measured(series, request, series_uid)
    if png is not None:
        _draw(read, masks, png, result)
    if report is not None:
        _beside(context, report, result, as_json=as_json)
    elif as_json:
        emit(result.model_dump_json().encode() + b"\n")
    else:
        from horad.cli.image_page import show_image

        show_image(result)


def _named(given: list[str], option: str) -> dict[str, Path]:
    named: dict[str, Path] = {}
    for one in given:
        name, is_there, path = one.partition("=")
        if not (name.strip() and is_there and path):
            raise typer.BadParameter(f"{option} must be written NAME=MASK, not {one!r}")
        if name.strip() in named:
            raise typer.BadParameter(f"{option} names {name.strip()!r} twice")
        named[name.strip()] = Path(path)
    return named


def _draw(read: "Series", masks: "Masks", png: Path, result: "ImageResult") -> None:
    from horad.cli.streams import complain, say
    from horad.imaging.overlay import write_png

    if read.volume is None:  # a refusal says why, and is no failure
        complain(f"{png}: no picture, because the series has no pixels that can be shown")
        return
    write_png(png, read, masks, result.refusals)
    say(f"picture → {png}")


def _beside(context: typer.Context, report: str, result: "ImageResult", *, as_json: bool) -> None:
    """The report's result with the images in it."""
    from horad.cli.sources import Reading
    from horad.cli.streams import emit, exit_code
    from horad.writers.jsonl import line

    reading = Reading([report], debug=bool(context.obj), image=result)
    for answer, text in reading:
        if as_json:
            emit(line(answer))
        else:
            from horad.cli.image_page import show_image
            from horad.cli.page import show

            show(answer, text)
            show_image(result)
    raise typer.Exit(exit_code(read=reading.read, rejected=reading.rejected))
