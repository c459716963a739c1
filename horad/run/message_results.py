"""The results of received messages, appended to a file of JSON lines; each message once, whenever it ends.

A journal beside the results names every message that is read, and how long results and quarantine were then. After a
kill both are cut back to what the journal knows, and reading goes on with the first message that it does not name.
"""

import contextlib
import json
import os
from collections import deque
from pathlib import Path
from typing import IO

from horad.errors import OutputError
from horad.readers import hl7
from horad.readers.rows import Columns
from horad.records import Rejection
from horad.run.lock import lock
from horad.run.many import answer_one
from horad.run.message_store import MessageStore
from horad.writers.jsonl import line


class MessageResults:
    """Reads stored messages that were not read yet: those that are there, and those it is told of.

    Raises:
        OutputError: if the results or their journal cannot be written, or another process writes them.
    """

    def __init__(self, out: Path, store: MessageStore) -> None:
        self.read = self.rejected = 0
        with contextlib.ExitStack() as opened:
            try:
                known = self._open(out, opened)
            except OSError as error:
                raise OutputError(f"{out}: cannot be written ({error.strerror})") from None
            self._files = opened.pop_all()
        self._waiting = deque(path for path in store.messages() if path.name not in known)
        self._seen = known | {path.name for path in self._waiting}

    def _open(self, out: Path, opened: contextlib.ExitStack) -> set[str]:
        """Open the files, cut back to what the journal knows; return the messages that it names."""
        journal, quarantine = (out.with_name(f"{out.name}.{ending}") for ending in ("journal", "quarantine.jsonl"))
        for file in (out, quarantine):
            if not journal.exists() and file.exists() and file.stat().st_size:
                # Nothing says which of it is ours, so none of it may be cut off.
                raise OutputError(f"{file}: is there, but {journal.name} is not; name a file that does not exist yet")
        self._journal: IO[bytes] = opened.enter_context(journal.open("ab"))
        lock(self._journal.fileno(), f"{out}: another horad listen writes there; stop it, or choose another file")
        known, sizes = _journal(journal)
        self._out = opened.enter_context(_cut(out, sizes[0]))
        self._rejected = opened.enter_context(_cut(quarantine, sizes[1]))
        return known

    def add(self, path: Path) -> None:
        """Be told of a message that was stored; one that was read before, or waits already, is not read again."""
        if path.name not in self._seen:
            self._seen.add(path.name)
            self._waiting.append(path)

    def read_next(self) -> bool:
        """Read one message; False if there is none to be read."""
        if not self._waiting:
            return False
        path = self._waiting.popleft()
        for record in hl7.read(path, path.name, Columns()):
            answer = answer_one(record)
            if isinstance(answer, Rejection):
                self.rejected += 1
                row = answer.model_dump(mode="json", exclude={"form"})
                self._rejected.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            else:
                self.read += 1
                self._out.write(line(answer))
        self._commit(path.name)
        return True

    def close(self) -> None:
        """Let the files go; what is not committed is cut off at the next start."""
        with contextlib.suppress(OSError):
            self._files.close()

    def _commit(self, name: str) -> None:
        for file in (self._rejected, self._out):
            file.flush()
            os.fsync(file.fileno())
        self._journal.write(f"{self._out.tell()} {self._rejected.tell()} {name}\n".encode())
        self._journal.flush()
        os.fsync(self._journal.fileno())


def _cut(path: Path, size: int | None) -> IO[bytes]:
    """A file to go on with, cut back to its size; None leaves it as it is."""
    file = path.open("ab")
    if size is not None:
        file.truncate(min(size, file.tell()))
        file.seek(0, os.SEEK_END)
    return file


def _journal(path: Path) -> tuple[set[str], tuple[int, int | None]]:
    """The messages that were read, and the sizes of results and quarantine after the last of them."""
    known: set[str] = set()
    sizes: tuple[int, int | None] = (0, 0)
    # A line without its end was being written when it ended; it says nothing.
    whole = path.read_text("ascii").rpartition("\n")[0]
    for entry in whole.splitlines():
        length, *rejected, name = entry.split(" ")
        sizes = (int(length), int(rejected[0]) if rejected else None)  # journals of old say nothing of the quarantine
        known.add(name)
    with path.open("ab") as file:
        file.truncate(len(whole) + 1 if whole else 0)
    return known, sizes
