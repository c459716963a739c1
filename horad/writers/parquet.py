"""Parquet: one nested row per report, the Arrow schema derived from the records."""

import functools
import json
import types
import typing
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from horad.records import Record, Report, ReportResult

_ROWS_PER_GROUP = 1_000


class TableWriter(ABC):
    """Write rows in groups; without any result no file is made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[dict[str, Any]] = []
        self._file: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            if self._file:
                self._file.close()

    def write(self, result: ReportResult, report: Report) -> None:
        """Add one result."""
        del report  # every writer is called alike; a row holds what the result says
        self._rows.append(self.row(result))
        if len(self._rows) >= _ROWS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self._rows:
            return
        if self._file is None:
            self._file = pq.ParquetWriter(self._path, self.schema(self._rows[0]), compression="zstd")
        self._file.write_table(pa.Table.from_pylist(self._rows, schema=self._file.schema))
        self._rows.clear()

    @abstractmethod
    def row(self, result: ReportResult) -> dict[str, Any]:
        """A result as a row."""

    @abstractmethod
    def schema(self, first: Mapping[str, Any]) -> Any:
        """The columns, and what the file says of its making, given the first row."""


class ParquetWriter(TableWriter):
    """Write whole results, nested; ``stamp`` (version, hash of the rules, shard) stands in the file's metadata.

    Without a stamp it is that of the first result.
    """

    def __init__(self, path: Path, stamp: Mapping[str, str] | None = None) -> None:
        super().__init__(path)
        self._stamp = stamp

    def row(self, result: ReportResult) -> dict[str, Any]:
        """The whole result."""
        return _row(result)

    def schema(self, first: Mapping[str, Any]) -> Any:
        """The nested schema."""
        made_by = first["provenance"]
        return _stamped(self._stamp or {"version": made_by["horad"], "rules_sha256": made_by["rules_sha256"]})


def join(parts: Sequence[Path], target: Path, stamp: Mapping[str, str]) -> None:
    """Make one file of several, row group by row group; without any part it is a table without rows."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(target, _stamped(stamp), compression="zstd") as joined:
        for part in parts:
            with pq.ParquetFile(part) as file:
                for group in range(file.num_row_groups):
                    joined.write_table(file.read_row_group(group).replace_schema_metadata(None))


@functools.cache
def arrow_schema() -> Any:
    """The nested schema of one result."""
    import pyarrow as pa

    return pa.schema(_fields(ReportResult))


def _fields(record: type[Record]) -> list[Any]:
    import pyarrow as pa

    fields = []
    for name, info in record.model_fields.items():
        annotation, nullable = _without_none(info.annotation)
        fields.append(pa.field(name, _arrow_type(annotation), nullable=nullable))
    return fields


def _arrow_type(annotation: Any) -> Any:
    import pyarrow as pa

    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _arrow_type(arguments[0])
    if origin is tuple:
        return pa.list_(_arrow_type(arguments[0]))
    if origin is dict:
        is_closed = isinstance(arguments[0], type) and issubclass(arguments[0], Enum)
        return pa.map_(pa.string(), pa.string()) if is_closed else pa.string()  # free keys go in as JSON
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return pa.struct(_fields(annotation))
    plain = {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    return plain.get(annotation, pa.string())


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        kinds = [kind for kind in typing.get_args(annotation) if kind is not types.NoneType]
        return kinds[0], True
    return annotation, False


def _stamped(stamp: Mapping[str, str]) -> Any:
    return arrow_schema().with_metadata({f"horad.{name}": value for name, value in stamp.items()})


def _row(result: ReportResult) -> dict[str, Any]:
    row = result.model_dump(mode="json")
    row["extra"] = json.dumps(row["extra"], ensure_ascii=False, separators=(",", ":"))
    return row
