"""Words as the rules read them: one way to cut text and one canonical form per word.

Rules and reports pass through the same two functions, so a rule written once in plain
lower-case words meets capitals, plurals, British and American spelling and slips alike.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

# A number keeps its decimals; a unit glued to it ("8mm", "3.4x1.2") is cut off; letters keep
# their digits ("T1", "C5") so that sequences and spinal levels stay whole.
_UNITS = r"(?:mm|cms?|m|mls?|cc|hu|x|yo|y|yrs?|yos|wks?|mos?|mths?|hrs?|days?|deg|st|nd|rd|th|kg|mg|iu|u)"
_TOKEN = re.compile(
    rf"""
    \d+(?:[.,·]\d+)*(?={_UNITS}(?![a-z])|{_UNITS}\d|[^\w]|$)   # number, before a unit or an edge
    | (?<=\d)x(?=[.\d])                                          # the x of 3x4
    | \.\d+                                                      # .9
    | \w+                                                        # word
    | [^\w\s]                                                    # one mark
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SIBILANT = ("sses", "shes", "ches", "xes", "zzes")
_KEEP_S = ("ss", "us", "is", "os", "'s")


def cut(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield ``(piece, start, end)``; offsets are code points of ``text``."""
    for match in _TOKEN.finditer(text):
        yield match[0], *match.span()


def fold(word: str) -> str:
    """Lower case, compatibility forms and diacritics removed ("Röntgen" → "rontgen")."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word)
    # An accent that stands alone is no letter's, and stays.
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower() or word


def singular(word: str) -> str:
    """Strip a plural or third-person ending; rules are stemmed alike, so "doe" is harmless."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(_KEEP_S):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(_SIBILANT):
        return word[:-2]
    return word[:-1]


_ISE = re.compile(r"(?<=[a-z]{3})(?:iz(?=e$|ed$|es$|ing$|ation$|ations$)|yz(?=ed$|ing$))")


class Canon:
    """The canonical form of a word under a table of spelling variants."""

    def __init__(self, variants: Mapping[str, str]) -> None:
        self._variants = dict(variants)
        self._cache: dict[str, str] = {}

    def __call__(self, word: str) -> str:
        """Canonical form; memory is bounded whatever stream of words comes by."""
        found = self._cache.get(word)
        if found is None:
            if len(self._cache) > 200_000:
                self._cache.clear()
            found = self._cache[word] = self._make(word)
        return found

    def _make(self, word: str) -> str:
        folded = fold(word)
        if folded in self._variants:
            return self._variants[folded]
        stem = singular(_ISE.sub(lambda m: m.group().replace("z", "s"), folded))
        return self._variants.get(stem, stem)


def canonical_words(phrase: str, canon: Canon) -> tuple[str, ...]:
    """Canonical words of a rule phrase, layout dropped as in the reading copy."""
    return tuple(canon(piece) for piece, _, _ in cut(phrase) if piece not in LAYOUT)


# Marks that carry layout and no meaning for a rule.
LAYOUT = frozenset("-‐‑‒–—'\"’‘“”`´*_|~•·^\u00ad")
