"""How well readers agree on the reports that two of them have finished: the figures of ``horad dataset agreement``."""

from collections.abc import Mapping, Sequence

from horad.datasets.agreement import AgreementReport, measure
from horad.datasets.readings import Readings
from horad.errors import HoradError
from horad.evaluation.gold import GoldReport
from horad.review.joined import gold_of
from horad.review.reports import Queue
from horad.review.store import Decision, finished
from horad.review.values import FIELDS


def agreement(
    queue: Queue, by_report: Mapping[tuple[str, str], Sequence[Decision]], rounds: int = 0
) -> AgreementReport | None:
    """The figures before any ruling, without intervals unless ``rounds`` asks for them; what is in doubt is missing.

    None where no report has been finished by two readers.
    """
    readers: dict[str, list[GoldReport]] = {}
    for entry in queue.entries:
        decisions = by_report.get(entry.key, ())
        for reader in finished(decisions, FIELDS):
            own = [d for d in decisions if d.part == "reading" and d.reviewer == reader]
            row = {"id": entry.result.report_id, "text": entry.text, "gold": gold_of(own)}
            readers.setdefault(reader, []).append(GoldReport.model_validate(row))
    try:
        return measure(Readings(dict(sorted(readers.items()))), rounds)
    except HoradError:  # fewer than two readers, or none with a report in common
        return None
