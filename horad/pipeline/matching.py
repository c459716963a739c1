"""Rules against the reading copy with spaCy's matchers, each built when its words first occur."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from horad.knowledge.load import RuleBook
from horad.knowledge.phrases import TokenPattern, required_words
from horad.knowledge.schema import Rule

BLOCK = "none"
_SHORT = 4  # shorter words ("of", "the") are too common to wait for


@dataclass(frozen=True, slots=True)
class Match:
    """One rule on the words ``start`` to ``end`` (exclusive) of the reading copy."""

    start: int
    end: int
    rule: Rule


@dataclass(slots=True, eq=False)
class _Gate:
    """A token pattern that waits for its words: one of each of ``needs`` must be in the sentence."""

    rule_id: str
    pattern: TokenPattern
    needs: tuple[frozenset[str], ...]
    matcher: Matcher | None = field(default=None)

    def opens(self, words: set[str]) -> bool:
        """Whether the sentence's words can match at all."""
        for need in self.needs:  # noqa: SIM110  a loop, as this is the hottest line of the package
            if need.isdisjoint(words):
                return False
        return True

    def run(self, vocab: Vocab, shadow: Doc, first: int, last: int) -> Iterable[tuple[int, int, int]]:
        """Matches inside the sentence, as (rule key, start, end)."""
        if self.matcher is None:
            self.matcher = Matcher(vocab, validate=False)
            self.matcher.add(self.rule_id, [list(self.pattern)])
        return ((key, first + a, first + b) for key, a, b in self.matcher(shadow[first:last]))


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
        self._gates: dict[str, list[_Gate]] = defaultdict(list)
        patterns: list[tuple[str, TokenPattern]] = []
        for rule, compiled in rules.of_field(*fields):
            self._rules[vocab.strings.add(rule.id)] = rule
            for sequence in compiled.sequences:
                self._waiting[sequence[0]].append((rule.id, sequence))
            patterns += [(rule.id, pattern) for pattern in compiled.patterns]
        self._hang(patterns)

    def _hang(self, patterns: Sequence[tuple[str, TokenPattern]]) -> None:
        """Hang each gate on the words of its rarest requirement."""
        needs = [required_words(pattern) for _, pattern in patterns]
        counts: dict[str, int] = defaultdict(int)
        for requirement in needs:
            for word in frozenset().union(*requirement):
                counts[word] += 1
        for (rule_id, pattern), requirement in zip(patterns, needs, strict=True):
            gate = _Gate(rule_id, pattern, requirement)
            for word in min(requirement, key=lambda words: _commonness(words, counts)):
                self._gates[word].append(gate)

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
            there = set(words[first:last])
            gates = {gate for word in there for gate in self._gates.get(word, ()) if gate.opens(there)}
            for gate in gates:
                found.update(gate.run(self._vocab, shadow, first, last))
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


def _commonness(words: frozenset[str], counts: Mapping[str, int]) -> tuple[bool, int, list[str]]:
    return any(len(word) < _SHORT for word in words), sum(counts[word] for word in words), sorted(words)
