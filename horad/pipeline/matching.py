"""Rules against the reading copy with spaCy's matchers, patterns gated by the words they need."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from horad.knowledge.load import RuleBook
from horad.knowledge.schema import Rule

BLOCK = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """One rule on the words ``start`` to ``end`` (exclusive) of the reading copy."""

    start: int
    end: int
    rule: Rule


class RuleMatcher:
    """All rules of some fields: a ``PhraseMatcher`` for sequences, one ``Matcher`` per needed word.

    A pattern with gaps is tried only in sentences that hold its rarest required word, which keeps
    hundreds of patterns as cheap as the few that can match.
    """

    def __init__(self, vocab: Vocab, rules: RuleBook, fields: Iterable[str]) -> None:
        self._vocab = vocab
        self._phrases = PhraseMatcher(vocab, attr="ORTH")
        self._gated: dict[str, Matcher] = {}
        self._rules: dict[int, Rule] = {}
        common = _frequencies(rules)
        for rule, compiled in rules.of_field(*fields):
            key = vocab.strings.add(rule.id)
            self._rules[key] = rule
            if compiled.sequences:
                self._phrases.add(rule.id, [Doc(vocab, words=list(words)) for words in sorted(compiled.sequences)])
            for pattern in compiled.patterns:
                for anchor in _anchors(pattern, common):
                    matcher = self._gated.setdefault(anchor, Matcher(vocab, validate=False))
                    matcher.add(rule.id, [list(pattern)])

    def shadow(self, words: Sequence[str]) -> Doc:
        """The reading copy as a Doc of its own, for the matchers only."""
        return Doc(self._vocab, words=list(words))

    def match(
        self, words: Sequence[str], sentences: Sequence[tuple[int, int]], *, keep_blocks: bool = False
    ) -> list[Match]:
        """Longest matches per field, inside one sentence each, in reading order."""
        if not words:
            return []
        shadow = self.shadow(words)
        found = {(key, start, end) for key, start, end in self._phrases(shadow)}
        for first, last in sentences:
            needed = [self._gated[word] for word in set(words[first:last]) if word in self._gated]
            for matcher in needed:
                found.update((key, first + a, first + b) for key, a, b in matcher(shadow[first:last]))
        kept = self._settle(found, sentences, len(words))
        return kept if keep_blocks else [match for match in kept if match.rule.value != BLOCK]

    def _settle(
        self, found: set[tuple[int, int, int]], sentences: Sequence[tuple[int, int]], length: int
    ) -> list[Match]:
        home = [0] * length
        for index, (first, last) in enumerate(sentences):
            home[first:last] = [index] * (last - first)
        by_field: dict[str, list[Match]] = defaultdict(list)
        for key, start, end in found:
            if home[start] == home[end - 1]:
                rule = self._rules[key]
                by_field[rule.field].append(Match(start, end, rule))
        kept = [match for matches in by_field.values() for match in longest(matches)]
        return sorted(kept, key=lambda m: (m.start, -m.end, m.rule.id))


def longest(matches: list[Match]) -> list[Match]:
    """Drop what a longer match of the same field covers; of equal spans the rule id decides."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (m.start - m.end, m.start, m.rule.id)):
        if not any(other.start <= match.start and match.end <= other.end for other in kept):
            kept.append(match)
    return kept


def _frequencies(rules: RuleBook) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for compiled in rules.compiled:
        for pattern in compiled.patterns:
            for word in {word for token in pattern for word in _words(token)}:
                counts[word] += 1
    return counts


def _words(token: dict[str, Any]) -> list[str]:
    if "OP" in token and token["OP"] not in ("1", "+"):
        return []
    orth = token.get("ORTH", {})
    return [orth] if isinstance(orth, str) else list(orth.get("IN", []))


def _anchors(pattern: Sequence[dict[str, Any]], common: dict[str, int]) -> list[str]:
    """The words of which one must be there: those of the required token that is rarest in rules."""
    choices = [words for token in pattern if (words := _words(token))]
    return min(choices, key=lambda words: (any(len(word) < 4 for word in words), sum(common[word] for word in words)))
