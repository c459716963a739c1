"""Words of a report without a reading copy, quickly, and what sets of words can make a rule match.

Everything here errs to one side: it may find words that the reading copy does not have, never fewer.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import cached_property

from horad.knowledge.load import RuleBook
from horad.knowledge.phrases import required_words
from horad.knowledge.words import cut
from horad.text.reading import LINE_HYPHEN, Reader

# What a match cannot do without: one word of each set.
Requirement = frozenset[frozenset[str]]

_CHUNK = re.compile(r"\w+")
_DIGITS = re.compile(r"^\d+")
_MOST_CHUNKS = 200_000
_NO_WORDS: frozenset[str] = frozenset()


def requirements(rules: RuleBook, rule_ids: AbstractSet[str], *, gapped: bool = False) -> set[Requirement]:
    """What each phrase and pattern of some rules requires of a text; marks and numbers are not counted on.

    ``gapped`` leaves plain word sequences out.
    """
    found: set[Requirement] = set()
    for rule, compiled in zip(rules.rules, rules.compiled, strict=True):
        if rule.id not in rule_ids:
            continue
        for sequence in () if gapped else compiled.sequences:
            found.add(frozenset(frozenset([word]) for word in sequence if _has_letter(word)))
        found.update(frozenset(filter(_all_letters, required_words(pattern))) for pattern in compiled.patterns)
    return found


def _has_letter(word: str) -> bool:
    return any(char.isalpha() for char in word)


def _all_letters(forms: frozenset[str]) -> bool:
    return all(_has_letter(word) for word in forms)


class Needs:
    """Whether a set of words meets any of many requirements."""

    def __init__(self, wanted: Iterable[Requirement]) -> None:
        wanted = set(wanted)
        self.always = frozenset() in wanted
        # One word that is enough makes longer phrases with it superfluous.
        self._enough = frozenset(word for need in wanted if len(need) == 1 for forms in need for word in forms)
        longer = [need for need in wanted if need and not any(forms <= self._enough for forms in need)]
        counts = Counter(word for need in longer for forms in need for word in forms)
        self._by_word: dict[str, list[Requirement]] = defaultdict(list)
        for need in longer:
            rarest = min(need, key=lambda forms: (sum(counts[word] for word in forms), sorted(forms)))
            for word in rarest:
                self._by_word[word].append(need - {rarest})

    @cached_property
    def words(self) -> frozenset[str]:
        """All words that matter here."""
        rest = (forms for needs in self._by_word.values() for need in needs for forms in need)
        return self._enough.union(self._by_word, *rest)

    def met(self, words: AbstractSet[str]) -> bool:
        """Whether these words can make a match."""
        if self.always or not self._enough.isdisjoint(words):
            return True
        for word in self._by_word.keys() & words:
            for need in self._by_word[word]:
                if not any(forms.isdisjoint(words) for forms in need):
                    return True
        return False


class QuickWords:
    """The canonical words of a text that matter, each looked up once per process."""

    def __init__(self, reader: Reader, vocabulary: frozenset[str]) -> None:
        self._reader, self._vocabulary = reader, vocabulary
        self._silent: set[str] = set()
        self._telling: dict[str, frozenset[str]] = {}

    def of(self, text: str) -> frozenset[str] | None:
        """The words, or None where lines break inside words and only the reading copy can tell."""
        if "\n" in text and LINE_HYPHEN.search(text):
            return None
        chunks = set(_CHUNK.findall(text))
        chunks -= self._silent
        return _NO_WORDS.union(*[self._telling.get(chunk) or self._learn(chunk) for chunk in chunks])

    def _learn(self, chunk: str) -> frozenset[str]:
        """Canonical words of letters and digits that stand together, however a number before them is cut off."""
        if len(self._telling) + len(self._silent) > _MOST_CHUNKS:
            self._telling.clear()
            self._silent.clear()
        pieces = {piece for part in (chunk, _DIGITS.sub("", chunk)) for piece, _, _ in cut(part)}
        words = self._vocabulary.intersection(map(self._reader.canonical, pieces))
        if words:
            self._telling[chunk] = words
        else:
            self._silent.add(chunk)
        return words
