"""The server of the review page: one process, one address, loopback unless asked otherwise."""

import contextlib
import ipaddress
import socket
from collections.abc import Callable

from horad.datasets.extra import needed
from horad.errors import HoradError
from horad.review.choices import grade_levels
from horad.review.guard import Keys
from horad.review.reports import Queue
from horad.review.store import Store

_NEEDED = ("fastapi", "uvicorn", "sklearn", "krippendorff")


def check_extra() -> None:
    """Say what is missing before any work is done.

    Raises:
        HoradError: if a package of the extra is not installed, with the line that installs it.
    """
    for name in _NEEDED:
        needed(name, "the review page", "review")


def is_loopback(host: str) -> bool:
    """Whether an address stays on this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(
    queue: Queue, store: Store, *, host: str, port: int, reviewer: str | None, announce: Callable[[str], None]
) -> None:
    """Answer until interrupted; ``announce`` is told the address with its token once the server listens.

    Raises:
        HoradError: if the address cannot be used.
    """
    import uvicorn  # noqa: PLC0415 - of the extra

    from horad.review.app import Review, make_app  # noqa: PLC0415 - of the extra

    listening = _listen(host, port)
    with contextlib.closing(listening):
        port = listening.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        keys = Keys(port, (name, "localhost", "127.0.0.1", "[::1]") if is_loopback(host) else (name,))
        app = make_app(Review(queue, store, keys, reviewer))
        grade_levels()  # read from the rules once, before the first page asks
        # No access log: the first address holds the token.
        config = uvicorn.Config(
            app,
            log_level="critical",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
        )
        announce(f"http://{name}:{port}/?token={keys.token}")
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - refused here
        raise HoradError("--host: name the one address that readers will open; the page does not answer on all of them")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        reason = error.strerror or "not available"
        raise HoradError(f"the address {host} port {port} cannot be used ({reason}); choose another --port") from None
    return listening
