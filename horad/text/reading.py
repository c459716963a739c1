"""The reading copy: canonical words of a report, each with its place in the original text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from horad.knowledge.words import LAYOUT, Canon, cut

# Enumerators ("1." at a line start or after a stop) and tick boxes are layout, not words.
_ENUMERATOR = re.compile(r"(?:^|(?<=\n)|(?<=[:.;?]\s)|(?<=[:.;?]\s\s))[ \t]*\(?\d{1,2}[.)](?=\s)")
# Marks of a figure legend in brackets "(*)", "(arrow †)" alone say nothing.
LEGEND_MARK = re.compile(r"\(\s*[*#†‡§→►▲△•]+\s*\)")
_MAY_SKIP = re.compile(r"\d[.)]\s|\(\s*[*#†‡§→►▲△•]")
# Dots that lead from a label to its value ("Heterotopic bone ...... none") read as a colon.
_LEADERS = re.compile(r"(?<=\w)[ \t]*(?:\.[ \t]?){3,}(?=[ \t]*\w)|(?<=\w)[ \t]+\.\.[ \t]+(?=\w)")
_ITEM, _JOINED = 1, 2  # a list item begins; the word goes on from the line before
_INDENT = 40
_LONGEST_WORD = 40
# A word that goes on in the next line.
LINE_HYPHEN = re.compile(r"(?<=[A-Za-z])[-‐\u00ad][ \t]*\r?\n[ \t]*(?=[a-z])")
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
        reading = Reading([], [], [], [])
        words, starts, ends, breaks = reading.words, reading.starts, reading.ends, reading.breaks
        known, last = self._cache, 0
        for piece, start, end, layout in _pieces(text):
            if layout & _JOINED and self._join(reading, piece, end):
                last = end
                continue
            words.append(known.get(piece) or self.canonical(piece))
            starts.append(start)
            ends.append(end)
            if layout & _ITEM:
                breaks.append(3)
            else:
                # Most words stand behind one blank, or none.
                near = start == last or (start == last + 1 and text[last] == " ")
                breaks.append(0 if near else _line_breaks(text, last, start))
            last = end
        return self._undictate(reading)

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

    def _join(self, reading: Reading, piece: str, end: int) -> bool:
        """Join a word broken at a line's end, unless its parts are words by themselves and the whole is not."""
        if not reading.words or len(reading.words[-1]) + len(piece) > _LONGEST_WORD:
            return False
        joined = self._canon(reading.words[-1] + piece)
        apart = reading.words[-1] in self._vocabulary and self._canon(piece) in self._vocabulary
        if joined in self._vocabulary or not apart:
            reading.words[-1], reading.ends[-1] = joined, end
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


def _pieces(text: str) -> Iterator[tuple[str, int, int, int]]:
    """The pieces that are words or marks, with flags of the layout before them, which is left out."""
    skipped, leaders = _skipped(text), _leaders(text)
    joins = {match.start(): match.end() for match in LINE_HYPHEN.finditer(text)} if "\n" in text else {}
    layout, beyond, end_before = 0, 0, -1
    for piece, start, end in cut(text):
        if start < beyond:
            continue
        if piece in LAYOUT:
            if start in skipped:
                continue
            if start in joins and end_before == start:
                layout |= _JOINED
                beyond = joins[start]
            elif _begins_line(text, start):
                layout |= _ITEM
            continue
        if start in leaders:
            beyond = leaders[start]
            yield ":", start, end, layout
        elif start in skipped:
            layout |= _ITEM if piece.isdigit() else 0
            continue
        else:
            yield piece, start, end, layout
        layout, end_before = 0, end


def _skipped(text: str) -> frozenset[int]:
    """Positions of enumerators and of marks of a figure legend."""
    if not _MAY_SKIP.search(text):
        return frozenset()
    matches = (match for pattern in (_ENUMERATOR, LEGEND_MARK) for match in pattern.finditer(text))
    return frozenset(position for match in matches for position in range(match.start(), match.end()))


def _leaders(text: str) -> dict[int, int]:
    """Where dots lead from a label to its value: first dot → end of the dots."""
    if ".." not in text and ". ." not in text:
        return {}
    return {text.index(".", match.start()): match.end() for match in _LEADERS.finditer(text)}


def _begins_line(text: str, start: int) -> bool:
    """Whether nothing but blanks stands before, looking back no further than an indent can be."""
    before = text[max(0, start - _INDENT) : start]
    return not before.rpartition("\n")[2].strip() and ("\n" in before or start <= _INDENT)


def _surely(word: str) -> int:
    """The length from which a slip can be told from an abbreviation ("LV", "CLL", "1A")."""
    return 4 if _MIXED.match(word) else 5


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
