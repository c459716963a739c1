"""Results and the texts they were read from, brought together by id and checked by hash."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from horad.errors import SourceError
from horad.readers.detect import read_source
from horad.records import Report, ReportResult


@dataclass(frozen=True)
class Matched:
    """The results with their texts, in the order of the results, and how many had none or another one."""

    pairs: tuple[tuple[ReportResult, str], ...]
    without: int = 0
    other: int = 0

    @property
    def complaint(self) -> str:
        """What was left out, in words; nothing if nothing was."""
        if not (self.without or self.other):
            return ""
        return f"left out: {self.without} results without text, {self.other} with another text than the one read"


def match_texts(results: Iterable[ReportResult], source: Path) -> Matched:
    """Find the text of every result.

    Raises:
        SourceError: if the source cannot be read, a report_id stands twice, or no result has its text.
    """
    answered: dict[str, ReportResult] = {}
    for result in results:
        if result.report_id in answered:
            raise SourceError(
                f"the report_id {result.report_id!r} stands twice in the results; labels need one of each"
            )
        answered[result.report_id] = result
    if not answered:
        raise SourceError("there are no results")
    reports = (record for record in read_source(source) if isinstance(record, Report))
    texts = {report.report_id: report.text for report in reports if report.report_id in answered}
    # A cancelled report may have no text, and no reader of files takes an empty one.
    texts |= {name: "" for name, result in answered.items() if result.text_sha256 == _OF_NOTHING}
    pairs = tuple((result, texts[name]) for name, result in answered.items() if name in texts)
    kept = tuple((result, text) for result, text in pairs if sha256(text) == result.text_sha256)
    matched = Matched(kept, len(answered) - len(pairs), len(pairs) - len(kept))
    if not kept:
        raise SourceError(
            f"none of the {len(answered)} results has its text ({matched.without} without, {matched.other} with "
            "another text); name the reports they were read from with --texts"
        )
    return matched


def kept_beside(results: Path) -> Path:
    """The texts that were kept beside the results.

    Raises:
        SourceError: if there are none.
    """
    if not results.exists():
        raise SourceError(f"{results}: no such file or folder")
    beside = results / "texts.jsonl" if results.is_dir() else results.with_name(f"{results.name}.texts.jsonl")
    if not beside.exists():
        raise SourceError(
            f"{results}: no texts were kept beside it (batch --keep-text); name the reports that were read with --texts"
        )
    return beside


def sha256(text: str) -> str:
    """The hash of a text as a result carries it."""
    return hashlib.sha256(text.encode()).hexdigest()


_OF_NOTHING = sha256("")
