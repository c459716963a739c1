"""How well readers agree on the reports that two of them have finished: the figures of ``horad dataset agreement``."""

import time
from collections.abc import Mapping, Sequence

from horad.datasets.agreement import AgreementReport, measure
from horad.datasets.readings import Readings
from horad.errors import HoradError
from horad.evaluation.gold import GoldReport
from horad.review.joined import gold_of, grouped
from horad.review.reports import Queue
from horad.review.store import Decision, Store, finished
from horad.review.values import FIELDS

_REST = 5  # times as long as the measuring took


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


class LiveAgreement:
    """The figures of the moment: measured again when there are new decisions, and not for most of the time."""

    def __init__(self, queue: Queue, store: Store) -> None:
        self._queue, self._store = queue, store
        self._last, self._due = -1, 0.0
        self._figures: AgreementReport | None = None

    def figures(self) -> AgreementReport | None:
        """The figures; with thousands of reports they lag behind by a few times what measuring takes."""
        last = self._store.last()
        if last != self._last and time.monotonic() >= self._due:
            began = time.monotonic()
            self._figures = agreement(self._queue, grouped(self._store.current()))
            self._last = last
            self._due = time.monotonic() + _REST * (time.monotonic() - began)
        return self._figures
