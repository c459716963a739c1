r"""The phrase language of the rule files, compiled to what spaCy's matchers take.

``(a|b|)`` alternatives, also inside a word; ``peri~articular`` joined or apart; ``\(`` a literal
bracket; ``..`` / ``..5`` a gap of up to three / five words
without punctuation; ``<name>`` a word list. Phrases of few readings and no gap become word
sequences for the ``PhraseMatcher``; the rest become token patterns for the ``Matcher``.
"""

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from horad.errors import RuleError
from horad.knowledge.words import Canon, canonical_words

MAX_EXPANSIONS = 3000
MAX_SEQUENCES = 400
_GAP = re.compile(r"^\.\.(\d*)$")
_PLAIN = re.compile(r"[^|()~\\<]*")
_DEFAULT_GAP = 3
_GAP_TOKEN = re.compile(r"^\{0,(\d+)\}$")

TokenPattern = tuple[dict[str, Any], ...]
Reading = tuple[str | int, ...]
Slot = frozenset[str] | int
Needs = tuple[frozenset[str], ...]
"""For each word that a pattern cannot do without, the forms it may take."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a phrase or rule matches: plain word sequences, token patterns, or both."""

    sequences: frozenset[tuple[str, ...]]
    patterns: tuple[TokenPattern, ...]
    needs: tuple[Needs, ...]  # of each pattern

    @classmethod
    def of(cls, sequences: Iterable[tuple[str, ...]], patterns: Iterable[TokenPattern] = ()) -> "Compiled":
        """With what the patterns need worked out."""
        patterns = tuple(patterns)
        return cls(frozenset(sequences), patterns, tuple(map(required_words, patterns)))


def expand(phrase: str, lists: Mapping[str, tuple[str, ...]]) -> list[str]:
    """All strings of a phrase with its alternatives and lists written out.

    Raises:
        RuleError: on unbalanced brackets, an unknown list, or too many expansions.
    """
    results = _expand_sequence(_Cursor(phrase), lists)
    return sorted({" ".join(text.split()) for text in results})


class _Cursor:
    """A position in a phrase."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self) -> str:
        char = self.peek()
        self.at += 1
        return char

    def take_plain(self) -> str:
        """The characters up to the next that means something."""
        start, self.at = self.at, _PLAIN.match(self.text, self.at).end()  # type: ignore[union-attr]  # may be empty
        return self.text[start : self.at]


def _expand_sequence(cursor: _Cursor, lists: Mapping[str, tuple[str, ...]], depth: int = 0) -> list[str]:
    partial, done = [""], []
    while True:
        char = cursor.peek()
        if char == "" or (char in "|)" and depth):
            done += partial
            if char == "|":
                cursor.take()
                partial = [""]
                continue
            if bool(char) != bool(depth):
                raise RuleError(f"unbalanced brackets in the phrase {cursor.text!r}")
            return done
        cursor.take()
        pieces = _pieces(char, cursor, lists, depth)
        partial = [head + tail for head in partial for tail in pieces]
        if len(partial) > MAX_EXPANSIONS:
            raise RuleError(f"the phrase {cursor.text!r} has more than {MAX_EXPANSIONS} readings; use a list or a gap")


def _pieces(char: str, cursor: _Cursor, lists: Mapping[str, tuple[str, ...]], depth: int) -> list[str]:
    if char == ")":
        raise RuleError(f"unbalanced brackets in the phrase {cursor.text!r}")
    if char == "\\":
        return [cursor.take()]
    if char == "~":
        return ["", " "]
    if char == "(":
        inner = _expand_sequence(cursor, lists, depth + 1)
        cursor.take()
        return inner
    if char == "<" and cursor.peek().isalpha():
        end = cursor.text.find(">", cursor.at)
        name = cursor.text[cursor.at : end]
        if end < 0 or name not in lists:
            raise RuleError(f"unknown word list <{name}> in the phrase {cursor.text!r}")
        cursor.at = end + 1
        return [entry for item in lists[name] for entry in expand(item, lists)]
    return [char + cursor.take_plain()]


def compile_phrase(phrase: str, lists: Mapping[str, tuple[str, ...]], canon: Canon) -> Compiled:
    """Compile one phrase: few readings become word sequences, gaps and many readings token patterns.

    Raises:
        RuleError: as ``expand``.
    """
    chunks = [_readings(chunk, lists, canon) for chunk in _chunks(phrase) if chunk]
    gapped = any(isinstance(part, int) for readings in chunks for reading in readings for part in reading)
    if not gapped and math.prod(len(readings) for readings in chunks) <= MAX_SEQUENCES:
        joined = (tuple(map(str, itertools.chain(*combination))) for combination in itertools.product(*chunks))
        return Compiled.of(sequence for sequence in joined if sequence)
    shapes = [_shapes(readings) for readings in chunks]
    if math.prod(len(options) for options in shapes) > MAX_EXPANSIONS:
        raise RuleError(f"the phrase {phrase!r} has too many readings; use a list or a gap")
    patterns = (tuple(itertools.chain(*combination)) for combination in itertools.product(*shapes))
    return Compiled.of((), (pattern for pattern in patterns if pattern))


def _chunks(phrase: str) -> Iterator[str]:
    """The parts of a phrase that stand apart: between spaces, or beside an optional word "(a |b |)"."""
    current = ""
    for piece in _pieces_of(phrase):
        if piece == " ":
            yield current
            current = ""
            continue
        words = [word for word in _alternatives(piece) if word]
        if words and all(word.startswith(" ") for word in words):
            yield current
            current = ""
        current += piece
        if words and all(word.endswith(" ") for word in words):
            yield current
            current = ""
    yield current


def _pieces_of(phrase: str) -> Iterator[str]:
    """Whole top-level groups, and single characters between them."""
    depth, group = 0, ""
    for index, char in enumerate(phrase):
        escaped = index > 0 and phrase[index - 1] == "\\"
        depth += (char == "(" and not escaped) - (char == ")" and not escaped)
        group += char
        if depth == 0:
            yield group
            group = ""
    if group:
        yield group


def _alternatives(piece: str) -> list[str]:
    """The alternatives of a group, nested ones left whole; nothing for a plain character."""
    if len(piece) < 2 or not piece.startswith("("):
        return []
    depth, alternatives = 0, [""]
    for char in piece[1:-1]:
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            alternatives.append("")
        else:
            alternatives[-1] += char
    return alternatives


def _readings(chunk: str, lists: Mapping[str, tuple[str, ...]], canon: Canon) -> list[Reading]:
    return sorted({tuple(_parts(text, canon)) for text in expand(chunk, lists)}, key=repr)


def _parts(text: str, canon: Canon) -> Iterator[str | int]:
    for word in text.split():
        gap = _GAP.match(word)
        if gap:
            yield int(gap.group(1) or _DEFAULT_GAP)
        else:
            yield from canonical_words(word, canon)


def _shapes(readings: list[Reading]) -> list[TokenPattern]:
    """Readings as token patterns; those that differ in one word share a pattern with an IN list."""
    merged: set[tuple[Slot, ...]] = {
        tuple(part if isinstance(part, int) else frozenset([part]) for part in reading) for reading in readings
    }
    for position in range(max((len(shape) for shape in merged), default=0)):
        merged = _merge_at(merged, position)
    return [tuple(_token(slot) for slot in shape) for shape in sorted(merged, key=_order)]


def _merge_at(shapes: set[tuple[Slot, ...]], position: int) -> set[tuple[Slot, ...]]:
    groups: dict[tuple[tuple[Slot, ...], tuple[Slot, ...]], set[str]] = {}
    untouched: set[tuple[Slot, ...]] = set()
    for shape in shapes:
        slot = shape[position] if position < len(shape) else 0
        if isinstance(slot, int):
            untouched.add(shape)
        else:
            groups.setdefault((shape[:position], shape[position + 1 :]), set()).update(slot)
    return untouched | {(*before, frozenset(words), *after) for (before, after), words in groups.items()}


def _order(shape: tuple[Slot, ...]) -> list[str]:
    return [str(slot) if isinstance(slot, int) else " ".join(sorted(slot)) for slot in shape]


def _token(slot: Slot) -> dict[str, Any]:
    if isinstance(slot, int):
        return {"IS_PUNCT": False, "OP": f"{{0,{slot}}}"}
    words = sorted(slot)
    return {"ORTH": words[0]} if len(words) == 1 else {"ORTH": {"IN": words}}


def plain_slots(pattern: TokenPattern) -> tuple[Slot, ...]:
    """The slots of a pattern that begins with a word and has only words and gaps; nothing for any other."""
    slots: list[Slot] = []
    for token in pattern:
        if token.keys() == {"ORTH"}:
            slots.append(_forms(token))
        elif token.keys() == {"IS_PUNCT", "OP"} and (gap := _GAP_TOKEN.match(token["OP"])):
            slots.append(int(gap[1]))
        else:
            return ()
    return tuple(slots) if all(slots) and isinstance(slots[0], frozenset) else ()


def required_words(pattern: TokenPattern) -> Needs:
    """What a token pattern needs."""
    needed = (_forms(token) for token in pattern if token.get("OP", "1") in ("1", "+"))
    return tuple(forms for forms in needed if forms)


def _forms(token: Mapping[str, Any]) -> frozenset[str]:
    orth = token.get("ORTH", {})
    return frozenset([orth]) if isinstance(orth, str) else frozenset(orth.get("IN", ()))
