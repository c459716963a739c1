"""A live listener for tests, and a sender that speaks MLLP to it."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parent.parent.parent


class Listener:
    """``horad listen`` in a process of its own, on a free port."""

    def __init__(self, store: Path, *options: str) -> None:
        self.store = store
        self._process = subprocess.Popen(
            [sys.executable, "-m", "horad", "listen", "--store", str(store), "--port", "0", *options],
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self._process.stderr is not None
        self.port = 0
        self.told = ""
        for line in self._process.stderr:
            self.told += line
            if match := re.search(r"listening on 127\.0\.0\.1:(\d+)", line):
                self.port = int(match[1])
                break

    def stop(self, number: int = signal.SIGTERM) -> int:
        with self._process as process:
            process.send_signal(number)
            _, rest = process.communicate(timeout=60)
            self.told += rest
        return self._process.returncode

    def lives(self) -> bool:
        return self._process.poll() is None

    def stored(self) -> list[bytes]:
        return sorted(path.read_bytes() for path in self.store.glob("*.hl7"))


class Sender:
    """One connection to a listener."""

    def __init__(self, port: int, receives: int = 0) -> None:
        """``receives`` makes the buffer for answers that small."""
        self.socket = socket.socket()
        if receives:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        self.socket.settimeout(30)
        self.socket.connect(("127.0.0.1", port))
        self._rest = b""

    def raw(self, data: bytes) -> None:
        self.socket.sendall(data)

    def flood(self, data: bytes) -> None:
        """Send until the listener takes no more, and take no answer."""
        self.socket.settimeout(3)
        with contextlib.suppress(OSError):
            self.socket.sendall(data)

    def send(self, message: bytes) -> str:
        """The code of the answer ("AA"); empty when the listener ended the connection."""
        self.raw(framed(message))
        return self.answer()

    def answer(self) -> str:
        return code_of(self.block())

    def block(self) -> bytes:
        while b"\x1c\r" not in self._rest:
            try:
                data = self.socket.recv(65_536)
            except ConnectionError:
                data = b""
            if not data:
                return b""
            self._rest += data
        block, _, self._rest = self._rest.partition(b"\x1c\r")
        return block.lstrip(b"\x0b")

    def finish(self) -> bytes:
        """Say that nothing more comes, and take what the listener still answers."""
        self.socket.shutdown(socket.SHUT_WR)
        answers = b""
        try:
            while data := self.socket.recv(65_536):
                answers += data
        except ConnectionError:
            pass
        return answers

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def framed(message: bytes) -> bytes:
    return b"\x0b" + message + b"\x1c\r"


def code_of(block: bytes) -> str:
    match = re.search(rb"\rMSA.(\w\w)", block)
    return match[1].decode() if match else ""
