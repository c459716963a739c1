"""A text with pieces replaced, and where its other pieces went."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Replacement:
    """Characters ``start:end`` of the old text, and what stands in their place."""

    start: int
    end: int
    text: str


class Rewritten:
    """The new text; ``place`` finds an old span in it."""

    def __init__(self, old: str, replacements: Iterable[Replacement]) -> None:
        pieces: list[str] = []
        self._old: list[tuple[int, int]] = []
        self._new: list[tuple[int, int]] = []
        at = length = 0
        for one in sorted(replacements, key=lambda r: r.start):
            pieces += [old[at : one.start], one.text]
            start = length + one.start - at
            length, at = start + len(one.text), one.end
            self._old.append((one.start, one.end))
            self._new.append((start, length))
        self.text = "".join([*pieces, old[at:]])

    def place(self, start: int, end: int) -> tuple[int, int]:
        """An old span in the new text; what was replaced in part is taken whole."""
        return self._at(start, is_end=False), self._at(end, is_end=True)

    def _at(self, offset: int, *, is_end: bool) -> int:
        search = bisect_left if is_end else bisect_right
        index = search([old[0] for old in self._old], offset) - 1
        if index < 0:
            return offset
        (_, old_end), (new_start, new_end) = self._old[index], self._new[index]
        if offset >= old_end:
            return new_end + offset - old_end
        return new_end if is_end else new_start
