"""Parquet: one row per report, read in batches."""

import datetime as dt
import decimal
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from horad.errors import SourceError
from horad.readers.rows import Columns, row_to_report, settle
from horad.records import Rejection, Report

_BATCH_ROWS = 512


def read(path: Path, name: str, columns: Columns) -> Iterator[Report | Rejection]:
    """Yield the report of every row.

    Raises:
        SourceError: if the file is no Parquet file, or has no text column.
    """
    return (record for _, record in read_from(path, name, columns))


def read_from(
    path: Path, name: str, columns: Columns, place: Sequence[int] | None = None
) -> Iterator[tuple[list[int], Report | Rejection]]:
    """Yield every record from ``place`` on with its own place: its row group, the rows before it there, and in all.

    Raises:
        SourceError: if the file is no Parquet file, or has no text column.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            settled = settle(columns, file.schema_arrow.names, name)
            group, skipped, number = place or (0, 0, 0)
            for here in range(group, file.num_row_groups):
                for index, row in enumerate(_rows(file, here, skipped), start=skipped):
                    number += 1
                    yield [here, index, number - 1], row_to_report(row, settled, name, number)
                skipped = 0
    except pa.ArrowException:
        raise SourceError(f"{name}: is not a readable Parquet file; write it again") from None


def _rows(file: Any, group: int, skipped: int) -> Iterator[dict[str, Any]]:
    """The rows of one row group after those to be skipped."""
    for batch in file.iter_batches(batch_size=_BATCH_ROWS, row_groups=[group]):
        if skipped >= batch.num_rows:
            skipped -= batch.num_rows
            continue
        for row in batch.slice(skipped).to_pylist(maps_as_pydicts="lossy"):
            yield {key: _plain(value) for key, value in row.items()}
        skipped = 0


def _plain(value: Any) -> Any:
    """A cell as JSON can carry it."""
    match value:
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case float() if not math.isfinite(value):
            return None
        case dt.date() | dt.time():
            return value.isoformat()
        case bytes():
            return value.hex()
        case decimal.Decimal() | dt.timedelta():
            return str(value)
    return value
