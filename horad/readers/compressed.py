"""Files that gzip has compressed, read as what they hold: expanded as they are read, up to a limit.

The limit hangs on the size of the file (``models/readers/limits.toml``), so that a small file made to do harm ends
early and an archive of many reports is read.
"""

import gzip
import io
import stat
import zlib
from pathlib import Path
from typing import IO, Any

from horad.errors import RecordError
from horad.knowledge.sources import load_limits

_MARK = b"\x1f\x8b"


def open_bytes(path: Path) -> io.BufferedReader:
    """The bytes of a file, or what they expand to; offsets are those of the expanded bytes.

    Reading it raises a RecordError where it is damaged, or expands to more than is allowed.
    """
    file = path.open("rb")
    if not file.peek(len(_MARK)).startswith(_MARK):
        return file
    return io.BufferedReader(_Expanded(file, path.stat().st_size))


def is_compressed(path: Path) -> bool:
    """Whether a file is compressed; a pipe, which can be read only once, is not asked."""
    if not stat.S_ISREG(path.stat().st_mode):
        return False
    with path.open("rb") as file:
        return file.read(len(_MARK)) == _MARK


def suffix_of(path: Path) -> str:
    """The suffix in lower case, of ``a.csv.gz`` that of what it holds."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return suffixes[-1] if suffixes else ""


class _Expanded(io.RawIOBase):
    """What a compressed file expands to."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._expanded = gzip.GzipFile(fileobj=file)
        limits = load_limits().gzip
        self._most = min(limits.expanded_bytes, max(limits.always_bytes, size * limits.expanded_times))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            count = self._expanded.readinto(buffer)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise RecordError("is a gzip file that is damaged or cut short") from None
        if self._expanded.tell() > self._most:
            raise RecordError(f"expands to more than {self._most // 1_000_000} MB; it may be made to do harm")
        return count

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._expanded.seek(offset, whence)

    def tell(self) -> int:
        return self._expanded.tell()

    def close(self) -> None:
        self._file.close()
        super().close()
