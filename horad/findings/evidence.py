"""The one list of evidence spans of a result; everything else refers to it by index."""

from typing import Any

from horad.findings.view import Mark, View


class EvidenceList:
    """Collects spans once each; the same words may serve several fields."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._index: dict[tuple[Mark, str, str | None], int] = {}
        self.rows: list[dict[str, Any]] = []

    def add(self, mark: Mark, field: str, finding: str | None = None) -> int:
        """The index of the span of ``mark`` as evidence for ``field``."""
        key = (mark, field, finding)
        if key not in self._index:
            start, end, text = self._view.slice(mark)
            section = self._view.sentence_of(mark.start).section
            self._index[key] = len(self.rows)
            self.rows.append(
                {
                    "start": start,
                    "end": end,
                    "text": text,
                    "section": section,
                    "rule": mark.rule,
                    "field": field,
                    "finding": finding,
                }
            )
        return self._index[key]

    def add_all(self, marks: tuple[Mark, ...], field: str, finding: str | None = None) -> list[int]:
        """Indexes of several spans."""
        return [self.add(mark, field, finding) for mark in marks]
