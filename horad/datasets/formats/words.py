"""A text cut into words, so that every span begins and ends with one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from horad.datasets.formats.document import Document, Span

_PIECE = re.compile(r"\w+|[^\w\s]|\s+")


@dataclass(frozen=True)
class Word:
    """A word, a mark of punctuation, or a stretch of white space."""

    start: int
    end: int
    text: str

    @property
    def is_space(self) -> bool:
        """Whether it is white space."""
        return self.text.isspace()


def words(document: Document) -> list[Word]:
    """The pieces of the text, cut at the bounds of the spans as well; together they are the text."""
    cuts = sorted({offset for span in document.spans for offset in (span.start, span.end)})
    return [Word(start, end, document.text[start:end]) for start, end in _pieces(document.text, cuts)]


def _pieces(text: str, cuts: Iterable[int]) -> Iterator[tuple[int, int]]:
    bounds = list(cuts)
    at = 0
    for match in _PIECE.finditer(text):
        start = match.start()
        while at < len(bounds) and bounds[at] < match.end():
            if bounds[at] > start:
                yield start, bounds[at]
                start = bounds[at]
            at += 1
        yield start, match.end()


def covered(span: Span, pieces: list[Word]) -> tuple[int, int] | None:
    """The first and the last piece of a span; none if it holds only white space."""
    inside = [
        number
        for number, word in enumerate(pieces)
        if span.start <= word.start and word.end <= span.end and not word.is_space
    ]
    return (inside[0], inside[-1]) if inside else None
