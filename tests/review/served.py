"""The page served to a real browser: Debian's chromium, without its own errands on the network."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from horad.review.app import Review, make_app
from horad.review.guard import Keys
from horad.review.reports import Entry, Queue
from horad.review.server import _listen
from horad.review.store import Store

CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser, or a skip with its reason."""
    if not CHROMIUM.exists():
        pytest.skip(f"needs a browser at {CHROMIUM}")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS.split())
        yield browser
        browser.close()


@dataclass
class Server:
    """``horad review`` in a process of its own."""

    process: subprocess.Popen[str]
    address: str

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()


def write_files(folder: Path, entries: Sequence[Entry]) -> tuple[Path, Path]:
    """Results and their texts as horad batch leaves them."""
    results, texts = folder / "results.jsonl", folder / "texts.jsonl"
    results.write_text("".join(f"{entry.result.model_dump_json()}\n" for entry in entries), "utf-8")
    rows = ({"id": entry.result.report_id, "text": entry.text} for entry in entries)
    texts.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return results, texts


@contextmanager
def server(folder: Path, *options: str) -> Iterator[Server]:
    """The command on ``results.jsonl`` and ``texts.jsonl`` of a folder."""
    command = [sys.executable, "-m", "horad", "review", "results.jsonl", "--texts", "texts.jsonl", *options]
    path = os.pathsep.join(filter(None, sys.path))
    process = subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    assert process.stderr is not None
    try:
        lines = iter(process.stderr.readline, "")
        address = next((found[0] for line in lines if (found := re.search(r"http://\S+", line))), None)
        assert address is not None, "the server ended before it gave its address"
        yield Server(process, address)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@contextmanager
def in_thread(store: Store, entries: Sequence[Entry], reader: str | None = "AB") -> Iterator[str]:
    """The application in this process, for reports that no reader of files lets in; its address with the token."""
    listening = _listen("127.0.0.1", 0)
    keys = Keys(listening.getsockname()[1], ("127.0.0.1",))
    app: Any = make_app(Review(Queue(tuple(entries)), store, keys, reader))
    running = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{keys.port}/?token={keys.token}"
    finally:
        running.should_exit = True
        thread.join()
        listening.close()
