"""Rules against the reading copy with spaCy's matchers, each built when its words first occur."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from horad.knowledge.load import RuleBook
from horad.knowledge.phrases import Slot, TokenPattern, plain_slots, required_words
from horad.knowledge.schema import Rule

BLOCK = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """One rule on the words ``start`` to ``end`` (exclusive) of the reading copy."""

    start: int
    end: int
    rule: Rule


@dataclass(slots=True, eq=False)
class _Gate:
    """A token pattern that waits for its words, in their order and with its gaps, before the matcher is asked."""

    rule_id: str
    pattern: TokenPattern
    needs: tuple[frozenset[str], ...]
    matcher: Matcher | None = field(default=None)
    _slots: tuple[Slot, ...] | None = field(default=None)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """First a set of words; empty where the pattern asks for more than words."""
        if self._slots is None:
            self._slots = plain_slots(self.pattern)
        return self._slots

    def opens(self, words: set[str]) -> bool:
        """Whether the sentence's words can match at all."""
        for need in self.needs:  # noqa: SIM110  a loop, as this is the hottest line of the package
            if need.isdisjoint(words):
                return False
        return True

    def window(self, words: Sequence[str], first: int, last: int) -> tuple[int, int] | None:
        """The part of a sentence where the words stand in order, no further apart than the gaps allow."""
        if not self.slots:
            return first, last
        lead = self.slots[0]
        assert isinstance(lead, frozenset)
        ends = [(at, self._reach(words, at + 1, last)) for at in range(first, last) if words[at] in lead]
        found = [(start, end) for start, end in ends if end]
        return (found[0][0], max(end for _, end in found)) if found else None

    def _reach(self, words: Sequence[str], start: int, last: int) -> int:
        """Where the rest of the pattern ends at the latest if it goes on at ``start``; 0 if it does not."""
        places: Collection[int] = (start,)
        for slot in self.slots[1:]:
            if isinstance(slot, int):
                places = {at + more for at in places for more in range(slot + 1)}
            else:
                places = [at + 1 for at in places if at < last and words[at] in slot]
        return min(last, max(places, default=0))

    def run(self, vocab: Vocab, shadow: Doc, first: int, last: int) -> Iterable[tuple[int, int, int]]:
        """Matches inside the sentence, as (rule key, start, end)."""
        if self.matcher is None:
            self.matcher = Matcher(vocab, validate=False)
            self.matcher.add(self.rule_id, [list(self.pattern)])
        return ((key, first + a, first + b) for key, a, b in self.matcher(shadow[first:last]))


class _Gates:
    """Gates by a word of their rarest requirement, and by one of the next."""

    def __init__(self, patterns: Iterable[tuple[str, TokenPattern]]) -> None:
        self._single: dict[str, list[_Gate]] = defaultdict(list)
        self._double: dict[str, dict[str, list[_Gate]]] = defaultdict(lambda: defaultdict(list))
        for rule_id, pattern in patterns:
            first, *rest = sorted(required_words(pattern), key=_commonness)
            gate = _Gate(rule_id, pattern, tuple(rest[1:]))
            for word in first:
                for other in rest[0] if rest else ():
                    self._double[word][other].append(gate)
                if not rest:
                    self._single[word].append(gate)

    def open(self, words: Sequence[str], first: int, last: int) -> set[_Gate]:
        """The gates whose words are all in a sentence."""
        there = set(words[first:last])
        found = {gate for word in self._single.keys() & there for gate in self._single[word]}
        for word in self._double.keys() & there:
            waiting = self._double[word]
            for other in waiting.keys() & there:
                for gate in waiting[other]:
                    if gate.opens(there):
                        found.add(gate)
        return found


class RuleMatcher:
    """All rules of some fields: a ``PhraseMatcher`` for word sequences, a ``Matcher`` per gapped pattern.

    Sequences enter the phrase matcher when their first word first occurs in a text, and a pattern is
    tried only in a sentence that holds one of each of its required words. So start-up costs nothing
    and thousands of patterns cost what the few that can match cost. Results do not depend on what was
    read before.
    """

    def __init__(self, vocab: Vocab, rules: RuleBook, fields: Iterable[str]) -> None:
        self._vocab = vocab
        self._phrases = PhraseMatcher(vocab, attr="ORTH")
        self._rules: dict[int, Rule] = {}
        self._waiting: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        patterns: list[tuple[str, TokenPattern]] = []
        for rule, compiled in rules.of_field(*fields):
            self._rules[vocab.strings.add(rule.id)] = rule
            for sequence in compiled.sequences:
                self._waiting[sequence[0]].append((rule.id, sequence))
            patterns += [(rule.id, pattern) for pattern in compiled.patterns]
        self._gates = _Gates(patterns)

    def match(
        self, words: Sequence[str], sentences: Sequence[tuple[int, int]], *, keep_blocks: bool = False
    ) -> list[Match]:
        """Longest matches per field, inside one sentence each, in reading order."""
        if not words:
            return []
        self._wake(words)
        shadow = Doc(self._vocab, words=list(words))
        found = {(key, start, end) for key, start, end in self._phrases(shadow)} if len(self._phrases) else set()
        for first, last in sentences:
            for gate in self._gates.open(words, first, last):
                window = gate.window(words, first, last)
                if window:
                    found.update(gate.run(self._vocab, shadow, *window))
        kept = self._settle(found, sentences, len(words))
        return kept if keep_blocks else [match for match in kept if match.rule.value != BLOCK]

    def _wake(self, words: Sequence[str]) -> None:
        """Give the phrase matcher the sequences that begin with a word met for the first time."""
        fresh: dict[str, list[Doc]] = defaultdict(list)
        for word in self._waiting.keys() & set(words):
            for rule_id, sequence in self._waiting.pop(word):
                fresh[rule_id].append(Doc(self._vocab, words=list(sequence)))
        for rule_id, docs in fresh.items():
            self._phrases.add(rule_id, docs)

    def _settle(
        self, found: set[tuple[int, int, int]], sentences: Sequence[tuple[int, int]], length: int
    ) -> list[Match]:
        home = homes(sentences, length)
        by_field: dict[str, list[Match]] = defaultdict(list)
        for key, start, end in found:
            if home[start] == home[end - 1]:
                rule = self._rules[key]
                by_field[rule.field].append(Match(start, end, rule))
        kept = [match for matches in by_field.values() for match in longest(matches)]
        return sorted(kept, key=lambda m: (m.start, -m.end, m.rule.id))


def homes(sentences: Sequence[tuple[int, int]], length: int) -> list[int]:
    """For each word the index of its sentence."""
    home = [0] * length
    for index, (first, last) in enumerate(sentences):
        home[first:last] = [index] * (last - first)
    return home


def longest(matches: list[Match]) -> list[Match]:
    """Drop what a longer match of the same field covers; of equal spans the rule id decides."""
    matches.sort(key=lambda m: (m.start, -m.end, m.rule.id))
    kept: list[Match] = []
    reach = -1  # a match is covered exactly if one that starts no later ends no earlier
    for match in matches:
        if match.end > reach:
            kept.append(match)
            reach = match.end
    return kept


def _commonness(words: frozenset[str]) -> tuple[int, int, list[str]]:
    """Short words are the common ones."""
    return -min(map(len, words)), len(words), sorted(words)
