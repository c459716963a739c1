"""Sections and sentences of a report, found on the reading copy and the original line breaks."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from horad.knowledge.words import Canon, cut
from horad.text.page import Page

_STOPS = frozenset(".!?")
_STUDY, _HEADER = "study", "header"
_BRACKETED = re.compile(r"\([^)]*\)|\bof\s+\d.*$")
# Blanks and marks are taken whole (*+, ++): giving some back never helps and costs time on long runs of them.
_COLON_HEADING = re.compile(
    r"(?:(?<=\n)|(?<=[.!?;)]\s)|(?<=[.!?;)]\s\s)|^)[ \t]*+[*#_>\-•]*+[ \t]*+"
    r"(?P<name>[A-Za-z][A-Za-z0-9 /&'().,+-]{0,60}?)[*_]*+[ \t]*+:(?!\d)"
)
_LINE_HEADING = re.compile(
    r"(?m)^[ \t]*+[*#_>=\-]*+[ \t]*+(?P<name>[A-Za-z][A-Za-z /&'()-]{1,50}?)[ \t]*+[*_=\-]*+[ \t]*+\r?$"
)
_CAPS_HEADING = re.compile(
    r"(?m)^[ \t]*+[*#_=]*+[ \t]*+(?P<name>[A-Z][A-Z &/]{2,40}[A-Z])"
    r"(?:[ \t]*+[*#_=]++[ \t]*+|[ \t]++[-–—][ \t]*+|[ \t]++(?=[A-Z0-9][a-z0-9. ]))"
)
# A stop behind a word too long for an enumerator or an initial, before a capital.
_SURE_STOP = re.compile(r"(?<![\w.])(?P<word>[A-Za-z]{3,})\.[ \t\r\n]+(?=[A-Z])")
_LONGEST_SENTENCE = 250  # no one writes more without a stop; bounds the time that one sentence can take
_TITLE_WORDS = 14
_LABEL_WORDS = 8


class Section(NamedTuple):
    """Words ``start`` to ``end`` belong to the section; its heading is the first ``heading`` words."""

    start: int
    end: int
    name: str
    heading: int


class Sentence(NamedTuple):
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
        self.exam_words = frozenset(canon(word) for word in settings.get("exam_words", []))
        self._sentence_words = frozenset(canon(word) for word in settings.get("sentence_words", []))

    def _key(self, heading: str) -> tuple[str, ...]:
        """The words of a heading without what is bracketed or dated in it ("Addendum (next day) 12.3.")."""
        bare = _BRACKETED.sub(" ", heading)
        return tuple(self._canon(piece) for piece, _, _ in cut(bare) if piece.isalpha())

    def sections(self, page: Page) -> list[Section]:
        """Sections in order; text before the first heading is the exam line (header) or unknown."""
        marks = self._marks(page.text)
        if self._board_words & set(page.words[:60]):
            # In the minutes of a tumour board the discussion is the opinion.
            marks = [(a, b, "impression" if name == "discussion" else name) for a, b, name in marks]
        sections = self._opening(page, page.word_at(marks[0][0]) if marks else len(page))
        for number, (start, end, name) in enumerate(marks):
            first, second = page.word_at(start), page.word_at(end)
            stop = page.word_at(marks[number + 1][0]) if number + 1 < len(marks) else len(page)
            body = stop
            if name in self._preliminary and not any(later == "findings" for _, _, later in marks[number + 1 :]):
                body = self._details_end(page, second, stop)
            sections.append(Section(first, body, name, second - first))
            sections.append(Section(body, stop, "unknown", 0))
        return [section for section in sections if section.end > section.start]

    @staticmethod
    def _details_end(page: Page, start: int, stop: int) -> int:
        """Where a report without a findings heading goes on from its clinical details to the findings."""
        for index in range(start, stop - 1):
            lines = page.between(index).count("\n")
            if lines > 1 or (lines and page.line_ends(index)):
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

    def _opening(self, page: Page, first: int) -> list[Section]:
        """The lines above the first heading: an exam title is the header, the rest is unknown."""
        title = self._title(page, first)
        return [Section(0, title, _HEADER, 0), Section(title, first, "unknown", 0)]

    def _title(self, page: Page, first: int) -> int:
        end = 0
        for index in range(first):
            last = index + 1 == first
            newline = not last and "\n" in page.between(index)
            if not (last or newline or page.words[index] in ".!"):
                continue
            if not self._is_title(page.words[end : index + 1]):
                return end
            end = index + 1
            if not last and page.words[index] in _STOPS and not newline:
                return end
        return end

    def _is_title(self, line: Sequence[str]) -> bool:
        if line[0] == "?" or len(line) > _TITLE_WORDS:  # a query is no title
            return False
        return bool(self.exam_words.intersection(line)) and not self._sentence_words.intersection(line)

    def sentences(self, page: Page, sections: Sequence[Section]) -> list[Sentence]:
        """Sentences inside sections, each with the subheading it stands under."""
        sentences: list[Sentence] = []
        for section in sections:
            head = (0, 0)
            start = section.start + section.heading
            if section.heading and start > section.start:
                sentences.append(Sentence(section.start, start, section.name))
            while start < section.end:
                end = self._sentence_end(page, start, section.end)
                if page.breaks[start] == 2:
                    head = (0, 0)
                head = self._subheading(page.words, start, end) or head
                sentences.append(Sentence(start, end, section.name, head))
                start = end
        return sentences

    def headers(self, text: str) -> list[str]:
        """The sections of the text that are headed as its exam line."""
        marks = self._marks(text)
        edges = [*(start for start, _, _ in marks), len(text)]
        spans = zip(marks, pairwise(edges), strict=True)
        return [text[start:end] for (*_, name), (start, end) in spans if name == _HEADER]

    def stretches(self, text: str, canonical: Callable[[str], str]) -> list[str]:
        """The text in parts, each of whole sentences: cut only where a sentence surely ends."""
        parts, start = [], 0
        for match in _SURE_STOP.finditer(text):
            if canonical(match["word"]) not in self._abbreviations:
                parts.append(text[start : match.end()])
                start = match.end()
        return [*parts, text[start:]]

    def _sentence_end(self, page: Page, start: int, limit: int) -> int:
        for index in range(start, limit - 1):
            broken = page.breaks[index + 1]
            if broken >= 2 or (broken == 1 and page.line_ends(index)):
                return index + 1
            if page.words[index] in _STOPS and self._stops(page, index):
                return index + 1
            if index - start >= _LONGEST_SENTENCE:
                return index + 1
        return limit

    def _stops(self, page: Page, index: int) -> bool:
        if page.words[index] != ".":
            return True
        before = page.words[index - 1] if index else ""
        following = page.following(index)
        if before in self._abbreviations or (page.glued(index) and not following.isupper()):
            return False
        # "Ulnar n. abutted" goes on, "Brooker I. One of these" does not.
        return not (len(before) == 1 and before.isalpha() and following.islower())

    @staticmethod
    def _subheading(words: Sequence[str], start: int, end: int) -> tuple[int, int] | None:
        """A short label with a colon at the sentence's begin ("Right hip:", "Nerves:")."""
        for index in range(start, min(start + _LABEL_WORDS, end)):
            if words[index] == ":":
                return (start, index) if index > start else None
            if words[index] in ".,;?":
                return None
        return None
