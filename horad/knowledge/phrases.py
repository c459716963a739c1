"""The phrase language of the rule files, compiled to what spaCy's matchers take.

``(a|b|)`` alternatives, also inside a word; ``..`` / ``..5`` a gap of up to three / five words
without punctuation; ``<name>`` a word list. Phrases without gap become word sequences for the
``PhraseMatcher``; the rest become token patterns for the ``Matcher``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from horad.errors import RuleError
from horad.knowledge.words import Canon, canonical_words

MAX_EXPANSIONS = 3000
_GAP = re.compile(r"^\.\.(\d*)$")
_DEFAULT_GAP = 3

TokenPattern = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """What one phrase matches: plain word sequences, token patterns, or both."""

    sequences: frozenset[tuple[str, ...]]
    patterns: tuple[TokenPattern, ...]


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
    if char == "(" and cursor.peek() == " ":
        return [char]  # a literal bracket stands alone as a word
    if char == "(":
        inner = _expand_sequence(cursor, lists, depth + 1)
        cursor.take()
        return inner
    if char == "<":
        end = cursor.text.find(">", cursor.at)
        name = cursor.text[cursor.at : end]
        if end < 0 or name not in lists:
            raise RuleError(f"unknown word list <{name}> in the phrase {cursor.text!r}")
        cursor.at = end + 1
        return [entry for item in lists[name] for entry in expand(item, lists)]
    return [char]


def compile_phrase(phrase: str, lists: Mapping[str, tuple[str, ...]], canon: Canon) -> Compiled:
    """Compile one phrase; phrases with a gap become token patterns."""
    sequences: set[tuple[str, ...]] = set()
    gapped: set[tuple[str | int, ...]] = set()
    for text in expand(_shield_close(phrase), lists):
        parts = tuple(_parts(text, canon))
        if any(isinstance(part, int) for part in parts):
            gapped.add(parts)
        elif parts:
            sequences.add(tuple(str(part) for part in parts))
    return Compiled(frozenset(sequences), tuple(_fold_patterns(gapped)))


def _shield_close(phrase: str) -> str:
    # " )" as a word of its own is the mark in the report, not the end of a group.
    return phrase.replace(" )", " ﹚")


def _parts(text: str, canon: Canon) -> Iterator[str | int]:
    for word in text.split():
        gap = _GAP.match(word)
        if gap:
            yield int(gap.group(1) or _DEFAULT_GAP)
        else:
            yield from canonical_words(word.replace("﹚", ")"), canon)


def _fold_patterns(gapped: set[tuple[str | int, ...]]) -> Iterator[TokenPattern]:
    """Merge sequences that differ in one word into one pattern with an IN list."""
    shapes = gapped
    merged = {tuple((part,) if isinstance(part, str) else part for part in shape) for shape in shapes}
    longest = max((len(shape) for shape in merged), default=0)
    for position in range(longest):
        groups: dict[tuple[object, ...], set[str]] = {}
        for shape in merged:
            if position < len(shape) and isinstance(shape[position], tuple):
                key = (*shape[:position], None, *shape[position + 1 :])
                groups.setdefault(key, set()).update(shape[position])  # type: ignore[arg-type]
            else:
                groups.setdefault((*shape, position), set())
        merged = {
            tuple(tuple(sorted(words)) if part is None else part for part in key) if words else key[:-1]  # type: ignore[misc]
            for key, words in groups.items()
        }
    for shape in sorted(merged, key=repr):
        yield tuple(_token(part) for part in shape)


def _token(part: object) -> dict[str, Any]:
    if isinstance(part, int):
        return {"IS_PUNCT": False, "OP": f"{{0,{part}}}"}
    words = list(part)  # type: ignore[call-overload]
    return {"ORTH": words[0]} if len(words) == 1 else {"ORTH": {"IN": words}}
