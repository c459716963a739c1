"""One at a time: files that say that somebody works here, and let go when that process ends, however it ends."""

import os
from pathlib import Path

from horad.errors import OutputError


def lock(handle: int, problem: str, *, is_shared: bool = False) -> None:
    """Lock an open file until it is closed; where the system has no locks, nothing is locked.

    Raises:
        OutputError: with ``problem``, if another process has locked it.
    """
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OutputError(problem) from None
    except OSError:
        return  # a file system without locks


def open_lock(path: Path, problem: str, *, is_shared: bool = False) -> int:
    """A handle that holds a lock of this name until it is closed.

    Raises:
        OutputError: with ``problem``, if another process holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        lock(handle, problem, is_shared=is_shared)
    except OutputError:
        os.close(handle)
        raise
    return handle
