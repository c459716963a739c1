"""Parquet: one nested row per report, the Arrow schema derived from the records."""

import functools
import json
import types
import typing
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from horad.records import Record, Report, ReportResult

_ROWS_PER_GROUP = 1_000
_ROWS_PER_PART = 50_000


class ParquetWriter:
    """Write results in row groups; the version and the rules' hash stand in the file's metadata."""

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
        self._rows.append(_row(result))
        if len(self._rows) >= _ROWS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self._rows:
            return
        if self._file is None:
            self._file = pq.ParquetWriter(self._path, _stamped(self._rows[0]["provenance"]), compression="zstd")
        self._file.write_table(pa.Table.from_pylist(self._rows, schema=self._file.schema))
        self._rows.clear()


class PartsWriter:
    """Write a folder of numbered Parquet files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._part: ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._part:
            self._part.__exit__(kind, error, tb)

    def write(self, result: ReportResult, report: Report) -> None:
        """Add one result, in a new part when the last one is full."""
        number, row = divmod(self._count, _ROWS_PER_PART)
        if row == 0:
            self.__exit__(None, None, None)
            self._part = ParquetWriter(self._folder / f"part-{number:05d}.parquet")
        assert self._part is not None
        self._part.write(result, report)
        self._count += 1


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


def _stamped(provenance: dict[str, Any]) -> Any:
    return arrow_schema().with_metadata(
        {"horad.version": provenance["horad"], "horad.rules_sha256": provenance["rules_sha256"]}
    )


def _row(result: ReportResult) -> dict[str, Any]:
    row = result.model_dump(mode="json")
    row["extra"] = json.dumps(row["extra"], ensure_ascii=False, separators=(",", ":"))
    return row
