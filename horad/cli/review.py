"""``horad review``: a page on which readers accept, correct or doubt the results, and the gold labels it makes."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from horad.review.reports import Queue
    from horad.review.store import Store

_TEXTS = typer.Option(None, "--texts", metavar="FILE|FOLDER", help="The reports that the results were read from.")
_IMAGES = typer.Option(None, "--images", metavar="FOLDER", help="PNG files named by report id or by text_sha256.")
_DATABASE = typer.Option(None, "--db", metavar="FILE", help="The decisions; default RESULTS.review.sqlite.")
_REVIEWER = typer.Option(None, "--reviewer", metavar="NAME", help="Who reads; else the page asks.")
_HOST = typer.Option(
    "127.0.0.1", "--host", help="The address to answer on; other machines reach it if it is not loopback."
)
_PORT = typer.Option(0, "--port", min=0, max=65535, help="The port; any free one by default.")
_EXPORT = typer.Option(
    None, "--export", metavar="FILE", help="Write finished reports as gold JSON lines (of --reviewer alone if named)."
)


def review(
    results: Path = typer.Argument(..., metavar="RESULTS", help="What horad batch wrote: JSON lines or Parquet."),
    texts: Path | None = _TEXTS,
    reviewer: str | None = _REVIEWER,
    database: Path | None = _DATABASE,
    images: Path | None = _IMAGES,
    host: str = _HOST,
    port: int = _PORT,
    export: Path | None = _EXPORT,
) -> None:
    """Review results on a local page, by keyboard; or write the decisions as gold labels."""
    from horad.cli.streams import complain
    from horad.review.reports import load
    from horad.review.server import check_extra
    from horad.review.store import A_NAME, Store, is_name

    if reviewer is not None and not is_name(reviewer):
        raise typer.BadParameter(f"--reviewer: give {A_NAME}")
    if export is None:
        check_extra()
    place = database or results.with_name(f"{results.name}.review.sqlite")
    queue = load(results, texts, images)
    if queue.matched.complaint:
        complain(queue.matched.complaint)
    with Store(place) as store:
        if export is not None:
            _export(export, queue, store, reviewer)
        else:
            _serve(queue, store, host, port, reviewer)


def _serve(queue: "Queue", store: "Store", host: str, port: int, reviewer: str | None) -> None:
    from horad.cli.streams import say
    from horad.review.server import is_loopback, serve

    if not is_loopback(host):
        say("the page is open to other machines, and what it sends is not encrypted: use it on a trusted network only")

    def announce(address: str) -> None:
        say(f"{len(queue)} reports; decisions → {store.path}\nOpen {address}\nStop with Ctrl+C.")

    serve(queue, store, host=host, port=port, reviewer=reviewer, announce=announce)


def _export(target: Path, queue: "Queue", store: "Store", reviewer: str | None) -> None:
    from horad.cli.streams import say
    from horad.review.joined import gold_lines
    from horad.writers.commit import new_file

    lines = list(gold_lines(queue, store, only=reviewer))
    with new_file(target) as place:
        place.write_bytes(b"".join(lines))
    say(f"{len(lines)} finished → {target}; {len(queue) - len(lines)} not finished")
