"""One grade's level as a report writes it: roman, arabic, a letter, with a part, misheard or misread."""

import re
from dataclasses import dataclass, field

from horad.findings.view import Mark, Mention, View

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "ll": 2, "lll": 3, "lv": 4}
_PLAIN = {str(n): n for n in range(5)} | {"zero": 0, "nil": 0, "one": 1, "two": 2, "three": 3, "four": 4}
NUMERALS = ("0", "I", "II", "III", "IV")
_HEARD = {"too": "2", "won": "1", "tree": "3", "l": "i"}
_PARTED = re.compile(r"^(i{1,3}|[1-3])([abc])$")


@dataclass(slots=True)
class Level:
    """One level read in a sentence: "II", "3b", "grade C"."""

    system: Mention | None
    start: int
    end: int
    value: str
    rank: int
    roman: bool
    when: str = ""
    marks: list[Mark] = field(default_factory=list)


class Words:
    """The word lists that reading a grade needs, from the rule book."""

    def __init__(self, view: View) -> None:
        lists = view.rules.words
        self.grade, self.filler, self.person, self.unit = (
            lists.get(name, frozenset()) for name in ("grade_word", "grade_filler", "first_person_verb", "counted_unit")
        )
        self.bound = lists.get("grade_bound", frozenset())
        self.lead = self.grade | lists.get("grade_lead", frozenset())
        self.told = {
            n
            for m in view.of("side", "site", "ho", "when_link", "compartment", "modality")
            for n in range(m.start, m.end)
        }


def read_level(view: View, words: Words, system: Mention | None, at: int) -> Level | None:
    """The level that stands at a word, under the system's own way of writing it."""
    word, following = view.words[at], view.words[at + 1] if at + 1 < len(view.words) else ""
    attributes = system.rule.attributes if system else {}
    stated = attributes.get("levels")
    levels = stated if isinstance(stated, tuple) else NUMERALS
    if levels[0] == "A":
        return _letter(view, words, system, at, levels)
    parted = _PARTED.match(word) if attributes.get("parts") else None
    base = _misread(view, words, system, at) or (parted[1] if parted else word)
    rank = _ROMAN.get(base, _PLAIN.get(base))
    if rank is None or NUMERALS[rank] not in levels:
        return None
    if base not in _ROMAN and not _counts_level(view, words, system, at, following):
        return None
    if word == "i" and not _numeral_one(view, words, system, at, following):
        return None
    value, end = NUMERALS[rank], at + 1
    if attributes.get("plain") or system is None:
        value = base.upper() if base in _ROMAN else str(rank)
    part = parted[2] if parted else _part(view, at + 1) if attributes.get("parts") else ""
    if part and not parted:
        end += 3 if following == "(" else 1
    return Level(system, at, end, value + part.upper(), rank * 4 + "abc".find(part or "-"), base in _ROMAN)


def _misread(view: View, words: Words, system: Mention | None, at: int) -> str:
    """A numeral as dictation ("class too") or a scanner ("Brooker l") writes it, right behind the system's name."""
    word = view.words[at]
    if system is None or word not in _HEARD or not 0 <= at - system.end <= 1:
        return ""
    named = at > system.end and view.words[at - 1] in words.grade
    start, end = view.offsets[at]
    scanned = word == "l" and at == system.end and view.text[start:end].islower()
    return _HEARD[word] if scanned or (named and word != "l") else ""


def _part(view: View, at: int) -> str:
    """A sub-letter apart from its numeral: "II-A", "II A", "III (C)"."""
    words = view.words[at : at + 3]
    if words[:1] == ["("] and words[2:] == [")"] and words[1] in "abc":
        return words[1]
    if words and words[0] in ("a", "b", "c"):
        start, end = view.offsets[at]
        glued = start - view.offsets[at - 1][1] <= 1
        return words[0] if glued and view.text[start:end].isupper() else ""
    return ""


def _letter(view: View, words: Words, system: Mention | None, at: int, levels: tuple[str, ...]) -> Level | None:
    word = view.words[at]
    if word.upper() not in levels or len(word) != 1:
        return None
    start, end = view.offsets[at]
    lower = view.text[start:end].islower()
    if lower and view.words[at - 1] not in words.grade and not (system and system.end == at):
        return None
    return Level(system, at, at + 1, word.upper(), levels.index(word.upper()), roman=True)


def _counts_level(view: View, words: Words, system: Mention | None, at: int, following: str) -> bool:
    """Whether an arabic numeral is a level, not a count, a date or a part of a larger number."""
    if following in words.unit and not (system and at == system.end):
        return False
    beyond = view.words[at + 2] if at + 2 < len(view.words) else ""
    return not (following == "/" and len(beyond) > 1 and beyond.isdigit())


def _numeral_one(view: View, words: Words, system: Mention | None, at: int, following: str) -> bool:
    """Whether an "i" is the numeral, not the pronoun, nor the first letter of "i.e."."""
    start, end = view.offsets[at]
    if view.text[start:end] == "i":
        return (view.words[at - 1] in words.grade or (system is not None and at == system.end)) and (
            view.text[end : end + 2] != ".e"
        )
    return following not in words.person
