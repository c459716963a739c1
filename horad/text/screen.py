"""Words of a report without a reading copy, quickly, and what words and phrases can make a rule match.

Everything here errs to one side: it may find what the reading copy does not have, never less.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import cached_property

from horad.knowledge.phrases import Compiled
from horad.knowledge.words import LAYOUT, cut
from horad.text.phrase_engines import finder_of
from horad.text.reading import LEGEND_MARK, Reader

# What a match cannot do without: one word of each set.
Requirement = frozenset[frozenset[str]]
Phrase = tuple[str, ...]

OTHER = "-"  # stands for any word that no phrase holds
_PIECES = re.compile(r"\w+|[^\w\s]")
_DIGITS = re.compile(r"^\d+")
_GLUED = re.compile(r"\.\d+[^\W\d]")
_MAY_JOIN = re.compile(r"[-‐\u00ad][ \t]*\r?\n[ \t]*[a-z]")  # more than LINE_HYPHEN, and quicker
_MOST_CHUNKS = 200_000
# Marks that dictation, list numbers and dot leaders put in, change or take away.
_UNSTEADY = LAYOUT | frozenset(".,:;()/")


def counts(word: str) -> bool:
    """Whether a word of a phrase is looked for: numbers and layout are cut in too many ways to rely on."""
    return any(char.isalpha() for char in word) or not (word in _UNSTEADY or any(char.isdigit() for char in word))


def sequences(compiled: Iterable[Compiled]) -> set[Phrase]:
    """The word sequences of some rules, as far as they count, where nothing unsteady stands inside."""
    return {_counted(sequence) for comp in compiled for sequence in comp.sequences if not _is_loose(sequence)}


def gapped(compiled: Iterable[Compiled]) -> set[Requirement]:
    """What those phrases of some rules require that leave gaps or hold unsteady marks."""
    found: set[Requirement] = set()
    for comp in compiled:
        for sequence in filter(_is_loose, comp.sequences):
            found.add(frozenset(frozenset([word]) for word in _counted(sequence)))
        for needs in comp.needs:
            found.add(frozenset(forms for forms in needs if all(map(counts, forms))))
    return found


def _counted(sequence: Phrase) -> Phrase:
    return tuple(filter(counts, sequence))


def _is_loose(sequence: Phrase) -> bool:
    return not _UNSTEADY.isdisjoint(sequence) or not any(map(counts, sequence))


class Needs:
    """Whether a set of words, or of ``terms``, meets any of many requirements."""

    def __init__(self, wanted: Iterable[Requirement]) -> None:
        wanted = set(wanted)
        self._always = frozenset() in wanted
        # One word that is enough makes longer phrases with it superfluous.
        self._enough = frozenset(word for need in wanted if len(need) == 1 for forms in need for word in forms)
        longer = [need for need in wanted if need and not any(forms <= self._enough for forms in need)]
        # A requirement waits for a word of its rarest set, and then for one of the next.
        self._waiting: dict[str, dict[str, list[Requirement]]] = defaultdict(lambda: defaultdict(list))
        for need in longer:
            first, second, *rest = sorted(need, key=_rareness, reverse=True)
            for word in first:
                for other in second:
                    self._waiting[word][other].append(frozenset(rest))

    @cached_property
    def words(self) -> frozenset[str]:
        """All words that matter here."""
        seconds = [word for waiting in self._waiting.values() for word in waiting]
        needs = (need for waiting in self._waiting.values() for needs in waiting.values() for need in needs)
        every = self._enough.union(self._waiting, seconds, *itertools.chain.from_iterable(needs))
        return frozenset(word for term in every for word in term.split())

    def met(self, words: AbstractSet[str]) -> bool:
        """Whether these words can make a match."""
        if self._always or not self._enough.isdisjoint(words):
            return True
        for word in self._waiting.keys() & words:
            waiting = self._waiting[word]
            for other in waiting.keys() & words:
                for need in waiting[other]:
                    if not any(forms.isdisjoint(words) for forms in need):
                        return True
        return False


def _rareness(forms: frozenset[str]) -> tuple[int, int, list[str]]:
    """Long words are the rare ones."""
    return min(map(len, forms)), -len(forms), sorted(forms)


class QuickWords:
    """The words of a text in canonical form without a reading copy; each is looked up once per process."""

    def __init__(self, reader: Reader, vocabulary: frozenset[str]) -> None:
        """``vocabulary`` holds the words that are kept."""
        self._reader, self._vocabulary = reader, vocabulary
        ascii_marks = [char for char in map(chr, range(128)) if not (char.isalnum() or char == "_")]
        told = [char for char in ascii_marks if reader.canonical(char) in vocabulary]
        self._marks = re.compile(f"[{re.escape(''.join(told))}]" if told else r"(?!)")
        self._blanks = {ord(char): " " for char in ascii_marks}
        self._blanks |= {ord(char): char.lower() for char in map(chr, range(128)) if char.isupper()}
        self._known: dict[str, str] = {}  # each word with a blank behind it
        self._glued: set[str] = set()  # chunks that read otherwise behind a decimal point (".5mm")

    def of(self, text: str) -> str | None:
        """The words with blanks between and around, all that are not kept as ``-``.

        None where only the reading copy can tell: lines that break inside words, marks that are left out.
        """
        if "\n" in text and _MAY_JOIN.search(text):
            return None
        if text.isascii() and not self._marks.search(text):
            chunks = text.translate(self._blanks).split()
        elif LEGEND_MARK.search(text):
            return None
        else:
            chunks = _PIECES.findall(text)
        try:
            words = "".join(map(self._known.__getitem__, chunks))
        except KeyError:
            words = "".join([self._known.get(chunk) or self._learn(chunk) for chunk in chunks])
        if not self._glued.isdisjoint(chunks) and _GLUED.search(text):
            return None
        return f" {words}"

    def _told(self, words: Iterable[str]) -> str:
        """Each with a blank behind it."""
        return "".join([f"{word} " if word in self._vocabulary else f"{OTHER} " for word in words if counts(word)])

    def _learn(self, chunk: str) -> str:
        """Canonical words of letters and digits that stand together."""
        if len(self._known) > _MOST_CHUNKS:
            self._known.clear()
            self._glued.clear()
        found, bare = (self._pieces(part) for part in (chunk, _DIGITS.sub("", chunk)))
        if bare not in (found, "", f"{OTHER} "):
            self._glued.add(chunk)
        self._known[chunk] = found
        return found

    def _pieces(self, chunk: str) -> str:
        return self._told(self._reader.canonical(piece) for piece, _, _ in cut(chunk) if piece not in LAYOUT)


class Phrases:
    """Finds phrases of several kinds in a line of words."""

    def __init__(self, kinds: dict[str, set[Phrase]]) -> None:
        self._kinds: dict[str, frozenset[str]] = {}
        labels: dict[Phrase, set[str]] = defaultdict(set)
        for kind, phrases in kinds.items():
            for phrase in shortest(phrases):
                labels[phrase].add(kind)
        for phrase in labels:
            # The longest phrase at a place speaks for those that it begins with.
            begun = (labels[phrase[:end]] for end in range(1, len(phrase) + 1) if phrase[:end] in labels)
            self._kinds[" ".join(phrase)] = frozenset().union(*begun)
        self.words = frozenset(word for phrase in labels for word in phrase)
        self._find = finder_of(tuple(self._kinds))

    def kinds(self, line: str) -> frozenset[str]:
        """The kinds of all phrases in a line."""
        return frozenset().union(*map(self._kinds.__getitem__, self._find(line)))


def shortest(phrases: AbstractSet[Phrase]) -> set[Phrase]:
    """The phrases that hold no other one."""

    def is_shortest(phrase: Phrase) -> bool:
        ends = range(1, len(phrase) + 1)
        parts = (phrase[start:end] for end in ends for start in range(end) if end - start < len(phrase))
        return not any(part in phrases for part in parts)

    return {phrase for phrase in phrases if phrase and is_shortest(phrase)}
