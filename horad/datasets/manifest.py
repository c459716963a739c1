"""The checksums of a dataset's files, as ``sha256sum --check`` reads them."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from horad.datasets.folder import SUMS
from horad.errors import SourceError
from horad.writers.commit import new_file

_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


def write_sums(folder: Path) -> None:
    """List every file of the folder with its sum."""
    with new_file(folder / SUMS) as place:
        lines = [f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in _files(folder)]
        place.write_text("".join(lines), "utf-8")


def sums(folder: Path) -> dict[str, str]:
    """The sums as listed, by name.

    Raises:
        SourceError: if there is no such list, or a line is none.
    """
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise SourceError(f"{SUMS}: is missing or cannot be read") from None
    found = {}
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise SourceError(f"{SUMS}:{number}: is no line of a sum and a name")
        found[match[2]] = match[1]
    return found


def differences(folder: Path) -> Iterator[str]:
    """What differs between the list and the folder.

    Raises:
        SourceError: if there is no list.
    """
    listed = sums(folder)
    there = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    for name in sorted(listed.keys() | there.keys()):
        if name not in there:
            yield f"{name}: is listed and not there"
        elif name not in listed:
            yield f"{name}: is there and not listed"
        elif digest(there[name]) != listed[name]:
            yield f"{name}: is not the file that was listed; its sum differs"


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> list[Path]:
    """All files at any depth but the list itself."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / SUMS)
