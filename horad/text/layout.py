"""Sections and sentences of a report, found on the reading copy and the original line breaks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from horad.knowledge.words import Canon, cut

_STOPS = frozenset(".!?")
_STUDY = "study"
_BRACKETED = re.compile(r"\([^)]*\)|\bof\s+\d.*$")
_COLON_HEADING = re.compile(
    r"(?:(?<=\n)|(?<=[.!?;)]\s)|(?<=[.!?;)]\s\s)|^)[ \t]*[*#_>\-•]*[ \t]*"
    r"(?P<name>[A-Za-z][A-Za-z0-9 /&'().,+-]{0,60}?)[*_]*[ \t]*:(?!\d)"
)
_LINE_HEADING = re.compile(
    r"(?m)^[ \t]*[*#_>=\-]*[ \t]*(?P<name>[A-Za-z][A-Za-z /&'()-]{1,50}?)[ \t]*[*_=\-]*[ \t]*\r?$"
)
_CAPS_HEADING = re.compile(
    r"(?m)^[ \t]*[*#_=]*[ \t]*(?P<name>[A-Z][A-Z &/]{2,40}[A-Z])"
    r"(?:[ \t]*[*#_=]+[ \t]*|[ \t]+[-–—][ \t]*|[ \t]+(?=[A-Z0-9][a-z0-9. ]))"
)
_LONG_LINE = 58
_NARROW, _RAGGED = 40, 14  # narrower texts are lists; lines of a wrapped text end this near its width


@dataclass(frozen=True, slots=True)
class Section:
    """Words ``start`` to ``end`` belong to the section; its heading is the first ``heading`` words."""

    start: int
    end: int
    name: str
    heading: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; ``head`` is the span of the subheading it stands under (0, 0 if none)."""

    start: int
    end: int
    section: str
    head: tuple[int, int] = (0, 0)


class Layout:
    """Finds sections and sentences under the tables of ``models/text/headings.toml``."""

    def __init__(self, headings: Mapping[str, Any], canon: Canon) -> None:
        self._canon = canon
        self._names = {
            self._key(heading): section for section, names in headings.get("sections", {}).items() for heading in names
        }
        settings = headings.get("settings", {})
        self._preliminary = frozenset(settings.get("preliminary", []))
        self._board_words = frozenset(canon(word) for word in settings.get("board_words", []))
        self._bare = frozenset(settings.get("without_colon", []))
        self._abbreviations = frozenset(settings.get("abbreviations", []))
        self._study_words = frozenset(canon(word) for word in settings.get("study_words", []))
        self._exam_words = frozenset(canon(word) for word in settings.get("exam_words", []))
        self._sentence_words = frozenset(canon(word) for word in settings.get("sentence_words", []))

    def _key(self, heading: str) -> tuple[str, ...]:
        """The words of a heading without what is bracketed or dated in it ("Addendum (next day) 12.3.")."""
        bare = _BRACKETED.sub(" ", heading)
        return tuple(self._canon(piece) for piece, _, _ in cut(bare) if piece.isalpha())

    def sections(self, text: str, words: Sequence[str], offsets: Sequence[Sequence[int]]) -> list[Section]:
        """Sections in order; text before the first heading is the exam line (header) or unknown."""
        marks = self._marks(text)
        if self._board_words & set(words[:60]):
            # In the minutes of a tumour board the discussion is the opinion.
            marks = [(a, b, "impression" if name == "discussion" else name) for a, b, name in marks]
        starts = [offset[0] for offset in offsets]
        sections: list[Section] = []
        first = _index(starts, marks[0][0]) if marks else len(words)
        if first:
            sections += self._opening(words, offsets, text, first)
        for number, (start, end, name) in enumerate(marks):
            a, b = _index(starts, start), _index(starts, end)
            stop = _index(starts, marks[number + 1][0]) if number + 1 < len(marks) else len(words)
            findings_follow = any(later == "findings" for _, _, later in marks[number + 1 :])
            body = (
                stop
                if findings_follow or name not in self._preliminary
                else self._line_end(text, words, offsets, b, stop)
            )
            sections.append(Section(a, body, name, b - a))
            sections.append(Section(body, stop, "unknown", 0))
        return [section for section in sections if section.end > section.start]

    def _line_end(
        self, text: str, words: Sequence[str], offsets: Sequence[Sequence[int]], start: int, stop: int
    ) -> int:
        """Where a report without a findings heading goes on from its clinical details to the findings."""
        for index in range(start, stop - 1):
            between = text[offsets[index][1] : offsets[index + 1][0]]
            if between.count("\n") > 1 or ("\n" in between and self._line_ends(text, words, offsets, index)):
                return index + 1
        return stop

    def _marks(self, text: str) -> list[tuple[int, int, str]]:
        found: dict[int, tuple[int, int, str]] = {}
        for pattern in (_COLON_HEADING, _LINE_HEADING, _CAPS_HEADING):
            for match in pattern.finditer(text):
                key = self._key(match["name"])
                name = self._names.get(key) or self._study(key, pattern)
                if name is None or (pattern is not _COLON_HEADING and " ".join(key) not in self._bare):
                    continue
                found.setdefault(match.start("name"), (match.start("name"), match.end(), name))
        return self._drop_inner_studies(sorted(found.values()))

    def _study(self, key: tuple[str, ...], pattern: re.Pattern[str]) -> str | None:
        """A label of nothing but studies ("CT + MRI:") opens the findings."""
        return _STUDY if pattern is _COLON_HEADING and key and self._study_words.issuperset(key) else None

    def _drop_inner_studies(self, marks: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
        """A study's label counts where it ends the clinical details; inside findings it is a subheading."""
        kept: list[tuple[int, int, str]] = []
        for start, end, name in marks:
            if name != _STUDY:
                kept.append((start, end, name))
            elif kept and kept[-1][2] in self._preliminary:
                kept.append((start, end, "findings"))
        return kept

    def _opening(self, words: Sequence[str], offsets: Sequence[Sequence[int]], text: str, first: int) -> list[Section]:
        """The lines above the first heading: an exam title is the header, the rest is unknown."""
        title = self._title(words, offsets, text, first)
        opening = [Section(0, title, "header", 0)] if title else []
        return opening + ([Section(title, first, "unknown", 0)] if title < first else [])

    def _title(self, words: Sequence[str], offsets: Sequence[Sequence[int]], text: str, first: int) -> int:
        end = 0
        for index in range(first):
            last = index + 1 == first
            newline = not last and "\n" in text[offsets[index][1] : offsets[index + 1][0]]
            if not (last or newline or words[index] in ".!"):
                continue
            piece = words[end : index + 1]
            if piece[0] == "?":  # a query is no title
                return end
            if len(piece) > 14 or self._sentence_words & set(piece) or not self._exam_words & set(piece):
                return end
            end = index + 1
            if not last and words[index] in _STOPS and not newline:
                return end
        return end

    def sentences(
        self,
        text: str,
        words: Sequence[str],
        offsets: Sequence[Sequence[int]],
        breaks: Sequence[int],
        sections: Sequence[Section],
    ) -> list[Sentence]:
        """Sentences inside sections, each with the subheading it stands under."""
        sentences: list[Sentence] = []
        for section in sections:
            head = (0, 0)
            start = section.start + section.heading
            if section.heading and start > section.start:
                sentences.append(Sentence(section.start, start, section.name))
            while start < section.end:
                end = self._sentence_end(text, words, offsets, breaks, start=start, limit=section.end)
                if breaks[start] == 2:
                    head = (0, 0)
                own = self._subheading(words, start, end)
                head = own or head
                sentences.append(Sentence(start, end, section.name, head))
                start = end
        return sentences

    def _sentence_end(
        self,
        text: str,
        words: Sequence[str],
        offsets: Sequence[Sequence[int]],
        breaks: Sequence[int],
        *,
        start: int,
        limit: int,
    ) -> int:
        for index in range(start, limit - 1):
            following = index + 1
            if breaks[following] >= 2 or (breaks[following] == 1 and self._line_ends(text, words, offsets, index)):
                return following
            if words[index] in _STOPS and self._stops(text, words, offsets, index):
                return following
        return limit

    def _stops(self, text: str, words: Sequence[str], offsets: Sequence[Sequence[int]], index: int) -> bool:
        if words[index] != ".":
            return True
        before = words[index - 1] if index else ""
        following = text[offsets[index + 1][0]]
        glued = offsets[index + 1][0] == offsets[index][1]
        if glued and not following.isupper():
            return False
        if before in self._abbreviations:
            return False
        # "Ulnar n. abutted" goes on, "Brooker I. One of these" does not.
        return not (len(before) == 1 and before.isalpha() and following.islower())

    def _line_ends(self, text: str, words: Sequence[str], offsets: Sequence[Sequence[int]], index: int) -> bool:
        following = text[offsets[index + 1][0]]
        if words[index] in ".:!?;":
            return True
        line_start = text.rfind("\n", 0, offsets[index][0]) + 1
        short = offsets[index][1] - line_start < _LONG_LINE
        return (
            short and not following.islower() and words[index] not in (",", "(", "/", "and", "or", "of", "the", "with")
        )

    def _subheading(self, words: Sequence[str], start: int, end: int) -> tuple[int, int] | None:
        """A short label with a colon at the sentence's begin ("Right hip:", "Nerves:")."""
        for index in range(start, min(start + 8, end)):
            if words[index] == ":":
                return (start, index) if index > start else None
            if words[index] in ".,;?":
                return None
        return None


def _broken(text: str, length: int, following: int) -> bool:
    """A line broken by wrapping: the next word would not have fitted into the width of the text."""
    lines = sorted((len(line.rstrip()) for line in text.split("\n")), reverse=True)
    width = lines[0]
    wrapped = _NARROW <= width and sum(width - line <= _RAGGED for line in lines) > 2
    word = text[following : following + width].split(maxsplit=1)[0]
    return wrapped and length + 1 + len(word) > width


def _index(starts: Sequence[int], offset: int) -> int:
    low, high = 0, len(starts)
    while low < high:
        middle = (low + high) // 2
        if starts[middle] < offset:
            low = middle + 1
        else:
            high = middle
    return low
