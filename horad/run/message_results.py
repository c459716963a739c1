"""The results of received messages, appended to a file of JSON lines; each message once, whenever it ends.

A journal beside the results names every message that is read, and how long the results were then. After a kill the
results are cut back to what the journal knows, and reading goes on with the first message that it does not name.
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
from horad.run.many import answer_one
from horad.run.message_store import MessageStore
from horad.writers.jsonl import line


class MessageResults:
    """Reads stored messages that were not read yet.

    Raises:
        OutputError: if the results or their journal cannot be written.
    """

    def __init__(self, out: Path, store: MessageStore) -> None:
        self._store = store
        self.read = self.rejected = 0
        journal = out.with_name(f"{out.name}.journal")
        try:
            if not journal.exists() and out.exists() and out.stat().st_size:
                # Nothing says which of it is ours, so none of it may be cut off.
                raise OutputError(f"{out}: is there, but {journal.name} is not; name a file that does not exist yet")
            self._known, size = _journal(journal)
            with out.open("ab") as file:
                file.truncate(min(size, file.tell()))
            self._out: IO[bytes] = out.open("ab")
            self._journal: IO[bytes] = journal.open("ab")
            self._rejected: IO[bytes] = out.with_name(f"{out.name}.quarantine.jsonl").open("ab")
        except OSError as error:
            raise OutputError(f"{out}: cannot be written ({error.strerror})") from None
        self._waiting: deque[Path] = deque()

    def read_next(self) -> bool:
        """Read one message; False if there is none to be read."""
        if not self._waiting:
            self._waiting.extend(path for path in self._store.messages() if path.name not in self._known)
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
        for file in (self._rejected, self._out, self._journal):
            with contextlib.suppress(OSError):
                file.close()

    def _commit(self, name: str) -> None:
        for file in (self._rejected, self._out):
            file.flush()
            os.fsync(file.fileno())
        self._journal.write(f"{self._out.tell()} {name}\n".encode())
        self._journal.flush()
        os.fsync(self._journal.fileno())
        self._known.add(name)


def _journal(path: Path) -> tuple[set[str], int]:
    """The messages that were read, and the size of the results after the last of them."""
    if not path.exists():
        return set(), 0
    known: set[str] = set()
    size = 0
    # A line without its end was being written when it ended; it says nothing.
    whole = path.read_text("ascii").rpartition("\n")[0]
    for entry in whole.splitlines():
        length, _, name = entry.partition(" ")
        size = int(length)
        known.add(name)
    with path.open("ab") as file:
        file.truncate(len(whole) + 1 if whole else 0)
    return known, size
