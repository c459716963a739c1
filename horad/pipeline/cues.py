"""Cues: words of context with an intent, a direction and a reach, found by one matcher pass."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from spacy.vocab import Vocab

from horad.knowledge.load import RuleBook
from horad.knowledge.schema import Rule
from horad.pipeline.matching import Hit, RuleMatcher
from horad.pipeline.tables import Tables

Direction = Literal["forward", "backward", "both", "sentence"]
FAR = 1000
# Intents whose reach passes the commas of a list unless the rule says otherwise.
_LISTS = frozenset({"absent", "historical", "hypothetical", "asked", "at_risk", "family", "general"})


@dataclass(frozen=True, slots=True)
class CueRule:
    """The behaviour of a cue, read once from the attributes of its rule."""

    id: str
    intent: str
    forward: bool
    backward: bool
    sentence: bool
    scope: int
    scope_back: int
    across: bool
    strength: str
    historical: bool
    answer: bool
    section: bool
    question: bool
    inner: bool
    later: bool
    width: int
    final: bool
    apart: bool
    stays: bool
    ends: frozenset[str]


class Cue(NamedTuple):
    """One cue on the words ``start`` to ``end`` (exclusive)."""

    start: int
    end: int
    rule: CueRule

    @property
    def row(self) -> tuple[int, int, str]:
        """As the tables hold it."""
        return self.start, self.end, self.rule.id


def cue_rule(rule: Rule) -> CueRule:
    """Read the attributes of a cue rule, with their defaults."""
    read = rule.attributes.get
    direction = str(read("direction", "forward"))
    scope = _number(read("scope", FAR))
    ends = read("ends", ())
    return CueRule(
        id=rule.id,
        intent=rule.value,
        forward=direction in ("forward", "both"),
        backward=direction in ("backward", "both"),
        sentence=direction == "sentence",
        scope=scope,
        scope_back=_number(read("scope_back", scope)),
        across=bool(read("across", rule.value in _LISTS)),
        strength=str(read("strength", "certain")),
        historical=bool(read("historical", rule.value == "historical")),
        answer=bool(read("answer")),
        section=bool(read("section")),
        question=bool(read("question")),
        inner=bool(read("inner")),
        later=bool(read("later")),
        width=_number(read("width", FAR)),
        final=bool(read("final")),
        apart=bool(read("apart")),
        stays=bool(read("stays")),
        ends=frozenset(ends) if isinstance(ends, tuple) else frozenset(),
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else FAR


class CueMatcher(RuleMatcher):
    """Finds all cues of a sentence; which of two overlapping ones counts depends on the target."""

    def __init__(self, vocab: Vocab, rules: RuleBook) -> None:
        super().__init__(vocab, rules, ["cue"])
        self._cues = {rule.id: cue_rule(rule) for rule in rules.rules if rule.field == "cue"}

    def cue(self, hit: Hit) -> Cue:
        """A match as a cue."""
        key, start, end = hit
        return Cue(start, end, self._cues[self._rules[key].id])


class Cues:
    """The cues of one report, by the first word of their sentence, longest first; found when they are asked for.

    Nested ones are kept: the shorter one counts for a target that the longer one overlaps.
    """

    def __init__(self, matcher: CueMatcher, tables: Tables) -> None:
        self._matcher, self._tables = matcher, tables
        self._known: dict[int, tuple[Cue, ...]] = {}

    @cached_property
    def _sequences(self) -> dict[int, list[Hit]]:
        """Word sequences by the number of their sentence."""
        home, found = self._tables.home, defaultdict(list)
        for hit in self._matcher.sequences(self._tables):
            found[home[hit[1]]].append(hit)
        return found

    def at(self, word: int) -> tuple[Cue, ...]:
        """The cues of the sentence that begins with a word; none where none begins."""
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._find(word)
        return known

    def _find(self, word: int) -> tuple[Cue, ...]:
        tables = self._tables
        number = tables.home[word] if word < len(tables.words) else 0
        row = tables.sentences[number]
        if row[0] != word:
            return ()
        hits = {*self._sequences.get(number, ()), *self._matcher.gapped(tables, row[0], row[1])}
        cues = sorted(map(self._matcher.cue, hits), key=lambda c: (c.start - c.end, c.start, c.rule.id))
        return tuple(cues)


def select(cues: Sequence[Cue], start: int, end: int) -> list[Cue]:
    """The cues that count for the target ``start`` to ``end``: outside it, the longest of those that overlap."""
    kept: list[Cue] = []
    taken: dict[int, tuple[int, int]] = {}
    for cue in cues:  # longest first
        span = (cue.start, cue.end)
        outside = cue.end <= start or end <= cue.start
        # Equal words may say different things of what stands before and behind ("is favoured over").
        if outside and all(taken.get(word, span) == span for word in range(*span)):
            kept.append(cue)
            taken.update(dict.fromkeys(range(*span), span))
    return kept
