"""JSON lines: the contract as it stands, one result per line; and the list of what was quarantined."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from horad.records import Rejection, Report, ReportResult


def line(result: ReportResult) -> bytes:
    """One result as a line of UTF-8."""
    return result.model_dump_json().encode() + b"\n"


class JsonlWriter:
    """Write results as JSON lines."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()

    def write(self, result: ReportResult, report: Report) -> None:
        """Add one result."""
        del report  # every writer is called alike; a line holds what the result says
        self._file.write(line(result))


def join(parts: Sequence[Path], target: Path, stamp: Mapping[str, str] | None = None) -> None:
    """Make one file of several."""
    del stamp  # a line says itself what made it
    with target.open("wb") as joined:
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, joined)


class LineWriter:
    """Write any JSON objects as lines. The file is made with the first of them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._file:
            self._file.close()

    def write(self, row: Mapping[str, Any]) -> None:
        """Add one line."""
        self._file = self._file or self._path.open("wb")
        self._file.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")


class QuarantineWriter:
    """List rejected records: source, position, reason. The file is made with the first of them."""

    def __init__(self, path: Path) -> None:
        self._lines = LineWriter(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._lines.__exit__(kind, error, tb)

    def write(self, rejection: Rejection) -> None:
        """Add one rejected record."""
        self._lines.write(rejection.model_dump(mode="json", exclude={"form"}))
