"""Messages that were received, each in a file of its own, on disk for good before anybody is told so."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from horad.errors import OutputError

_SUFFIX = ".hl7"


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
            for left in folder.glob(".*.partial"):
                left.unlink()
        except OSError as error:
            raise OutputError(f"{folder}: cannot be used as the store ({error.strerror})") from None

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
