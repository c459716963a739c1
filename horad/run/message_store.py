"""Messages that were received, each in a file of its own, on disk for good before anybody is told so."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from horad.errors import OutputError
from horad.run.lock import open_lock

_SUFFIX = ".hl7"
_LOCK = ".lock"  # readers of folders pass over hidden files


class MessageStore:
    """A folder of messages, readable for its owner alone; a file's name is the hash of its content and tells nothing.

    Raises:
        OutputError: if the folder cannot be made or written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(mode=0o700, parents=False, exist_ok=True)
            folder.chmod(0o700)
        except OSError as error:
            raise OutputError(f"{folder}: cannot be used as the store ({error.strerror})") from None

    @contextlib.contextmanager
    def owned(self) -> Iterator[None]:
        """Be the only one who stores here; what an earlier one left half written is removed.

        Raises:
            OutputError: if another process stores here.
        """
        problem = f"{self.folder}: another horad listen stores there; stop it, or choose another folder"
        try:
            handle = open_lock(self.folder / _LOCK, problem)
        except OSError as error:
            raise OutputError(f"{self.folder}: cannot be used as the store ({error.strerror})") from None
        try:
            for left in self.folder.glob(".*.partial"):
                left.unlink()
            yield
        finally:
            os.close(handle)

    def put(self, message: bytes) -> Path:
        """Store a message; one that is there already is not stored twice.

        Raises:
            OSError: if it could not be stored for good.
        """
        target = self.folder / f"{hashlib.sha256(message).hexdigest()[:40]}{_SUFFIX}"
        if target.exists():
            self._settle()  # whoever stored it may have ended before the folder was synced
            return target
        # A name of its own: two senders may send the same message at once.
        descriptor, name = tempfile.mkstemp(prefix=".", suffix=".partial", dir=self.folder)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        self._settle()
        return target

    def messages(self) -> Iterator[Path]:
        """Every stored message, the oldest first."""
        yield from sorted(self.folder.glob(f"*{_SUFFIX}"), key=lambda path: (path.stat().st_mtime_ns, path.name))

    def _settle(self) -> None:
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
