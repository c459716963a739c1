"""The reports under review: each result beside its text, and its picture where there is one."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from horad.datasets.results import read_results
from horad.errors import SourceError
from horad.readers.detect import read_source
from horad.records import Report, ReportResult

_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Entry:
    """One report of the queue."""

    result: ReportResult
    text: str
    image: Path | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What decisions are kept by: the id, and the hash of the text they were made on."""
        return self.result.report_id, self.result.text_sha256


@dataclass(frozen=True)
class Queue:
    """The reports in the order of the results, and how many results had no text or another one."""

    entries: tuple[Entry, ...]
    without_text: int = 0
    other_text: int = 0

    def __len__(self) -> int:
        return len(self.entries)


def load(results: Path, texts: Path | None = None, images: Path | None = None) -> Queue:
    """The results of a run with the texts they were read from, matched by id and checked by hash.

    Raises:
        SourceError: if a source cannot be read, an id stands twice, or no result has its text.
    """
    answered = _answered(results)
    found = _texts(texts or _kept(results), {result.report_id for result in answered})
    pictures = _pictures(images) if images else {}
    entries, without, other = [], 0, 0
    for result in answered:
        text = found.get(result.report_id)
        if text is None:
            without += 1
        elif hashlib.sha256(text.encode()).hexdigest() != result.text_sha256:
            other += 1
        else:
            picture = pictures.get(result.report_id) or pictures.get(result.text_sha256)
            entries.append(Entry(result, text, picture))
    if not entries:
        raise SourceError(
            f"none of the {len(answered)} results has its text ({without} without, {other} with another text); "
            "name the reports they were read from with --texts"
        )
    return Queue(tuple(entries), without, other)


def _answered(results: Path) -> list[ReportResult]:
    answered: dict[str, ReportResult] = {}
    for result in read_results(results):
        if result.report_id in answered:
            raise SourceError(f"{results}: the report_id {result.report_id!r} stands twice; gold needs one of each")
        answered[result.report_id] = result
    if not answered:
        raise SourceError(f"{results}: holds no results")
    return list(answered.values())


def _kept(results: Path) -> Path:
    """The texts that were kept beside the results."""
    beside = results.with_name(f"{results.name}.texts.jsonl")
    if not beside.exists():
        raise SourceError(f"{results}: holds no texts; name the reports it was read from with --texts FILE or FOLDER")
    return beside


def _texts(source: Path, wanted: Iterable[str]) -> Mapping[str, str]:
    ids = frozenset(wanted)
    reports = (record for record in read_source(source) if isinstance(record, Report))
    return {report.report_id: report.text for report in reports if report.report_id in ids}


def _pictures(folder: Path) -> dict[str, Path]:
    """The PNG files below a folder, by their path in it without the suffix: a report's id, or its text's hash."""
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder of pictures")
    return {
        path.relative_to(folder).with_suffix("").as_posix(): path
        for path in sorted(folder.rglob("*.png"))
        if path.is_file() and _is_png(path)
    }


def _is_png(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_PNG)) == _PNG
