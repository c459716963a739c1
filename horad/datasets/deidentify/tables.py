"""Files of reports or results in, the same without identifiers out."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from horad.datasets.deidentify.records import LeakError, RecordCleaner
from horad.datasets.extra import needed
from horad.datasets.lines import row_of, write_lines
from horad.datasets.results import read_results
from horad.datasets.texts import kept_beside, match_texts
from horad.errors import OutputError, SourceError
from horad.readers.detect import read_source
from horad.readers.rows import Columns
from horad.records import Rejection, Report, ReportResult
from horad.writers.commit import new_file
from horad.writers.csv import guarded
from horad.writers.jsonl import JsonlWriter
from horad.writers.parquet import ParquetWriter

_SUFFIXES = (".jsonl", ".parquet", ".csv")


class Files:
    """The records of some files, cleaned one after the other; what cannot be is counted with its reason."""

    def __init__(self, cleaner: RecordCleaner, columns: Columns | None = None) -> None:
        self._cleaner, self._columns = cleaner, columns or Columns()
        self.written = 0
        self.left_out: list[tuple[str, str]] = []

    def reports(self, sources: Sequence[Path], out: Path) -> None:
        """Clean reports of every form that is read, into JSON lines, CSV or Parquet.

        Raises:
            OutputError: if OUT has none of these forms.
            SourceError: if nothing was readable.
        """
        _check_form(out)
        rows = (row_of(made) for made in self._cleaned(sources))
        if out.suffix.lower() == ".jsonl":
            write_lines(out, self._counted(rows))
        else:
            _write_table(out, list(self._counted(rows)))

    def results(self, results: Path, texts: Path | None, out: Path) -> None:
        """Clean results, each by the text it was made from.

        Raises:
            OutputError: if OUT is neither JSON lines nor Parquet.
            SourceError: if results or texts are not there, or do not belong together.
        """
        if out.suffix.lower() not in (".jsonl", ".parquet"):
            raise OutputError(f"{out.name}: name a file that ends in .jsonl or .parquet for results")
        source = texts or kept_beside(results)
        matched = match_texts(read_results(results), source)
        reports = {one.report_id: one for one in read_source(source, self._columns) if isinstance(one, Report)}
        with new_file(out) as place, _writer(place, out.suffix.lower()) as writer:
            for number, (result, text) in enumerate(matched.pairs, 1):
                report = reports.get(result.report_id) or Report(text=text)
                known = report.model_copy(update={"metadata": _with_ids(report, result)})
                try:
                    writer.write(self._cleaner.result(result, known), report)
                    self.written += 1
                except LeakError:
                    self.left_out.append((f"result {number}", _LEAK))
        self.left_out += [("results", matched.complaint)] if matched.complaint else []

    def _cleaned(self, sources: Sequence[Path]) -> Iterator[Report]:
        number = 0
        for source in sources:
            for record in read_source(source, self._columns):
                number += 1
                if isinstance(record, Rejection):
                    self.left_out.append((f"record {number}", record.reason))
                    continue
                try:
                    yield self._cleaner.report(record)[0]
                except LeakError:
                    self.left_out.append((f"record {number}", _LEAK))
        if not number:
            raise SourceError("the sources hold no reports")

    def _counted(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in rows:
            self.written += 1
            yield row


_LEAK = "a value that its source names as identifying would be left in it; it is withheld"


def are_results(path: Path) -> bool:
    """Whether a file, or a folder of parts, holds results of horad rather than reports."""
    if path.is_dir():
        return any(path.glob("part-*.parquet"))
    if path.suffix.lower() in (".parquet", ".pq"):
        names = needed("pyarrow.parquet", "Parquet").read_schema(path).names
        return {"schema_version", "text_sha256"} <= set(names)
    if path.suffix.lower() not in (".jsonl", ".ndjson"):
        return False
    with path.open("rb") as file:
        first = file.readline()
    try:
        row = json.loads(first)
    except ValueError:
        return False
    return isinstance(row, dict) and {"schema_version", "text_sha256"} <= set(row)


def _with_ids(report: Report, result: ReportResult) -> Any:
    given = {"id": result.report_id, "patient_id": result.patient_id, "accession_number": result.accession_number}
    known = {name: value for name, value in given.items() if value}
    extra = {**result.extra, **report.metadata.extra}
    return report.metadata.model_copy(
        update={**known, "study_date": report.metadata.study_date or result.study_date, "extra": extra}
    )


def _check_form(out: Path) -> None:
    if out.suffix.lower() not in _SUFFIXES:
        raise OutputError(f"{out.name}: name a file that ends in {', '.join(_SUFFIXES)}")


def _writer(place: Path, suffix: str) -> AbstractContextManager[Any]:
    return JsonlWriter(place) if suffix == ".jsonl" else ParquetWriter(place)


def _write_table(out: Path, rows: list[dict[str, Any]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [{name: _cell(row.get(name)) for name in names} for row in rows]
    with new_file(out) as place:
        if out.suffix.lower() == ".csv":
            with place.open("w", encoding="utf-8", newline="") as file:
                table = csv.DictWriter(file, names)
                table.writeheader()
                table.writerows({name: guarded(value or "") for name, value in row.items()} for row in cells)
        else:
            pyarrow, parquet = needed("pyarrow", "Parquet"), needed("pyarrow.parquet", "Parquet")
            schema = pyarrow.schema([(name, pyarrow.string()) for name in names])
            parquet.write_table(pyarrow.Table.from_pylist(cells, schema=schema), place, compression="zstd")


def _cell(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
