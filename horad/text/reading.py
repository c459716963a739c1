"""The reading copy: canonical words of a report, each with its place in the original text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from horad.knowledge.words import LAYOUT, Canon, cut

# Enumerators ("1." at a line start or after a stop) and tick boxes are layout, not words.
_ENUMERATOR = re.compile(r"(?:^|(?<=\n)|(?<=[:.;?]\s)|(?<=[:.;?]\s\s))[ \t]*\(?\d{1,2}[.)](?=\s)")
# Marks of a figure legend in brackets "(*)", "(arrow †)" alone say nothing.
_LEGEND_MARK = re.compile(r"\(\s*[*#†‡§→►▲△•]+\s*\)")
# Dots that lead from a label to its value ("Heterotopic bone ...... none") read as a colon.
_LEADERS = re.compile(r"(?<=\w)[ \t]*(?:\.[ \t]?){3,}(?=[ \t]*\w)|(?<=\w)[ \t]+\.\.[ \t]+(?=\w)")
_LINE_HYPHEN = re.compile(r"(?<=[A-Za-z])[-‐\u00ad][ \t]*\r?\n[ \t]*(?=[a-z])")
_MIXED = re.compile(r"(?=.*[a-z])(?=.*\d)")
_SPINAL_OR_SEQUENCE = re.compile(r"^[a-z]{1,2}\d{1,2}[a-z]?$")


@dataclass(frozen=True, slots=True)
class Reading:
    """Parallel lists: canonical words, their code-point offsets, and the line breaks before them."""

    words: list[str]
    starts: list[int]
    ends: list[int]
    breaks: list[int]  # 0 same line, 1 new line, 2 after a blank line, 3 a list item begins

    def __len__(self) -> int:
        return len(self.words)


class Reader:
    """Makes reading copies; repairs slips only towards words that the rules know."""

    def __init__(self, canon: Canon, vocabulary: frozenset[str], repairs: Mapping[str, object]) -> None:
        self._canon, self._vocabulary = canon, vocabulary
        self._ocr = [(str(a), str(b)) for a, b in _pairs(repairs.get("ocr"))]
        self._dictated = {str(a): str(b) for a, b in _pairs(repairs.get("dictated"))}
        self._fuzzy = _deletions(_strings(repairs.get("fuzzy")))
        self._cache: dict[str, str] = {}

    def read(self, text: str) -> Reading:
        """The reading copy of ``text``; every offset satisfies ``0 <= start < end <= len(text)``."""
        skip = {match.end() - 1: match.start() for match in _ENUMERATOR.finditer(text)}
        skip.update({match.end() - 1: match.start() for match in _LEGEND_MARK.finditer(text)})
        skipped = _positions(skip)
        leaders = _leaders(text)
        led = 0
        joins = {match.start(): match.end() for match in _LINE_HYPHEN.finditer(text)} if "\n" in text else {}
        words: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        breaks: list[int] = []
        last, item, pending = 0, False, False
        for written, start, end in cut(text):
            if start < led:
                continue
            piece, led = (":", leaders[start]) if start in leaders else (written, led)
            if start in skipped:
                item = item or piece.isdigit()
                continue
            if piece in LAYOUT:
                if start in joins and words and ends[-1] == start:
                    pending = True
                elif not piece.isalnum() and _begins_line(text, start):
                    item = True
                continue
            if pending and self._join(words, ends, piece, end, adjacent=joins.get(ends[-1]) == start):
                pending, last = False, end
                continue
            pending = False
            words.append(self.canonical(piece))
            starts.append(start)
            ends.append(end)
            breaks.append(3 if item else _line_breaks(text, last, start))
            last, item = end, False
        return self._undictate(Reading(words, starts, ends, breaks))

    def canonical(self, piece: str) -> str:
        """Canonical word of a piece of report text, slips repaired."""
        found = self._cache.get(piece)
        if found is None:
            if len(self._cache) > 200_000:
                self._cache.clear()
            found = self._cache[piece] = self._repair(self._canon(piece))
        return found

    def _repair(self, word: str) -> str:
        if word in self._vocabulary or len(word) < _surely(word) or not any(c.isalpha() for c in word):
            return word
        if _MIXED.match(word) and _SPINAL_OR_SEQUENCE.match(word):
            return word
        for wrong, right in self._ocr:
            if wrong in word:
                fixed = self._canon(word.replace(wrong, right))
                if fixed in self._vocabulary:
                    return fixed
        fixed = word
        for wrong, right in self._ocr:
            fixed = fixed.replace(wrong, right)
        fixed = self._canon(fixed)
        if fixed != word and fixed in self._vocabulary:
            return fixed
        return self._near(word)

    def _near(self, word: str) -> str:
        """The head term at one slip's distance, if the word is long enough to be sure."""
        if len(word) < 8 or not word.isalpha():
            return word
        for variant in (word, *_one_less(word)):
            if variant in self._fuzzy:
                return self._fuzzy[variant]
        return word

    def _join(self, words: list[str], ends: list[int], piece: str, end: int, *, adjacent: bool) -> bool:
        if not adjacent:
            return False
        joined = self._canon(words[-1] + piece)
        apart = words[-1] in self._vocabulary and self._canon(piece) in self._vocabulary
        if joined in self._vocabulary or not apart:
            words[-1], ends[-1] = joined, end
            return True
        return False

    def _undictate(self, reading: Reading) -> Reading:
        """Spoken punctuation ("full stop") becomes marks where the text has next to none of its own."""
        words = reading.words
        spoken = sum(word in self._dictated for word in words)
        marks = sum(word in (".", ",") for word in words)
        if spoken < 2 or marks > 1:
            return reading
        for index, word in enumerate(words):
            if word in self._dictated:
                words[index] = self._dictated[word]
        return reading


def _surely(word: str) -> int:
    """The length from which a slip can be told from an abbreviation ("LV", "CLL", "1A")."""
    return 4 if _MIXED.match(word) else 5


def _positions(skip: Mapping[int, int]) -> set[int]:
    return {position for end, start in skip.items() for position in range(start, end + 1)}


def _begins_line(text: str, start: int) -> bool:
    return text[:start].rpartition("\n")[2].strip() == ""


def _leaders(text: str) -> dict[int, int]:
    """Where rows of dots lead from a label to its value ("Hip ..... normal")."""
    if ".." not in text:
        return {}
    return {text.index(".", match.start()): match.end() for match in _LEADERS.finditer(text)}


def _line_breaks(text: str, last: int, start: int) -> int:
    between = text[last:start]
    if "\n" not in between and "\r" not in between:
        return 0
    lines = between.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    return 2 if lines > 1 else 1


def _pairs(value: object) -> Iterable[tuple[object, object]]:
    return [(pair[0], pair[1]) for pair in value] if isinstance(value, list) else []


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _one_less(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def _deletions(heads: list[str]) -> dict[str, str]:
    """Each head term, each head term less a letter (symmetric deletion: one slip apart, or a swap)."""
    table = {variant: head for head in heads for variant in _one_less(head)}
    table.update({head: head for head in heads})
    return table
