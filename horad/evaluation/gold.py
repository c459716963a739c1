"""Labelled reports: JSON lines of ``id``, ``text`` and ``gold``."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from horad.errors import SourceError
from horad.evaluation.labels import GoldLabels
from horad.evaluation.lines import Line


class GoldReport(BaseModel):
    """One text and what a reader found in it."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str
    text: str
    gold: GoldLabels


def read_gold(lines: Iterable[Line]) -> list[GoldReport]:
    """Every labelled report, in order.

    Raises:
        SourceError: if a line is no labelled report, or an id stands twice.
    """
    reports: list[GoldReport] = []
    places: dict[str, str] = {}
    for line in lines:
        report = line.read_as(GoldReport)
        if report.id in places:
            raise SourceError(f"{line.place}: the id {report.id!r} stands twice, first in {places[report.id]}")
        places[report.id] = line.place
        reports.append(report)
    return reports
