"""The reports under review: each result beside its text, and its picture where there is one."""

from dataclasses import dataclass, field
from pathlib import Path

from horad.datasets.results import read_results
from horad.datasets.texts import Matched, kept_beside, match_texts
from horad.errors import SourceError
from horad.records import ReportResult

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
    """The reports in the order of the results, and what was left out."""

    entries: tuple[Entry, ...]
    matched: Matched = field(default=Matched(()))

    def __len__(self) -> int:
        return len(self.entries)


def load(results: Path, texts: Path | None = None, images: Path | None = None) -> Queue:
    """The results of a run with the texts they were read from, and their pictures.

    Raises:
        SourceError: if a source cannot be read, an id stands twice, or no result has its text.
    """
    matched = match_texts(read_results(results), texts or kept_beside(results))
    pictures = _pictures(images) if images else {}
    entries = [
        Entry(result, text, pictures.get(result.report_id) or pictures.get(result.text_sha256))
        for result, text in matched.pairs
    ]
    return Queue(tuple(entries), matched)


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
