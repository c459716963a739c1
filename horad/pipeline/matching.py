"""Rules against the reading copy with spaCy's matchers, each built when its words first occur."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from horad.knowledge.load import RuleBook
from horad.knowledge.phrases import Slot, TokenPattern, plain_slots, required_words
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

    Rare is what few patterns ask for.
    """

    def __init__(self, patterns: Sequence[tuple[str, TokenPattern]]) -> None:
        self._single: dict[str, list[_Gate]] = defaultdict(list)
        self._double: dict[str, dict[str, list[tuple[int, _Gate]]]] = defaultdict(lambda: defaultdict(list))
        bits: dict[frozenset[str], int] = {}
        needs = [sorted(set(required_words(pattern)), key=sorted) for _, pattern in patterns]
        asked = Counter(word for need in needs for forms in need for word in forms)
        for (rule_id, pattern), need in zip(patterns, needs, strict=True):
            first, *rest = sorted(need, key=lambda forms: sum(asked[word] for word in forms))
            gate = _Gate(rule_id, pattern)
            mask = 0
            for forms in rest[1:]:
                mask |= bits.setdefault(forms, 1 << len(bits))
            for word in first:
                for other in rest[0] if rest else ():
                    self._double[word][other].append((mask, gate))
                if not rest:
                    self._single[word].append(gate)
        self._bits: dict[str, int] = defaultdict(int)  # what each word answers
        for forms, bit in bits.items():
            for word in forms:
                self._bits[word] |= bit

    def open(self, words: Sequence[str], first: int, last: int) -> set[_Gate]:
        """The gates whose words are all in a sentence."""
        there = set(words[first:last])
        found = {gate for word in self._single.keys() & there for gate in self._single[word]}
        keys = self._double.keys() & there
        if not keys:
            return found
        answered = 0
        for word in self._bits.keys() & there:
            answered |= self._bits[word]
        for word in keys:
            waiting = self._double[word]
            for other in waiting.keys() & there:
                found.update([gate for mask, gate in waiting[other] if mask & answered == mask])
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
        """Give the phrase matcher the sequences that begin with a word met for the first time."""
        fresh: dict[str, list[Doc]] = defaultdict(list)
        for word in self._waiting.keys() & set(words):
            for rule_id, sequence in self._waiting.pop(word):
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
