"""The one list of evidence spans of a result; everything else refers to it by index."""

from collections.abc import Iterable
from typing import Any

from horad.findings.view import Mark, View


class EvidenceList:
    """Collects spans, once for each field and lesion that they speak of."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._index: dict[tuple[Mark, str], list[int]] = {}
        self.rows: list[dict[str, Any]] = []

    def add(self, mark: Mark, field: str, finding: str | None = None) -> int:
        """The index of the span of ``mark`` as evidence for ``field`` (of one lesion, if ``finding`` names it).

        A span that the summary entered without a lesion becomes that of the first lesion that claims it.
        """
        known = self._index.setdefault((mark, field), [])
        for index in known:
            owner = self.rows[index]["finding"]
            if finding is None or owner in (finding, None):
                self.rows[index]["finding"] = owner or finding
                return index
        known.append(len(self.rows))
        self.rows.append(self._row(mark, field, finding))
        return known[-1]

    def add_all(self, marks: Iterable[Mark], field: str, finding: str | None = None) -> list[int]:
        """Indexes of several spans."""
        return [self.add(mark, field, finding) for mark in marks]

    def _row(self, mark: Mark, field: str, finding: str | None) -> dict[str, Any]:
        start, end, text = self._view.slice(mark)
        section = self._view.sentence_of(mark.start).section
        return {
            "start": start,
            "end": end,
            "text": text,
            "section": section,
            "rule": mark.rule,
            "field": field,
            "finding": finding,
        }
