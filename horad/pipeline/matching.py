"""Rules against the reading copy with spaCy's matchers, each built when its words first occur."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from horad.knowledge.load import RuleBook
from horad.knowledge.phrases import Needs, Slot, TokenPattern, plain_slots
from horad.knowledge.schema import Rule
from horad.pipeline.tables import Tables

BLOCK = "none"
Hit = tuple[int, int, int]
"""The key of a rule's id, the first word, and the last word + 1."""


class Match(NamedTuple):
    """One rule on the words ``start`` to ``end`` (exclusive) of the reading copy."""

    start: int
    end: int
    rule: Rule


@dataclass(slots=True, eq=False)
class _Gate:
    """A token pattern that waits for its words, in their order and with its gaps, before the matcher is asked."""

    rule_id: str
    pattern: TokenPattern
    matcher: Matcher | None = field(default=None)
    _slots: tuple[Slot, ...] | None = field(default=None)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """First a set of words; empty where the pattern asks for more than words."""
        if self._slots is None:
            self._slots = plain_slots(self.pattern)
        return self._slots

    def window(self, words: Sequence[str], first: int, last: int) -> tuple[int, int] | None:
        """The part of a sentence where the words stand in order, no further apart than the gaps allow."""
        slots = self.slots
        if not slots:
            return first, last
        lead = slots[0]
        assert isinstance(lead, frozenset)
        begin = end = 0
        for at in range(first, last):
            if words[at] in lead and (reach := _reach(slots, words, at + 1, last)):
                begin, end = (begin if end else at), max(end, reach)
        return (begin, end) if end else None

    def run(self, vocab: Vocab, shadow: Doc, first: int, last: int) -> Iterable[Hit]:
        """Matches inside the sentence."""
        if self.matcher is None:
            self.matcher = Matcher(vocab, validate=False)
            self.matcher.add(self.rule_id, [list(self.pattern)])
        return [(key, first + a, first + b) for key, a, b in self.matcher(shadow[first:last])]


def _reach(slots: Sequence[Slot], words: Sequence[str], start: int, last: int) -> int:
    """Where the rest of a pattern ends at the latest if it goes on at ``start``; 0 if it does not."""
    places: Collection[int] = (start,)
    for slot in slots[1:]:
        if isinstance(slot, int):
            places = {at + more for at in places for more in range(slot + 1)}
        else:
            places = [at + 1 for at in places if at < last and words[at] in slot]
            if not places:
                return 0
    return min(last, max(places))


class _Gates:
    """Gates by a word of their rarest requirement and one of the next; what else they need is a set of bits.

    Rare is what few patterns ask for. The second step is laid out for a word when it first occurs.
    """

    def __init__(self, patterns: Sequence[tuple[str, TokenPattern, Needs]]) -> None:
        self._first: dict[str, list[tuple[Needs, _Gate]]] = defaultdict(list)
        self._second: dict[str, dict[str, list[tuple[int, _Gate]]]] = {}
        self._requirements: dict[frozenset[str], int] = {}  # and the bit of each
        self._bits: dict[str, int] = {}  # what each word met answers
        asked = Counter(word for *_, needs in patterns for forms in needs for word in forms)
        how_common = {forms: sum(asked[word] for word in forms) for *_, needs in patterns for forms in needs}
        for rule_id, pattern, needs in patterns:
            first, *rest = sorted(dict.fromkeys(needs), key=how_common.__getitem__)
            entry = tuple(rest), _Gate(rule_id, pattern)
            for word in first:
                self._first[word].append(entry)

    def open(self, words: Sequence[str], first: int, last: int) -> set[_Gate]:
        """The gates whose words are all in a sentence."""
        there = set(words[first:last])
        keys = self._first.keys() & there
        for word in keys:
            if word not in self._second:
                self._lay_out(word)
        found: set[_Gate] = set()
        answered = 0
        for word in self._bits.keys() & there:
            answered |= self._bits[word]
        for word in keys:
            waiting = self._second[word]
            for other in waiting.keys() & there:
                found.update([gate for mask, gate in waiting[other] if mask & answered == mask])
        return found

    def _lay_out(self, word: str) -> None:
        second: dict[str, list[tuple[int, _Gate]]] = defaultdict(list)
        for needs, gate in self._first[word]:
            mask = 0
            for forms in needs[1:]:
                mask |= self._bit(forms)
            for other in needs[0] if needs else (word,):
                second[other].append((mask, gate))
        self._second[word] = second

    def _bit(self, forms: frozenset[str]) -> int:
        bit = self._requirements.get(forms)
        if bit is None:
            bit = self._requirements[forms] = 1 << len(self._requirements)
            for word in forms:
                self._bits[word] = self._bits.get(word, 0) | bit
        return bit


class RuleMatcher:
    """All rules of some fields: a ``PhraseMatcher`` for word sequences, a ``Matcher`` per gapped pattern.

    Sequences enter the phrase matcher when their first words first occur in a text, and a pattern is
    tried only in a sentence that holds one of each of its required words. So start-up costs nothing
    and thousands of patterns cost what the few that can match cost. Results do not depend on what was
    read before.
    """

    def __init__(self, vocab: Vocab, rules: RuleBook, fields: Iterable[str]) -> None:
        self._vocab = vocab
        self._phrases = PhraseMatcher(vocab, attr="ORTH")
        self._rules: dict[int, Rule] = {}
        self._waiting: dict[tuple[str, ...], list[tuple[str, Sequence[str]]]] = defaultdict(list)
        patterns: list[tuple[str, TokenPattern, Needs]] = []
        for rule, compiled in rules.of_field(*fields):
            self._rules[vocab.strings.add(rule.id)] = rule
            for sequence in compiled.sequences:
                self._waiting[sequence[:2]].append((rule.id, sequence))
            patterns += [(rule.id, *row) for row in zip(compiled.patterns, compiled.needs, strict=True)]
        self._gates = _Gates(patterns)

    def match(self, tables: Tables, *, keep_blocks: bool = False) -> list[Match]:
        """Longest matches per field, inside one sentence each, in reading order."""
        if not tables.words:
            return []
        found = set(self.sequences(tables))
        for row in tables.sentences:
            found.update(self.gapped(tables, row[0], row[1]))
        kept = longest([(start, -end, self._rules[key]) for key, start, end in found])
        return kept if keep_blocks else [match for match in kept if match.rule.value != BLOCK]

    def sequences(self, tables: Tables) -> list[Hit]:
        """Word sequences anywhere in the report, inside one sentence each."""
        self._wake(tables.words)
        if not len(self._phrases):
            return []
        home = tables.home
        hits: list[Hit] = self._phrases(tables.shadow(self._vocab))
        return [hit for hit in hits if home[hit[1]] == home[hit[2] - 1]]

    def gapped(self, tables: Tables, first: int, last: int) -> list[Hit]:
        """Gapped patterns in the sentence of the words ``first`` to ``last``."""
        hits: list[Hit] = []
        for gate in self._gates.open(tables.words, first, last):
            window = gate.window(tables.words, first, last)
            if window:
                hits += gate.run(self._vocab, tables.shadow(self._vocab), *window)
        return hits

    def _wake(self, words: Sequence[str]) -> None:
        """Give the phrase matcher the sequences whose first two words stand side by side for the first time."""
        fresh: dict[str, list[Doc]] = defaultdict(list)
        begun = {*zip(words), *itertools.pairwise(words)}
        for start in self._waiting.keys() & begun:
            for rule_id, sequence in self._waiting.pop(start):
                fresh[rule_id].append(Doc(self._vocab, words=list(sequence)))
        for rule_id, docs in fresh.items():
            self._phrases.add(rule_id, docs)


def longest(matches: Iterable[tuple[int, int, Rule]]) -> list[Match]:
    """Of matches ``(start, -end, rule)``, those that no longer one of the same field covers, in reading order.

    Of equal spans the rule id decides.
    """
    kept: list[Match] = []
    reach: dict[str, int] = {}  # a match is covered exactly if one that starts no later ends no earlier
    for start, back, _, rule in sorted((start, back, rule.id, rule) for start, back, rule in matches):
        if -back > reach.get(rule.field, -1):
            kept.append(Match(start, -back, rule))
            reach[rule.field] = -back
    return kept
