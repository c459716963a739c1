"""``horad dataset export`` and ``import``: results to the tools of annotation, and their labels back as gold."""

from pathlib import Path

import typer

_FORMS = "label-studio, brat, prodigy, docbin, conll or hugging-face"
_TO = typer.Option(..., "--format", metavar="FORM", help=f"{_FORMS}; or fhir.")
_FROM = typer.Option(..., "--format", metavar="FORM", help=f"{_FORMS}.")


def export(
    results: Path = typer.Argument(..., metavar="RESULTS", help="What horad batch wrote: Parquet or JSON lines."),
    texts: Path | None = typer.Option(None, "--texts", metavar="FILE|FOLDER", help="The reports that were read."),
    form: str = _TO,
    out: Path = typer.Option(..., "-o", "--out", help="A file; for brat a new folder."),
) -> None:
    """Write results with their texts for a tool of annotation, as proposals to correct."""
    from horad.cli.streams import complain, say
    from horad.datasets.formats.exchange import export as write

    done = write(results, texts, form, out)
    if done.complaint:
        complain(done.complaint)
    if done.lost_spans:
        complain(f"{done.lost_spans} spans overlap others of the same label, which BIO tags cannot hold")
    say(f"{done.reports} reports → {out}")


def bring_back(
    source: Path = typer.Argument(..., metavar="FILE", help="What the tool exported; for brat its folder."),
    form: str = _FROM,
    out: Path = typer.Option(..., "-o", "--out", help="Gold JSON lines, as horad evaluate reads them."),
) -> None:
    """Bring corrected labels back as gold."""
    from horad.cli.streams import say
    from horad.datasets.formats.exchange import bring_back as read

    say(f"{read(source, form, out)} labelled reports → {out}")
