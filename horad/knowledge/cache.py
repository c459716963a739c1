"""What was compiled from the packaged rule files, kept for the next start in the user's cache folder.

One file for each version of Python, in ``HORAD_CACHE`` (default: ``horad`` in ``XDG_CACHE_HOME`` or
``~/.cache``; empty: nothing is kept). It holds words of the rules and nothing of any report. It is used only if it is
whole, the user's own, and made by this very code from the files that lie there now.
"""

import hashlib
import marshal
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

VARIABLE = "HORAD_CACHE"
_DIGEST = hashlib.sha256().digest_size


def recall(name: str, key: str) -> Any | None:
    """The value kept under ``name``, made for ``key``; None if there is none that can be used."""
    path = _path(name)
    try:
        if path is None or not _is_own(path):
            return None
        raw = path.read_bytes()
        if hashlib.sha256(raw[_DIGEST:]).digest() != raw[:_DIGEST]:
            return None
        found, value = marshal.loads(raw[_DIGEST:])  # noqa: S302 - the user's own file, and whole
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return value if found == key else None


def keep(name: str, key: str, value: Any) -> None:
    """Keep a value of plain types in place of the one before; where that cannot be, nothing happens."""
    path = _path(name)
    if path is None:
        return
    with suppress(OSError, ValueError):
        raw = marshal.dumps((key, value))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
            file.write(hashlib.sha256(raw).digest() + raw)
        Path(file.name).replace(path)


def _path(name: str) -> Path | None:
    folder = os.environ.get(VARIABLE)
    if folder == "":
        return None
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "horad"
    except RuntimeError:  # no home
        return None
    return (Path(folder) if folder else home) / f"{name}-{sys.implementation.cache_tag}.bin"


def _is_own(path: Path) -> bool:
    """Whether nobody else can have written the file, where the system tells."""
    status = path.stat()
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o022)
