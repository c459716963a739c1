"""Which of many phrases stand in a line of words: one regular expression, or a library where one is installed.

All engines give the same answer. ``HORAD_SCREEN`` names one (regex, pyahocorasick or hyperscan); without it, it is the
regular expression, which needs no library (``docs/performance.md`` has the times).
"""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.util import find_spec

from horad.errors import HoradError

VARIABLE = "HORAD_SCREEN"

Finder = Callable[[str], Iterable[str]]
"""The phrases in a line, whose words stand between single blanks, with one before the first and behind the last.

A phrase may be left out where a longer one that it begins stands at the same place.
"""


def by_regex(phrases: Sequence[str]) -> Finder:
    """One regular expression, a trie of all phrases; the longest at each place is found."""
    # Only the blank is used up, so that phrases may overlap.
    pattern = re.compile(f" (?=({_trie(phrases)}) )")
    return lambda line: {match[1] for match in pattern.finditer(line)}


def by_ahocorasick(phrases: Sequence[str]) -> Finder:
    """The automaton of pyahocorasick."""
    import ahocorasick  # noqa: PLC0415 - an extra

    automaton = ahocorasick.Automaton()
    for phrase in phrases:
        automaton.add_word(f" {phrase} ", phrase)
    automaton.make_automaton()
    return lambda line: {phrase for _, phrase in automaton.iter(line)}


def by_hyperscan(phrases: Sequence[str]) -> Finder:
    """The database of hyperscan, over UTF-8."""
    import hyperscan  # noqa: PLC0415 - an extra

    database = hyperscan.Database()
    database.compile(
        expressions=[re.escape(f" {phrase} ").encode() for phrase in phrases],
        ids=list(range(len(phrases))),
        elements=len(phrases),
        flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(phrases),
    )

    def found(line: str) -> list[str]:
        hits: list[str] = []
        database.scan(line.encode(), match_event_handler=lambda number, *_: hits.append(phrases[number]))
        return hits

    return found


ENGINES: dict[str, tuple[str, Callable[[Sequence[str]], Finder]]] = {
    "pyahocorasick": ("ahocorasick", by_ahocorasick),
    "hyperscan": ("hyperscan", by_hyperscan),
    "regex": ("re", by_regex),
}
"""The engines: the module each needs, and how its finder is made."""


@cache
def engine_name(asked: str = "") -> str:
    """The engine to take: the one asked for, else the regular expression.

    Raises:
        HoradError: if the one asked for is not known or not installed.
    """
    if not asked:
        return "regex"
    if asked not in ENGINES:
        raise HoradError(f"{VARIABLE}={asked}: is no engine of the screen; choose one of {', '.join(sorted(ENGINES))}")
    if not find_spec(ENGINES[asked][0]):
        raise HoradError(f"{VARIABLE}={asked}: needs an extra: pip install 'horad[screen-fast]'")
    return asked


def finder_of(phrases: Sequence[str]) -> Finder:
    """A finder of these phrases by the engine in force.

    Raises:
        HoradError: if the engine asked for is not known or not installed.
    """
    if not phrases:
        return lambda _: ()
    return ENGINES[engine_name(os.environ.get(VARIABLE, ""))][1](phrases)


def _trie(words: Iterable[str]) -> str:
    """A regular expression for some strings that shares what they begin with; longer ones go first."""
    rest: dict[str, list[str]] = defaultdict(list)
    for word in words:
        rest[word[:1]].append(word[1:])
    optional = "?" if rest.pop("", None) else ""
    if not rest:
        return ""
    options = [re.escape(first) + _trie(tails) for first, tails in sorted(rest.items())]
    return f"(?:{'|'.join(options)}){optional}" if optional or len(options) > 1 else options[0]
