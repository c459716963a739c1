"""Results as ``horad batch`` wrote them: as records, or as a table for SQL that can only read it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from horad.datasets.extra import needed
from horad.errors import SourceError
from horad.records import ReportResult

_ROWS_AT_ONCE = 1_000
_LINES = frozenset({".jsonl", ".ndjson"})
_WHAT_THEY_ARE = "name a .parquet or .jsonl file, or a folder of Parquet parts, that horad batch wrote"


def open_table(path: Path) -> Any:
    """A DuckDB connection whose table ``results`` holds every result; files, network and settings are out of its reach.

    Raises:
        SourceError: if there are no results at that path.
        HoradError: if DuckDB is not installed.
    """
    duckdb = needed("duckdb", "horad dataset")
    connection = duckdb.connect()
    files = _files(path)
    lines = _table_of_lines(path) if _is_lines(path) else None
    if lines is None:
        connection.execute(f"SET allowed_paths = [{', '.join(map(quoted, files))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    try:
        if lines is not None:
            connection.register("results", lines)
        else:
            parts = ", ".join(map(quoted, files))
            connection.execute(f"CREATE VIEW results AS FROM read_parquet([{parts}], union_by_name = true)")
        connection.execute("SELECT report_id, patient_id, summary.ho_status, findings FROM results LIMIT 0").fetchall()
    except duckdb.Error:
        raise SourceError(f"{path}: does not hold results of horad; {_WHAT_THEY_ARE}") from None
    return connection


def read_results(path: Path) -> Iterator[ReportResult]:
    """Every result, in the order of the file or of the parts.

    Raises:
        SourceError: if there are no results at that path, or a row is none.
    """
    rows = _rows_of_lines(path) if _is_lines(path) else _rows_of_parts(path)
    for place, row in rows:
        try:
            yield ReportResult.model_validate(row)
        except ValidationError:
            raise SourceError(f"{place}: is no result of this version of horad; {_WHAT_THEY_ARE}") from None


def record_of(row: dict[str, Any]) -> ReportResult:
    """The record of one row of the table."""
    return ReportResult.model_validate(_without_holes(row))


def quoted(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def joined(column: str) -> str:
    """An expression for the different values of a list, in order and on one line; "none" where there is none."""
    return f"coalesce(nullif(array_to_string(list_sort(list_distinct({column})), ' + '), ''), 'none')"


def _is_lines(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in _LINES


def _files(path: Path) -> list[str]:
    if path.is_dir():
        files = sorted(str(file) for file in path.glob("*.parquet") if not file.name.startswith("."))
        if not files:
            raise SourceError(f"{path}: holds no Parquet parts; {_WHAT_THEY_ARE}")
        return files
    if not path.is_file():
        raise SourceError(f"{path}: no such file or folder")
    return [str(path)]


def _rows_of_lines(path: Path) -> Iterator[tuple[str, Any]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                place = f"{path}:{number}"
                try:
                    yield place, json.loads(line)
                except ValueError:
                    raise SourceError(f"{place}: is not JSON; {_WHAT_THEY_ARE}") from None


def _rows_of_parts(path: Path) -> Iterator[tuple[str, Any]]:
    pyarrow, parquet = needed("pyarrow", "Parquet"), needed("pyarrow.parquet", "Parquet")
    for name in _files(path):
        try:
            with parquet.ParquetFile(name) as file:
                number = 0
                for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
                    for row in batch.to_pylist(maps_as_pydicts="strict"):
                        number += 1
                        yield f"{name}:{number}", _without_holes(row)
        except pyarrow.ArrowException:
            raise SourceError(f"{name}: is not a readable Parquet file; {_WHAT_THEY_ARE}") from None


def _without_holes(row: dict[str, Any]) -> dict[str, Any]:
    """A row of parts of several versions has a null where its part had no such column."""
    row = {key: value for key, value in row.items() if value is not None}
    return {**row, "extra": json.loads(row["extra"])} if isinstance(row.get("extra"), str) else row


def _table_of_lines(path: Path) -> Any:
    pyarrow, schema = needed("pyarrow", "Parquet"), _schema()
    batches, rows = [], []
    for result in read_results(path):
        row = result.model_dump(mode="json")
        rows.append({**row, "extra": json.dumps(row["extra"], ensure_ascii=False)})
        if len(rows) == _ROWS_AT_ONCE:
            batches.append(pyarrow.RecordBatch.from_pylist(rows, schema=schema))
            rows = []
    batches.append(pyarrow.RecordBatch.from_pylist(rows, schema=schema))
    return pyarrow.Table.from_batches(batches, schema=schema)


def _schema() -> Any:
    from horad.writers.parquet import arrow_schema

    return arrow_schema()


def stream(relation: Any) -> Iterator[dict[str, Any]]:
    """The rows of a relation, as Python values."""
    for batch in relation.to_arrow_reader(_ROWS_AT_ONCE):
        yield from batch.to_pylist(maps_as_pydicts="strict")
