"""One report as it lies on the page: its words, where they stand, and how its lines were broken."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

# Narrower texts are lists; the lines of a wrapped text end this near its width.
_NARROW, _RAGGED = 40, 14
_LONG_LINE = 58  # a line of this length was broken by wrapping, whatever the width
_JOINING = frozenset({",", "(", "/", "and", "or", "of", "the", "with"})


class Page:
    """The words of a reading copy with their places in the text; line breaks are judged on the text."""

    def __init__(
        self,
        text: str,
        words: Sequence[str],
        offsets: Sequence[Sequence[int]],
        breaks: Sequence[int] | None = None,
    ) -> None:
        self.text, self.words, self.offsets = text, words, offsets
        self.breaks = breaks if breaks is not None else [0] * len(words)

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def _starts(self) -> list[int]:
        return [offset[0] for offset in self.offsets]

    @cached_property
    def _width(self) -> int:
        """The width that the text was wrapped at; 0 if it was not."""
        lines = sorted((len(line.rstrip()) for line in self.text.split("\n")), reverse=True)
        near = sum(lines[0] - line <= _RAGGED for line in lines)
        return lines[0] if lines[0] >= _NARROW and near > 2 else 0

    def word_at(self, offset: int) -> int:
        """The first word that starts at or after an offset."""
        return bisect_left(self._starts, offset)

    def between(self, index: int) -> str:
        """The text between a word and the next."""
        return self.text[self.offsets[index][1] : self.offsets[index + 1][0]]

    def following(self, index: int) -> str:
        """The first character of the next word."""
        return self.text[self.offsets[index + 1][0]]

    def glued(self, index: int) -> bool:
        """Whether the next word stands right behind, without a blank."""
        return self.offsets[index + 1][0] == self.offsets[index][1]

    def line_ends(self, index: int) -> bool:
        """Whether the line break behind a word ends a statement, and was not made by wrapping."""
        if self.words[index] in ".:!?;":
            return True
        if self.following(index).islower() or self.words[index] in _JOINING:
            return False
        length = self.offsets[index][1] - self.text.rfind("\n", 0, self.offsets[index][0]) - 1
        return length < _LONG_LINE and not self._wrapped(index, length)

    def _wrapped(self, index: int, length: int) -> bool:
        """The next word would not have fitted into the width of the text."""
        start, end = self.offsets[index + 1]
        return bool(self._width) and length + 1 + end - start > self._width
