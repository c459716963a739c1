"""Results of an earlier run, read back: JSON lines, a Parquet file, or a folder of Parquet parts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from horad.errors import SourceError
from horad.records import ReportResult

_BATCH_ROWS = 512
_MAGIC = b"PAR1"


def read_results(path: Path) -> Iterator[ReportResult]:
    """Every result of a file or a folder of parts, in order.

    Raises:
        SourceError: if the file is not there or not readable, or a record is no result of this version.
    """
    if not path.exists():
        raise SourceError(f"{path}: no such file or folder; name what horad batch wrote")
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not files:
        raise SourceError(f"{path}: holds no .parquet file; name the file or folder that horad batch wrote")
    try:
        for file in files:
            yield from _parquet(file) if _is_parquet(file) else _lines(file)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror or 'input error'})") from None


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _lines(path: Path) -> Iterator[ReportResult]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if raw.strip():
                yield _result(raw, f"{path}:{number}")


def _parquet(path: Path) -> Iterator[ReportResult]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH_ROWS):
                for row in batch.to_pylist(maps_as_pydicts="strict"):
                    number += 1
                    yield _result(_nested(row), f"{path}, row {number}")
    except (pa.ArrowException, KeyError):
        raise SourceError(
            f"{path}: is not a readable Parquet file of results; write it again with horad batch"
        ) from None


def _nested(row: dict[str, Any]) -> bytes:
    """A row as the JSON it was made of; only ``extra``, whose keys are free, stands in it as text."""
    if isinstance(row.get("extra"), str):
        row["extra"] = json.loads(row["extra"])
    return json.dumps(row).encode()


def _result(raw: bytes, place: str) -> ReportResult:
    try:
        return ReportResult.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the line"
        raise SourceError(f"{place}: is no result of horad batch ({key}: {first['type']}); write it again") from None
