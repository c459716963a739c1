"""Parquet: one row per report, read in batches."""

import datetime as dt
import decimal
import math
from collections.abc import Iterator
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
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            settled = settle(columns, file.schema_arrow.names, name)
            number = 0
            for batch in file.iter_batches(batch_size=_BATCH_ROWS):
                for row in batch.to_pylist(maps_as_pydicts="lossy"):
                    number += 1
                    plain = {key: _plain(value) for key, value in row.items()}
                    yield row_to_report(plain, settled, name, number)
    except pa.ArrowException:
        raise SourceError(f"{name}: is not a readable Parquet file; write it again") from None


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
