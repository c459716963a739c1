"""Files and folders that appear whole or not at all: written beside their place, then moved into it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from horad.errors import OutputError


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Give a path to write to; on success it replaces ``target``, and what was never written removes it.

    Raises:
        OutputError: if the target is a folder or cannot be written.
    """
    if target.is_dir():
        raise OutputError(f"{target}: is a folder; name a file")
    temporary = _beside(target)
    try:
        yield temporary
        if temporary.exists():
            settle(temporary)
            temporary.replace(target)
            settle_folder(target.parent)
        else:
            target.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written ({error.strerror or 'output error'})") from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a folder to fill; on success it becomes ``target``, which must not hold anything yet.

    Raises:
        OutputError: if the target is a file, holds something, or cannot be written.
    """
    if target.exists() and not target.is_dir():
        raise OutputError(f"{target}: is a file; name a folder, or a file ending in .jsonl, .csv or .parquet")
    if target.is_dir() and any(target.iterdir()):
        raise OutputError(f"{target}: is not empty; choose another folder, or empty it first")
    temporary = _beside(target)
    try:
        temporary.mkdir()
        yield temporary
        for path in temporary.iterdir():
            settle(path)
        temporary.replace(target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written ({error.strerror or 'output error'})") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _beside(target: Path) -> Path:
    """In the same folder, since a move is atomic only within one file system."""
    return target.with_name(f".{target.name}.{os.getpid()}.partial")


def settle(path: Path) -> None:
    """Have a file, or all files of a folder, on the disk before its name is."""
    if path.is_dir():
        for below in path.iterdir():
            settle(below)
        settle_folder(path)
        return
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def settle_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
