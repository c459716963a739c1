"""``horad dataset card``: what a dataset is, for people and for machines."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from horad.datasets.about import About


def card(
    folder: Path = typer.Argument(..., metavar="FOLDER", help="What horad dataset split wrote."),
    name: str = typer.Option("", help="The name of the dataset, if no --about says it."),
    about: Path | None = typer.Option(
        None, metavar="FILE.toml", help="Name, licence, creators and the answers of the datasheet."
    ),
    evaluation: Path | None = typer.Option(None, metavar="FILE.json", help="What horad evaluate --json printed."),
    agreement: Path | None = typer.Option(
        None, metavar="FILE.json", help="What horad dataset agreement --json printed."
    ),
    flow: Path | None = typer.Option(None, metavar="FILE.json", help="What horad dataset find --flow wrote."),
) -> None:
    """Write README.md (Hugging Face header), croissant.json, dataset.json with the counts, and SHA256SUMS."""
    from horad.cli.streams import say
    from horad.datasets.about import About, read_about
    from horad.datasets.card import write_card

    if not (name or about):
        raise typer.BadParameter("give --name, or --about with a file that says it")
    told = read_about(about) if about else _named(name)
    if about and name:
        told = About.model_validate({**told.model_dump(), "name": name})
    write_card(folder, told, evaluation=evaluation, agreement=agreement, flow=flow)
    unsaid = [key for key, value in told.model_dump().items() if value in ("Not stated.", "unknown", "", ())]
    say(f"card → {folder / 'README.md'}")
    if unsaid:
        say(f"{len(unsaid)} of its answers are not stated; --about FILE.toml gives them")


def _named(name: str) -> "About":
    from pydantic import ValidationError

    from horad.datasets.about import About

    try:
        return About(name=name)
    except ValidationError:
        raise typer.BadParameter("--name: letters, digits, spaces and . _ - only") from None
