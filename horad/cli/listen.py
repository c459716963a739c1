"""``horad listen``: receive HL7 v2 messages over MLLP, store them, acknowledge them, and read them."""

from pathlib import Path

import typer

_STORE = typer.Option(..., "--store", metavar="FOLDER", help="Where messages are stored, for their owner alone.")
_OUT = typer.Option(None, "-o", "--out", metavar="FILE", help="Append the results of every message, as JSON lines.")


def listen(
    store: Path = _STORE,
    out: Path | None = _OUT,
    host: str = typer.Option("127.0.0.1", help="The address to listen on."),
    port: int = typer.Option(2575, min=0, max=65535, help="The port; 0 takes a free one."),
    max_bytes: int | None = typer.Option(None, min=1000, help="The largest message that is taken."),
    idle_seconds: float | None = typer.Option(None, min=0.1, help="How long the next message may take."),
    expose: bool = typer.Option(
        False, "--expose", help="Listen on an address that other machines reach; there is no TLS."
    ),
) -> None:
    """Receive observation reports (ORU) over MLLP; each is acknowledged once it is stored for good.

    horad batch FOLDER reads the store like any other source.
    """
    from horad.cli.streams import complain, say
    from horad.knowledge.sources import load_limits
    from horad.run.listen import Service, is_loopback
    from horad.run.listen import listen as run

    limits = load_limits().listen
    if expose and not is_loopback(host):
        complain("other machines can reach this port, and there is no TLS: keep it inside a network you trust")
    service = Service(
        store,
        host,
        port,
        out,
        message_bytes=max_bytes or limits.message_bytes,
        idle_seconds=idle_seconds or limits.idle_seconds,
        connections=limits.connections,
        is_exposed=expose,
    )
    heard = run(service, lambda address, opened: say(f"listening on {address}:{opened}; storing in {store}"))
    told = f"{heard.stored} messages stored, {heard.refused} refused"
    if heard.results:
        told += f"; {heard.results.read} reports read, {heard.results.rejected} quarantined"
    say(told)
    raise typer.Exit(130 if heard.interrupted else 0)
