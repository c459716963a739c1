"""Gold and answer of the same report, side by side."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from horad.errors import SourceError
from horad.evaluation.gold import GoldReport, read_gold
from horad.evaluation.labels import GoldLabels
from horad.evaluation.lines import Line, find_files, kind_of, read_lines
from horad.evaluation.predictions import Prediction, read_predictions, read_texts

_SHOWN = 3


@dataclass(frozen=True)
class Case:
    """One labelled report and the answer to it."""

    report: GoldReport
    answer: Prediction

    @property
    def id(self) -> str:
        """The id, the same on both sides."""
        return self.report.id

    @property
    def text(self) -> str:
        """The text as it was given."""
        return self.report.text

    @property
    def gold(self) -> GoldLabels:
        """The labels."""
        return self.report.gold


def read_cases(
    names: Iterable[str], tick: Callable[[int], None] = lambda _: None, *, findings_only: bool = False
) -> list[Case]:
    """The cases in the named files: labelled reports, and the answers if a file of them is among the names.

    Without answers, horad reads the texts itself and calls ``tick`` with how many it has read.

    Raises:
        SourceError: if a file cannot be read, there are no labels, or a labelled report has no answer.
    """
    gold_lines: list[Line] = []
    answer_lines: list[Line] = []
    for path in find_files(names):
        lines = read_lines(path)
        (gold_lines if kind_of(lines[0]) == "gold" else answer_lines).extend(lines)
    if not gold_lines:
        raise SourceError('none of the files holds labels; name one with lines like {"id": …, "text": …, "gold": {…}}')
    gold = read_gold(gold_lines)
    return pair(
        gold, read_predictions(answer_lines) if answer_lines else read_texts(gold, tick, findings_only=findings_only)
    )


def pair(gold: Sequence[GoldReport], answers: Iterable[Prediction]) -> list[Case]:
    """Bring gold and answers together, in the order of the gold; answers to other reports are left aside.

    Raises:
        SourceError: if a labelled report has no answer.
    """
    by_id = {answer.report_id: answer for answer in answers}
    missing = [report.id for report in gold if report.id not in by_id]
    if missing:
        listed = ", ".join(map(repr, missing[:_SHOWN])) + (", …" if len(missing) > _SHOWN else "")
        raise SourceError(f"{len(missing)} of {len(gold)} gold ids have no prediction: {listed}")
    return [Case(report, by_id[report.id]) for report in gold]
