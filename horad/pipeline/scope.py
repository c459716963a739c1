"""How far a cue reaches: terminators, brackets, lists, new clauses and embedded phrases."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from horad.knowledge.load import RuleBook
from horad.pipeline.cues import Cue

_CASES = frozenset({"of", "to", "in", "with", "for"})
_BACK = 14  # words that a cue may look back; twice that to the subject of a coordinate predicate
_HARD = frozenset({";", "{", "}"})
_STOPS = _HARD | {":", "(", ")"}
_JOINTS = frozenset({"and", "with", "&"})
_EXISTENCE = frozenset({"absent", "possible", "stable", "affirmed", "pseudo"})
_EMBEDDING = _EXISTENCE | {"hypothetical", "asked"}


@dataclass(frozen=True, slots=True)
class Grammar:
    """The function words that the scope engine reads (lists ``scope_*`` of models/text/lists.toml)."""

    verbs: frozenset[str]
    openers: frozenset[str]
    extents: frozenset[str]
    definite: frozenset[str]
    places: frozenset[str]
    functions: frozenset[str]
    joins: frozenset[str]
    answer_lead: frozenset[str]
    answer_tail: frozenset[str]

    @classmethod
    def of(cls, rules: RuleBook) -> "Grammar":
        """Read from the rule book, in canonical words."""

        def words(name: str) -> frozenset[str]:
            return frozenset(rules.canon(word) for word in rules.lists.get(name, ()))

        return cls(
            verbs=words("scope_verb"),
            openers=words("scope_opener"),
            extents=words("scope_extent"),
            definite=words("scope_definite"),
            places=words("scope_place"),
            functions=words("scope_function"),
            joins=words("scope_join"),
            answer_lead=words("answer_lead"),
            answer_tail=words("answer_tail"),
        )


class Target(NamedTuple):
    """The words whose assertion is asked, and the field that they belong to."""

    start: int
    end: int
    field: str = ""


class Scope:
    """Reach of the cues of one sentence (words ``first`` to ``last``) to one target."""

    def __init__(self, grammar: Grammar, words: Sequence[str], bounds: tuple[int, int], cues: Sequence[Cue]) -> None:
        self._grammar, self._words = grammar, words
        self._first, self._last = bounds
        self._ends = {cue.start: cue for cue in cues if cue.rule.intent == "terminate"}
        self._covered = {i for cue in cues for i in range(cue.start, cue.end)}
        # Where a reach may end; the words in between need no look.
        places = range(*bounds)
        self._stops = [i for i in places if words[i] in _STOPS or i in self._ends]
        self._commas = [i for i in places if words[i] == ","]
        self._joints = [i for i in places if words[i] in _JOINTS]

    def reaches(self, cue: Cue, target: Target) -> bool:
        """Whether the cue's reach covers the target."""
        if cue.rule.sentence:
            return True
        if target.end - target.start > cue.rule.width:
            return False
        if cue.end <= target.start:
            return cue.rule.forward and self._forward(cue, target)
        return cue.rule.backward and self._backward(cue, target)

    def _forward(self, cue: Cue, target: Target) -> bool:
        if target.start - cue.end > cue.rule.scope or self._blocked(cue, cue.end, target.start):
            return False
        if cue.rule.intent in _EMBEDDING and self._embedded(cue, target):
            return False
        if cue.rule.apart and cue.end == target.start:
            return False
        commas = _between(self._commas, cue.end, target.start)
        if not cue.rule.across and (commas or "with" in self._words[cue.end : target.start]):
            return False
        if cue.rule.intent not in _EXISTENCE:
            return not any(self._words[i + 1] in self._grammar.openers for i in commas)
        return not self._new_clause(cue, target, commas)

    def _backward(self, cue: Cue, target: Target) -> bool:
        if cue.rule.final and not self._clause_ends(cue.end):
            return False
        coordinate = self._coordinate(cue, target)
        stop = cue.start - 1 if coordinate else cue.start
        limit = 2 * _BACK if coordinate else _BACK
        if cue.start - target.end > min(cue.rule.scope_back, limit) or self._blocked(cue, target.end, stop):
            return False
        between = self._words[target.end : cue.start]
        verbs = sum(word in self._grammar.verbs for word in between)
        relative = sum(word in ("that", "which") for word in between)
        if verbs > relative and not coordinate:
            return False
        if cue.rule.intent in _EXISTENCE and self._complement(target):
            return False
        return not ("," in between and not cue.rule.across)

    def _clause_ends(self, index: int) -> bool:
        """An adverb behind the target belongs to it only where nothing else follows."""
        if index >= self._last:
            return True
        word = self._words[index]
        return not word[0].isalnum() or word in self._grammar.answer_tail

    def _coordinate(self, cue: Cue, target: Target) -> bool:
        """So "New bone was looked for and was not found": a second predicate of the sentence's own subject."""
        words = self._words
        opens = words[cue.start] in self._grammar.verbs or cue.rule.historical
        if words[cue.start - 1] not in ("and", "but") or not opens:
            return False
        start = self._phrase_start(target)
        if start > self._first and words[start - 1] == ":":
            return True
        return start == self._first or (start == self._first + 1 and words[self._first] in self._grammar.definite)

    def _blocked(self, cue: Cue, start: int, end: int) -> bool:
        """A terminator, a bracket's edge or a stop lies in between."""
        depth = 0
        forward = cue.end <= start
        for i in _between(self._stops, start, end):
            word = self._words[i]
            if word in _HARD or (word == ":" and i != start):
                return True
            if self._terminates(i, cue, forward=forward):
                return True
            if word == "(":
                depth += 1
            elif word == ")":
                depth -= 1
                if depth < 0:
                    return True
        return depth > 0 and not forward and self._words[end - 1] != "("

    def _terminates(self, index: int, cue: Cue, *, forward: bool) -> bool:
        end = self._ends.get(index)
        if (
            end is None
            or (end.rule.later and index == cue.end)
            or (end.rule.ends and cue.rule.intent not in end.rule.ends)
        ):
            return False
        # What stands behind its cause is still said of it: "New bone due to the burn is not seen".
        return forward or end.rule.backward or not end.rule.id.endswith(("new-clause", "cause"))

    def _new_clause(self, cue: Cue, target: Target, commas: Sequence[int]) -> bool:
        """After a comma or "and" something else is said: "No fracture, the bone bridges"."""
        grammar, words = self._grammar, self._words
        fresh = grammar.openers | grammar.verbs | (grammar.extents if cue.rule.intent == "absent" else frozenset())
        for i in _between(self._joints, cue.end + 1, target.start):
            following = words[i + 1]
            if following in fresh:
                return True
        for i in commas:
            following = words[i + 2] if words[i + 1] == "and" and i + 2 <= target.start else words[i + 1]
            if following in fresh:
                return not self._list_goes_on(target)
        if not commas:
            return False
        tail = words[commas[-1] + 1 : target.start]
        return not grammar.joins & set(tail) and self._verb_follows(target)

    def _list_goes_on(self, target: Target) -> bool:
        """So "No fracture, large effusion or new bone": an "or" still to come keeps the list open."""
        before = self._words[max(self._first, target.start - 3) : target.start]
        return "or" in before or "nor" in before

    def _verb_follows(self, target: Target) -> bool:
        for i in range(target.end, min(target.end + 4, self._last)):
            word = self._words[i]
            if word in (",", ";", ".", ":", "(", "or", "nor", "and"):
                return False
            if word in self._grammar.verbs:
                return i not in self._covered
        return False

    def _embedded(self, cue: Cue, target: Target) -> bool:
        """So "No fracture of the new bone": what a definite article names is there, whatever else is not."""
        start = self._phrase_start(target)
        before = start - 1
        if before < cue.end:
            return False
        word = self._words[before]
        if word in self._grammar.definite:
            return before > cue.end and any(w.isalpha() for w in self._words[cue.end : before])
        indefinite = self._words[before - 1] in ("a", "an", "any")
        return word in self._grammar.places and before > cue.end and not indefinite

    def _complement(self, target: Target) -> bool:
        """So "A plane between the new bone and the vein is not seen": the target is not the subject."""
        before = self._phrase_start(target) - 1
        if before - 1 < self._first:
            return False
        word = self._words[before]
        if word in self._grammar.places:
            return True
        lead = self._words[before - 1]
        return word in self._grammar.definite and (lead in self._grammar.places or lead in _CASES)

    def _phrase_start(self, target: Target) -> int:
        """First word of the noun phrase that ends in the target, at most four modifiers back."""
        grammar, words = self._grammar, self._words
        start = target.start
        while start > self._first and target.start - start < 4:
            word = words[start - 1]
            if not word[0].isalnum() or word in grammar.functions or word in grammar.definite or word in grammar.places:
                break
            if start - 1 in self._covered:
                break
            start -= 1
        return start


def _between(places: Sequence[int], start: int, end: int) -> Sequence[int]:
    """Those of some places, in order, that lie from ``start`` to before ``end``."""
    return places[bisect_left(places, start) : bisect_left(places, end)]
