"""Binding of relation words to nerves and vessels inside sentences, by word order alone."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from horad.knowledge.load import RuleBook
from horad.knowledge.schema import Rule

Row = Sequence[Any]
_FIELDS = ("nv", "structure", "nv_link")
_REACH = 12
_DENIAL_REACH = 5
_LINK_REACH = 9
_ASKING = frozenset({":", "?", "="})  # between a form's question and its answer


@dataclass(slots=True, eq=False)
class Item:
    """A mention that takes part: relation, structure or linking word."""

    index: int
    start: int
    end: int
    rule: Rule

    @property
    def object(self) -> str:
        """Where a relation's structure stands: after it, before it, or either."""
        return str(self.rule.attributes.get("object", "either"))

    @property
    def reach(self) -> int:
        """How many words may stand between a relation and its structure."""
        return int(self.rule.attributes.get("reach", _REACH))  # type: ignore[arg-type]


@dataclass(slots=True)
class Clause:
    """The items of one sentence between two turns (";", "whereas")."""

    start: int
    end: int
    relations: list[Item] = field(default_factory=list)
    chains: list[list[Item]] = field(default_factory=list)
    links: list[Item] = field(default_factory=list)
    bound: dict[int, list[Item]] = field(default_factory=dict)  # structure mention → relations

    def links_of(self, value: str) -> list[Item]:
        """The linking words of one value."""
        return [link for link in self.links if link.rule.value == value]


class Attachment:
    """The binder; word lists come from the rule book."""

    def __init__(self, rules: RuleBook) -> None:
        self._rules = {rule.id: rule for rule in rules.rules if rule.field in _FIELDS}
        self._chain = self._words(rules, "chain_word")
        self._share = self._words(rules, "share_word")
        self._light = self._words(rules, "light_word") | self._words(rules, "be")
        self._be = self._words(rules, "be")
        self._pronoun = self._words(rules, "pronoun")
        self._relative = self._words(rules, "relative")
        self._determiner = self._words(rules, "determiner")
        self._lesion = self._words(rules, "lesion_noun")
        self._within = self._words(rules, "within_word")

    @staticmethod
    def _words(rules: RuleBook, name: str) -> frozenset[str]:
        return frozenset(rules.canon(word) for word in rules.lists.get(name, ()))

    def rows(
        self, words: Sequence[str], sentences: Sequence[Row], mentions: Sequence[Row], quantities: Sequence[Row]
    ) -> list[Row]:
        """All rows of one report."""
        items = [Item(i, a, b, self._rules[r]) for i, (a, b, r) in enumerate(mentions) if r in self._rules]
        if not any(item.rule.field == "structure" for item in items):
            return []
        rows: list[Row] = []
        previous: list[Item] = []
        position = 0
        for first, last, _, head, head_end in sentences:
            inside: list[Item] = []
            while position < len(items) and items[position].start < last:
                inside.append(items[position])
                position += 1
            if not inside:
                previous = []
                continue
            above = [i for i in items if i.rule.field == "structure" and head <= i.start < head_end] if head_end else []
            clauses = list(self._clauses(words, first, last, inside))
            subject = above or previous
            for clause in clauses:
                self._bind(words, clause, subject)
                subject = self._subject(clause) or subject
                rows += self._clause_rows(words, clause, previous)
                rows += self._distances(clause, quantities)
                previous = [s for chain in clause.chains for s in chain] or previous
        return rows

    # ---- clauses and chains

    def _clauses(self, words: Sequence[str], first: int, last: int, items: list[Item]) -> Iterator[Clause]:
        turns = [i.start for i in items if i.rule.field == "nv_link" and i.rule.value == "break"]
        edges = [first, *turns, last]
        for start, end in itertools.pairwise(edges):
            clause = Clause(start, end)
            inside = [i for i in items if start <= i.start < end and not self._is_place(words, i)]
            clause.relations = [i for i in inside if i.rule.field == "nv"]
            clause.links = [i for i in inside if i.rule.field == "nv_link"]
            clause.chains = list(self._chains(words, inside))
            yield clause

    def _is_place(self, words: Sequence[str], item: Item) -> bool:
        """A canal in which something lies, told as a place only: "in the adductor canal"."""
        before = words[max(0, item.start - 2) : item.start]
        return item.rule.attributes.get("kind") == "canal" and bool(self._within & set(before))

    def _chains(self, words: Sequence[str], items: list[Item]) -> Iterator[list[Item]]:
        """Structures told in one breath: "the femoral artery, vein and nerve"."""
        chain: list[Item] = []
        for item in items:
            if item.rule.field == "nv_link":
                continue
            named = item.rule.field == "structure"
            joins = chain and named and self._only(words, chain[-1].end, item.start, self._chain)
            if chain and not joins:
                yield chain
                chain = []
            if item.rule.field == "structure":
                chain.append(item)
        if chain:
            yield chain

    @staticmethod
    def _only(words: Sequence[str], start: int, end: int, allowed: frozenset[str]) -> bool:
        return all(word in allowed for word in words[start:end])

    # ---- relations to structures

    def _bind(self, words: Sequence[str], clause: Clause, subject: list[Item]) -> None:
        pairs = [(relation, self._structures(words, clause, relation, subject)) for relation in clause.relations]
        for relation, chain in pairs:
            for structure in self._unclaimed(words, clause, relation, chain):
                clause.bound.setdefault(structure.index, []).append(relation)

    def _structures(self, words: Sequence[str], clause: Clause, relation: Item, subject: list[Item]) -> list[Item]:
        left, right = self._left(clause, relation), self._right(words, clause, relation)
        if relation.object == "after":
            return right or self._behind(words, left, relation) or self._meant(words, relation, subject)
        if relation.object == "before":
            return left or self._omitted(words, clause, relation, subject)
        if self._active(words, relation):
            return right or self._behind(words, left, relation)
        beside = right and right[0].start - relation.end <= 3
        if left and not (beside and self._is_taken(words, clause, left, relation)):
            return left
        if right and right[0].start - relation.end <= _REACH:
            return right
        return self._omitted(words, clause, relation, subject)

    def _behind(self, words: Sequence[str], left: list[Item], relation: Item) -> list[Item]:
        """The structure before a relation that looks for it behind: "displacing it", "the nerve touches it"."""
        if not left:
            return []
        between = words[left[-1].end : relation.start]
        mutual = relation.rule.attributes.get("mutual") and not self._lesion & set(between)
        return left if mutual or self._refers_back(words, left, relation) else []

    def _left(self, clause: Clause, relation: Item) -> list[Item]:
        chains = [c for c in clause.chains if c[-1].end <= relation.start]
        return chains[-1] if chains and relation.start - chains[-1][-1].end <= relation.reach else []

    def _right(self, words: Sequence[str], clause: Clause, relation: Item) -> list[Item]:
        chain = next((c for c in clause.chains if c[0].start >= relation.end), None)
        if chain is None or chain[0].start - relation.end > relation.reach + 4:
            return []
        at = relation.end
        for other in clause.relations:
            if relation.end <= other.start and other.end <= chain[0].start:
                if not self._only(words, at, other.start, self._share):
                    return []
                at = max(at, other.end)
        return chain if chain[0].start - at <= relation.reach else []

    def _active(self, words: Sequence[str], relation: Item) -> bool:
        """Whether a participle or noun has its structure after it ("has displaced", "flattening the", "loss of")."""
        following = words[relation.end] if relation.end < len(words) else ""
        before = words[relation.start - 1] if relation.start else ""
        transitive = words[relation.end - 1].endswith(("ed", "ing")) and following in self._determiner
        return following == "of" or transitive or before in ("has", "have", "had")

    def _is_taken(self, words: Sequence[str], clause: Clause, chain: list[Item], relation: Item) -> bool:
        """Whether another relation before the chain already speaks of it."""
        return any(
            other.object == "after" and other.end <= chain[0].start and chain[0].start - other.end <= 4
            for other in clause.relations
            if other is not relation
        ) and not self._only(words, chain[-1].end, relation.start, self._light)

    def _refers_back(self, words: Sequence[str], left: list[Item], relation: Item) -> bool:
        """Whether the object stands before after all: "displacing it", "which it surrounds"."""
        between = words[left[-1].end : relation.start] if left else []
        return relation.end < len(words) and (
            words[relation.end] in self._pronoun or (len(between) <= 6 and bool(self._relative & set(between)))
        )

    def _meant(self, words: Sequence[str], relation: Item, subject: list[Item]) -> list[Item]:
        return subject if subject and self._refers_back(words, [], relation) else []

    def _omitted(self, words: Sequence[str], clause: Clause, relation: Item, subject: list[Item]) -> list[Item]:
        """The structure of a heading or of the sentence before: "It is surrounded on all sides"."""
        opening = words[clause.start : clause.start + 1]
        alone = relation.start - clause.start <= 2 or self._taken_up(words, clause, relation)
        return subject if subject and not clause.chains and (alone or opening[0] in self._pronoun) else []

    def _taken_up(self, words: Sequence[str], clause: Clause, relation: Item) -> bool:
        """Does a pronoun right before the relation stand for the structure ("For 3 cm it is surrounded")?"""
        near = words[max(clause.start, relation.start - 2) : relation.start]
        return bool(self._pronoun & set(near)) and not self._lesion & set(words[clause.start : relation.start])

    @staticmethod
    def _subject(clause: Clause) -> list[Item]:
        chain = clause.chains[0] if clause.chains else []
        return chain if chain and chain[0].start - clause.start <= 4 else []

    def _unclaimed(self, words: Sequence[str], clause: Clause, relation: Item, chain: list[Item]) -> list[Item]:
        """What of a chain belongs to the relation when an active verb and a predicate meet at it.

        "It abuts the artery, and the vein is displaced": the vein is not abutted, the artery not displaced.
        """
        if not chain:
            return chain
        active, predicate = (relation, None) if chain[0].start >= relation.end else (None, relation)
        for other in clause.relations:
            if active and other.start >= chain[-1].end and other.object != "after" and not predicate:
                predicate = other
            elif predicate is relation and other.object == "after" and self._right(words, clause, other) is chain:
                active = other
        if not active or not predicate or not self._is_predicate(words, chain, predicate):
            return chain
        split = self._split(words, active, chain)
        return chain if split is None else chain[:split] if relation is active else chain[split:]

    def _is_predicate(self, words: Sequence[str], chain: list[Item], relation: Item) -> bool:
        between = words[chain[-1].end : relation.start]
        return bool(self._be & set(words[chain[-1].end : relation.end])) and all(w in self._light for w in between)

    @staticmethod
    def _split(words: Sequence[str], active: Item, chain: list[Item]) -> int | None:
        """Where a chain that two clauses run together in falls apart; None where it does not."""
        gaps = [words[a.end : b.start] for a, b in itertools.pairwise(chain)]
        strong = [n for n, gap in enumerate(gaps, 1) if "," in gap and ("and" in gap or "the" in gap)]
        weak = [n for n, gap in enumerate(gaps, 1) if "and" in gap or "," in gap]
        found = strong or weak[-1:]
        if found:
            return found[0]
        return 0 if {",", "and"} & set(words[active.end : chain[0].start]) else None

    # ---- rows

    def _clause_rows(self, words: Sequence[str], clause: Clause, previous: list[Item]) -> Iterator[Row]:
        for structure in (s for chain in clause.chains for s in chain):
            if structure.index not in clause.bound:
                yield from self._shared(clause, structure, previous)
        losses = {link.start for r in clause.relations for link in self._losses(words, clause, r)}
        for index, relations in clause.bound.items():
            for relation in relations:
                if relation.start in losses and not relation.rule.attributes.get("plane"):
                    continue  # what is effaced is the layer between, not the structure
                yield ["denied" if self._denied(words, clause, relation) else "nv", relation.index, index]
        for relation in clause.relations:
            yield from (["lost", relation.index, link.index] for link in self._losses(words, clause, relation))

    def _denied(self, words: Sequence[str], clause: Clause, relation: Item) -> bool:
        """Whether "not", "without", "neither … nor" stands right before the relation."""
        if relation.rule.attributes.get("closed"):
            return False
        links, ends = clause.links_of("not"), {r.end for r in clause.relations}
        if any(link.start == relation.end + 1 and words[relation.end] in _ASKING for link in links):
            return True
        answers = [link for link in links if link.start - 1 in ends and words[link.start - 1] in _ASKING]
        cues = [link for link in links if link.end <= relation.start and link not in answers]
        if not cues:
            return False
        inner = [r for r in clause.relations if cues[-1].end <= r.start and r.end <= relation.start]
        covered = {n for r in inner for n in range(r.start, r.end)}
        between = [words[n] for n in range(cues[-1].end, relation.start) if n not in covered]
        if any(s.start >= cues[-1].end and s.end <= relation.start for chain in clause.chains for s in chain):
            return not inner and len(between) <= 4 and relation.object != "after" and words[cues[-1].start] != "not"
        if not inner:
            return len(between) <= _DENIAL_REACH and not {",", "but", "and"} & set(between)
        listed = {"or", "nor"} & set(words[inner[0].end : relation.end + 6])
        return bool(listed) and len(between) <= _DENIAL_REACH and "but" not in between

    def _losses(self, words: Sequence[str], clause: Clause, relation: Item) -> Iterator[Item]:
        if not relation.rule.attributes.get("plane"):
            return
        for link in clause.links_of("lost"):
            gap = link.start - relation.end if link.start >= relation.end else relation.start - link.end
            if gap <= _LINK_REACH and words[link.start - 1] not in ("not", "no", "without"):
                yield link

    def _shared(self, clause: Clause, structure: Item, previous: list[Item]) -> Iterator[Row]:
        """A structure that shares an earlier one's relation: "the median nerve too", "PIN not"."""
        bound = [s for chain in clause.chains for s in chain if s.index in clause.bound and s.end <= structure.start]
        source = (bound or previous)[-1:]
        if not source:
            return
        for link in clause.links:
            after, before = link.start - structure.end, structure.start - link.end
            if link.rule.value == "same" and (0 <= after <= 2 or 0 <= before <= 2):
                yield ["same", structure.index, source[0].index]
                return
            if link.rule.value == "not" and 0 <= after <= 1 and link.end >= clause.end - 1:
                yield ["denied_same", structure.index, source[0].index]
                return

    def _distances(self, clause: Clause, quantities: Sequence[Row]) -> Iterator[Row]:
        for number, (first, last, kind, _) in enumerate(quantities):
            if not clause.start <= first < clause.end:
                continue
            near = [r for r in clause.relations if r.start - 3 <= last and first <= r.end + 4]
            if near:
                yield ["distance", min(near, key=lambda r: abs(r.start - first)).index, number]
            elif kind == "distance":
                loose = [s for chain in clause.chains for s in chain if s.index not in clause.bound]
                yield from (["apart", s.index, number] for s in loose if s.start - 5 <= last and first <= s.end + 5)
