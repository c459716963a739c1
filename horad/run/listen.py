"""An MLLP receiver: HL7 v2 observation reports are stored for good, then acknowledged, then read.

It answers AA only for what is on disk, AR for what it does not take (no HL7, no ORU, too large), AE where it could not
store; CA, CR and CE to senders that ask for an accept acknowledgement in MSH-15 (HL7 v2.5.1, 2.9.2 and 2.9.3). There is
no TLS: whoever can reach the port can send.
"""

import asyncio
import contextlib
import datetime as dt
import ipaddress
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from horad.errors import HoradError, OutputError, RecordError
from horad.readers.hl7_messages import RawMessage, looks_like_hl7, parse_message
from horad.run.message_results import MessageResults
from horad.run.message_store import MessageStore

_ACCEPTED, _FAILED, _REFUSED = "A", "E", "R"
# Table 0155, the conditions under which a sender wants an answer: always, never, on errors, on success.
_WANTED = {"NE": "", "ER": _FAILED + _REFUSED, "SU": _ACCEPTED}
_BEFORE = b"\xef\xbb\xbf \t\r\n\x0b\x1c"


@dataclass(frozen=True)
class Service:
    """Where to listen, where to store, and how much a sender may ask."""

    store: Path
    host: str = "127.0.0.1"
    port: int = 2575
    out: Path | None = None
    message_bytes: int = 16_777_216
    idle_seconds: float = 60.0
    connections: int = 64
    is_exposed: bool = False


@dataclass
class Heard:
    """What was received while listening."""

    stored: int = 0
    refused: int = 0
    interrupted: bool = False
    results: MessageResults | None = field(default=None, repr=False)


def check(service: Service) -> None:
    """Refuse to be reachable from other machines unless that is asked for.

    Raises:
        HoradError: if the address is not one of this machine alone, or the extra is not installed.
    """
    try:
        import hl7.mllp  # noqa: F401
    except ImportError:
        raise HoradError("HL7 v2 needs an extra: pip install 'horad[hl7]'") from None
    if not service.is_exposed and not is_loopback(service.host):
        raise HoradError(
            f"{service.host} can be reached from other machines, without encryption; say --expose to listen there"
        )


def is_loopback(host: str) -> bool:
    """Whether an address is one that only this machine reaches."""
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def listen(service: Service, ready: Callable[[str, int], None] = lambda _host, _port: None) -> Heard:
    """Receive until a signal ends it; ``ready`` is told the address once it is open.

    Raises:
        HoradError: if the address cannot be opened, or the store or the results cannot be written.
    """
    check(service)
    store = MessageStore(service.store)
    with store.owned():
        return asyncio.run(_Server(service, store).serve(ready))


class _Server:
    def __init__(self, service: Service, store: MessageStore) -> None:
        self._service = service
        self._store = store
        self._results = MessageResults(service.out, self._store) if service.out else None
        self._heard = Heard(results=self._results)
        self._open = 0
        self._stopping = asyncio.Event()
        self._arrived = asyncio.Event()  # something was stored since results were last looked for
        self._tasks: set[asyncio.Task[Any]] = set()

    async def serve(self, ready: Callable[[str, int], None]) -> Heard:
        from hl7.mllp import start_hl7_server

        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop, number)
        try:
            server = await start_hl7_server(
                self._connected, self._service.host, self._service.port, limit=self._service.message_bytes
            )
        except OSError as error:
            if self._results:
                self._results.close()
            place = f"{self._service.host}:{self._service.port}"
            raise HoradError(f"{place}: cannot listen there ({error.strerror or 'not an address'})") from None
        host, port = server.sockets[0].getsockname()[:2]
        ready(host, port)
        reading = asyncio.create_task(self._read()) if self._results else None
        if reading:
            reading.add_done_callback(lambda _: self._stopping.set())  # without results it is not what was asked for
        await self._stopping.wait()
        server.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if reading:
            await reading
        return self._heard

    def _stop(self, number: int) -> None:
        self._heard.interrupted = number == signal.SIGINT
        self._stopping.set()
        self._arrived.set()

    async def _read(self) -> None:
        """Read what is stored, message after message; what is left at the end is read at the next start."""
        assert self._results is not None
        try:
            while not self._stopping.is_set():
                self._arrived.clear()
                if not await asyncio.to_thread(self._results.read_next):
                    await self._arrived.wait()
        except OSError as error:
            problem = f"results cannot be written ({error.strerror}); what was received is stored"
            raise OutputError(problem) from None
        finally:
            self._results.close()

    async def _connected(self, reader: Any, writer: Any) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open += 1
        try:
            if self._open <= self._service.connections:
                await self._converse(reader, writer)
        finally:
            await self._close(writer)
            self._open -= 1
            self._tasks.discard(task)

    async def _converse(self, reader: Any, writer: Any) -> None:
        """Answer message after message until the sender is done, silent or out of step."""
        from hl7.mllp import InvalidBlockError

        while not self._stopping.is_set():
            try:
                block = await self._next_block(reader)
            except (InvalidBlockError, ValueError) as error:
                is_large = not isinstance(error, InvalidBlockError)
                reason = "the message is larger than is taken" if is_large else "not a frame of MLLP"
                self._heard.refused += 1
                await self._send(writer, _answer(b"", _REFUSED, reason))
                return
            if block is None:
                return
            answer = await self._take(block)
            if answer and not await self._send(writer, answer):
                return

    async def _next_block(self, reader: Any) -> bytes | None:
        """The content of the next frame; None when there will be none."""
        waiting = asyncio.ensure_future(reader.readblock())
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait(
                (waiting, stopping), timeout=self._service.idle_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if not waiting.done():
                return None
            return bytes(waiting.result())
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        finally:
            for future in (waiting, stopping):
                future.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await future

    async def _take(self, block: bytes) -> bytes:
        """Store a message if it is one to be taken, and say so; nothing is said to a sender that wants no answer."""
        refused = _refused(block)
        if refused:
            self._heard.refused += 1
            return _answer(block, _REFUSED, refused)
        try:
            path = await asyncio.to_thread(self._store.put, block)
        except OSError:
            self._heard.refused += 1
            return _answer(block, _FAILED, "the message could not be stored; send it again")
        self._heard.stored += 1
        if self._results:
            self._results.add(path)
            self._arrived.set()
        return _answer(block, _ACCEPTED, "")

    async def _send(self, writer: Any, answer: bytes) -> bool:
        """Send an answer; False if the sender does not take it."""
        writer.writeblock(answer)
        try:
            await asyncio.wait_for(writer.drain(), self._service.idle_seconds)
        except OSError:  # TimeoutError is one
            return False
        return True

    async def _close(self, writer: Any) -> None:
        """End a connection; one whose answers nobody takes is cut."""
        writer.close()
        try:
            await asyncio.wait_for(writer.wait_closed(), self._service.idle_seconds)
        except OSError:
            writer.transport.abort()


def _refused(block: bytes) -> str:
    """Why a message is not taken; empty if it is."""
    if not looks_like_hl7(block[:200]):
        return "not an HL7 v2 message"
    try:
        message = parse_message(RawMessage(0, [bytearray(_header(block))]))
    except RecordError:
        return "not an HL7 v2 message that can be read"
    header = message.first("MSH")
    kind = header[9].split(message.delimiters.component or "\0")[0].strip().upper() if len(header) > 9 else ""
    return "" if kind == "ORU" else "not an observation report (ORU)"


def _header(block: bytes) -> bytes:
    """The first line of a message; marks, blanks and line ends may stand before it."""
    return block.lstrip(_BEFORE).split(b"\r")[0].split(b"\n")[0]


def _answer(block: bytes, outcome: str, reason: str) -> bytes:
    """The acknowledgement that a message asks for, by its own number and delimiters; empty if it asks for none."""
    header = _header(block).decode("latin-1")
    mark = header[3:4] if header.startswith("MSH") and header[3:4].strip() else "|"
    fields = header.split(mark) if header.startswith("MSH") else []
    given = [*fields, *[""] * 16][:16]
    code = _code(outcome, given[14].strip().upper(), given[15].strip().upper())
    if not code:
        return b""
    marks = given[1] or "^~\\&"
    now = dt.datetime.now(dt.UTC).strftime("%Y%m%d%H%M%S+0000")
    control = given[9][:199]
    own = ["MSH", marks, given[4], given[5], given[2], given[3], now, "", "ACK", control or now, given[10] or "P"]
    lines = [mark.join([*own, given[11] or "2.5"]), mark.join(["MSA", code, control, reason])]
    return ("\r".join(lines) + "\r").encode("latin-1", "replace")


def _code(outcome: str, accept: str, application: str) -> str:
    """The code of MSA-1 by MSH-15 and MSH-16; empty where the sender wants none.

    Without both it is the original mode. In the enhanced one a message in the store is accepted (CA); who wants an
    application acknowledgement alone gets that. Only one of them is sent.
    """
    if not accept and not application:
        return "A" + outcome
    if accept and accept != "NE":
        return "C" + outcome if outcome in _WANTED.get(accept, outcome) else ""
    return "A" + outcome if application and outcome in _WANTED.get(application, outcome) else ""
