"""What a dataset is made of: texts, labels and results of the same reports, brought together by their ids."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from horad.datasets.lines import row_of
from horad.datasets.results import open_table
from horad.datasets.strata import columns, stratum
from horad.errors import HoradError, SourceError
from horad.evaluation.lines import read_lines
from horad.readers.detect import read_source as read_reports
from horad.records import Rejection

Kind = Literal["texts", "labels", "results"]
KINDS: tuple[Kind, ...] = ("texts", "labels", "results")
_LINES, _TABLES = frozenset({".jsonl", ".ndjson"}), frozenset({".parquet", ".pq"})


@dataclass
class Known:
    """What the sources together know of one report."""

    patient: str | None = None
    text: str | None = None
    text_sha256: str | None = None
    stratum: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """One file, or folder of results; the rows of JSON lines are kept as they stand."""

    kind: Kind
    path: Path
    rows: Mapping[str, dict[str, Any]] = field(default_factory=dict)


class Material:
    """All sources of a dataset."""

    def __init__(self, paths: Sequence[Path], strata: Sequence[str] = ()) -> None:
        """Read the sources.

        Raises:
            HoradError: if two are of one kind, an id stands twice, or two disagree on the patient of a report.
        """
        self.sources: dict[Kind, Source] = {}
        self.reports: dict[str, Known] = {}
        self.strata = tuple(strata)
        for path in paths:
            source = read_source(path)
            if source.kind in self.sources:
                raise HoradError(f"{path}: there are {source.kind} already; name one file of each kind")
            self.sources[source.kind] = source
            for name, known in self._known(source):
                self._add(path, name, known)
        if strata and "results" not in self.sources:
            raise HoradError("strata are told by results; name the results beside the texts")

    def _known(self, source: Source) -> Iterator[tuple[str, Known]]:
        if source.kind == "results":
            yield from results_known(source.path, self.strata)
        for name, row in source.rows.items():
            patient, text = row.get("patient_id"), row.get("text")
            yield name, Known(None if patient in (None, "") else str(patient), text if isinstance(text, str) else None)

    def _add(self, path: Path, name: str, new: Known) -> None:
        known = self.reports.setdefault(name, Known())
        if known.patient and new.patient and known.patient != new.patient:
            raise HoradError(f"{path}: a report is another patient's here than in the other sources")
        known.patient = known.patient or new.patient
        known.text = known.text or new.text
        known.text_sha256 = known.text_sha256 or new.text_sha256
        known.stratum = known.stratum or new.stratum


def read_source(path: Path) -> Source:
    """A source: JSON lines by what the first holds, Parquet as results, and what else horad reads as texts.

    Raises:
        SourceError: if a report cannot be read, lines are of no known kind, or an id is missing or stands twice.
    """
    if path.suffix.lower() in _TABLES or (path.is_dir() and any(path.glob("*.parquet"))):
        return Source("results", path)
    if path.suffix.lower() not in _LINES:
        return Source("texts", path, dict(_texts(path)))
    rows: dict[str, dict[str, Any]] = {}
    lines = read_lines(path)
    kind = _kind(lines[0].values)
    if kind == "results":
        return Source("results", path)
    for line in lines:
        if kind is None or _kind(line.values) != kind or line.values.get("id") in (None, ""):
            raise SourceError(
                f'{line.place}: is no line like {{"id": …, "text": …}} or {{"id": …, "text": …, "gold": …}}; '
                "a file holds lines of one kind"
            )
        name = str(line.values["id"])
        if name in rows:
            raise SourceError(f"{line.place}: the id of this line stands twice")
        rows[name] = line.values
    assert kind is not None
    return Source(kind, path, rows)


def results_known(path: Path, strata: Sequence[str]) -> Iterator[tuple[str, Known]]:
    """What a table of results knows of its reports.

    Raises:
        HoradError: if an id stands twice.
    """
    fields = f", {columns(strata)}" if strata else ""
    rows = open_table(path).execute(f"SELECT report_id, patient_id, text_sha256{fields} FROM results").fetchall()
    seen: set[str] = set()
    for name, patient, digest, *values in rows:
        if name in seen:
            raise HoradError(f"{path}: a report id stands twice; horad dataset find --unique takes each text once")
        seen.add(name)
        yield name, Known(patient or None, None, digest, stratum(strata, values))


def _texts(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    seen: set[str] = set()
    for record in read_reports(path):
        if isinstance(record, Rejection):
            place = record.source if record.position is None else f"{record.source}:{record.position}"
            raise SourceError(f"{place}: {record.reason}")
        if record.report_id in seen:
            raise SourceError(f"{path}: an id stands twice")
        seen.add(record.report_id)
        yield record.report_id, row_of(record)


def _kind(values: Mapping[str, Any]) -> Kind | None:
    if "gold" in values:
        return "labels"
    if "report_id" in values:
        return "results"
    return "texts" if "text" in values else None
