"""Write rows of results again, in the forms that ``horad batch`` knows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from horad.datasets.extra import needed
from horad.datasets.results import record_of, stream
from horad.errors import OutputError
from horad.records import Report, ReportResult
from horad.writers.commit import new_file

_SUFFIXES = (".jsonl", ".parquet", ".csv")


def write(relation: Any, target: Path) -> None:
    """Write the rows of a relation: Parquet and JSON lines hold them whole, CSV a row of the summary each.

    Raises:
        OutputError: if the name does not say a form, or the place cannot be written.
    """
    suffix = target.suffix.lower()
    if suffix not in _SUFFIXES:
        raise OutputError(f"{target.name}: name a file that ends in {', '.join(_SUFFIXES)}")
    with new_file(target) as place:
        if suffix == ".parquet":
            _write_parquet(relation, place)
        else:
            _write_lines(map(record_of, stream(relation)), place, suffix)


def _write_parquet(relation: Any, place: Path) -> None:
    parquet = needed("pyarrow.parquet", "Parquet")
    rows = relation.to_arrow_reader(1_000)
    with parquet.ParquetWriter(place, rows.schema, compression="zstd") as file:
        for batch in rows:
            file.write_batch(batch)


def _write_lines(results: Iterator[ReportResult], place: Path, suffix: str) -> None:
    from horad.writers.csv import CsvWriter
    from horad.writers.jsonl import JsonlWriter

    no_text = Report(text="")  # a result that is written again has none, and neither form asks for it
    with CsvWriter(place) if suffix == ".csv" else JsonlWriter(place) as writer:
        for result in results:
            writer.write(result, no_text)
