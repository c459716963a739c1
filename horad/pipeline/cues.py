"""Cues: words of context with an intent, a direction and a reach, found by one matcher pass."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from spacy.vocab import Vocab

from horad.knowledge.load import RuleBook
from horad.knowledge.schema import Rule
from horad.pipeline.matching import Match, RuleMatcher

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


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue on the words ``start`` to ``end`` (exclusive)."""

    start: int
    end: int
    rule: CueRule

    @property
    def row(self) -> list[int | str]:
        """As written to the Doc."""
        return [self.start, self.end, self.rule.id]


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
    """Finds all cues of some sentences; which of two overlapping ones counts depends on the target."""

    def __init__(self, vocab: Vocab, rules: RuleBook) -> None:
        super().__init__(vocab, rules, ["cue"])
        self._cues = {rule.id: cue_rule(rule) for rule in rules.rules if rule.field == "cue"}

    def find(self, words: Sequence[str], sentences: Iterable[tuple[int, int]]) -> dict[int, list[Cue]]:
        """Cues by the first word of their sentence, longest first; only the given sentences are read."""
        picked: list[str] = []
        spans: list[tuple[int, int]] = []
        starts: list[int] = []
        for start, end in sentences:
            spans.append((len(picked), len(picked) + end - start))
            starts.append(start)
            picked += words[start:end]
        found: dict[int, list[Cue]] = {start: [] for start in starts}
        matches = self.match(picked, spans, keep_blocks=True)
        at = 0
        for match in sorted(matches, key=lambda m: m.start):
            while match.start >= spans[at][1]:
                at += 1
            shift = starts[at] - spans[at][0]
            found[starts[at]].append(Cue(match.start + shift, match.end + shift, self._cues[match.rule.id]))
        for cues in found.values():
            cues.sort(key=lambda c: (c.start - c.end, c.start, c.rule.id))
        return found

    def _settle(
        self, found: set[tuple[int, int, int]], sentences: Sequence[tuple[int, int]], length: int
    ) -> list[Match]:
        """Keep nested cues: the shorter one counts for a target that the longer one overlaps."""
        home = [0] * length
        for index, (first, last) in enumerate(sentences):
            home[first:last] = [index] * (last - first)
        return [Match(start, end, self._rules[key]) for key, start, end in found if home[start] == home[end - 1]]


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
