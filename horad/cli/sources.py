"""The reports named on the command line, for the commands that show a few."""

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from horad.cli.streams import complain
from horad.readers.decode import MAX_REPORT_BYTES
from horad.readers.detect import read_source
from horad.readers.text import report_of
from horad.records import ImageResult, Rejection, Report, ReportResult
from horad.run.many import answer_one, image_of
from horad.run.one import pipeline, read_record


class Reading:
    """Read the named reports one by one; what cannot be read is complained of and counted.

    With ``debug``, a bug met in a report is raised and not counted. ``findings_only`` leaves what a
    report itself says of the diagnosis out of its differential. ``image`` is what the images beside it show.
    """

    def __init__(
        self,
        names: Sequence[str],
        *,
        debug: bool = False,
        findings_only: bool = False,
        image: ImageResult | None = None,
    ) -> None:
        self._names = names
        self._answer = partial(_bare if debug else answer_one, findings_only=findings_only, image=image)
        self.read = 0
        self.rejected = 0

    def __iter__(self) -> Iterator[tuple[ReportResult, str]]:
        """Yield every result and the text it was read from."""
        for name in self._names:
            for record in _records(name):
                answer = self._answer(record, folder=Path(name).parent)
                if isinstance(answer, Rejection):
                    self.rejected += 1
                    complain(f"{_place(name, answer)}: {answer.reason}")
                else:
                    assert isinstance(record, Report)
                    self.read += 1
                    yield answer, record.text


def _bare(
    record: Report | Rejection, *, findings_only: bool, image: ImageResult | None, folder: Path
) -> ReportResult | Rejection:
    if isinstance(record, Rejection):
        return record
    return read_record(pipeline(), record, findings_only=findings_only, image=image or image_of(record, folder))


def _records(name: str) -> Iterator[Report | Rejection]:
    if name != "-":
        return read_source(Path(name))
    return iter([report_of(sys.stdin.buffer.read(MAX_REPORT_BYTES + 1), "stdin")])


def _place(name: str, rejection: Rejection) -> str:
    where = "standard input" if name == "-" else name
    if Path(where).is_dir():
        where = str(Path(where, rejection.source))
    return where if rejection.position is None else f"{where}:{rejection.position}"
