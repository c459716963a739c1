"""The places a report names: site mentions with their sides, clauses, and what is said to be spared."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from horad.findings.laterality import BILATERAL, LEFT, OPPOSITE, RIGHT, Laterality, Side
from horad.findings.view import Mark, Mention, SentenceView, View

JOINTS = frozenset({"joint", "prosthesis", "landmark", "bursa", "level", "ligament", "tendon"})
SOFT = frozenset({"muscle", "tendon", "ligament", "bursa"})
_NEAR = 4  # words between "does not reach" and the place it spares
_TITLE = 9  # words of an opening that is an exam line without a heading: "CT left hip."


@dataclass(frozen=True, slots=True)
class Place:
    """One place named for a lesion; ``site`` may be refined from the mention's own."""

    mention: Mention
    site: str
    side: Side | None

    @property
    def kind(self) -> str:
        """What sort of place it is: joint, bone, muscle and so on."""
        return str(self.mention.rule.attributes.get("kind", "region"))

    def says(self, attribute: str) -> bool:
        """Is a yes-or-no attribute of the rule set (midline, broad, paired)?"""
        return bool(self.mention.rule.attributes.get(attribute))

    @property
    def around(self) -> frozenset[str]:
        """The segments that this joint takes in."""
        return _names(self.mention, "around")

    @property
    def near(self) -> frozenset[str]:
        """The joints that take this place in."""
        return _names(self.mention, "near")

    @property
    def under(self) -> frozenset[str]:
        """The joints that take this place in within their own examination or paragraph."""
        return _names(self.mention, "under")

    @property
    def side_value(self) -> str:
        """Plain side, or the empty string."""
        return self.side.value if self.side else ""

    def related(self, other: "Place") -> bool:
        """Same region of the body: the same site, or a segment and its joint."""
        if other.site in (self.site, self.mention.value):
            return True
        mine, theirs = self.around | self.near, other.around | other.near
        return bool(self.site in theirs or other.site in mine or self.near & other.near)


def _names(mention: Mention, attribute: str) -> frozenset[str]:
    value = mention.rule.attributes.get(attribute, ())
    return frozenset(value) if isinstance(value, tuple) else frozenset()


class Places:
    """All places of one report, by sentence."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.sides = Laterality(view)
        lists = view.rules.words
        self._at = lists["np_at"]
        self._toward = lists["np_toward"]
        self._articles = lists["np_article"]
        self._by_sentence: dict[int, list[Place]] = defaultdict(list)
        self.implied: list[Mention] = []
        for mention in view.of("site"):
            if mention.rule.attributes.get("kind") == "implied":
                self.implied.append(mention)
            else:
                self._by_sentence[mention.sentence].append(Place(mention, mention.value, self.sides.of(mention)))
        self._cues: dict[int, list[Mention]] = defaultdict(list)
        for cue in view.of("place_cue"):
            self._cues[cue.sentence].append(cue)

    def all_in(self, sentence: int) -> list[Place]:
        """Places of a sentence, spared or not."""
        return self._by_sentence.get(sentence, [])

    def in_sentence(self, sentence: int) -> list[Place]:
        """Places of a sentence in reading order, spared ones left out, weak ones only if alone."""
        places = self.all_in(sentence)
        if not places or sentence not in self._cues:
            return places
        kept = [self.halved(p, sentence) for p in places if not self.spared(p)]
        return [p for p in kept if not self.weak(p)] or kept

    @cached_property
    def everything(self) -> list[Place]:
        """All places that are not spared, in reading order."""
        return [p for sentence in sorted(self._by_sentence) for p in self.all_in(sentence) if not self.spared(p)]

    @cached_property
    def spared_ones(self) -> list[Place]:
        """Places said to be free of new bone."""
        return [p for places in self._by_sentence.values() for p in places if self.spared(p)]

    @cached_property
    def exam(self) -> list[Place]:
        """Places of the exam line, or of a short opening that stands for one."""
        header = [p for s in self.view.sentences if s.section == "header" for p in self.all_in(s.index)]
        if header or not self.view.sentences:
            return header
        first = self.view.sentences[0]
        if self.view.within(first.index, "ho"):
            return []
        return [p for p in self.all_in(first.index) if p.mention.start - first.start < _TITLE]

    def under(self, sentence: SentenceView) -> list[Place]:
        """Places of the subheading above a sentence ("Right hip: …")."""
        start, end = sentence.head
        return [p for p in self.everything if start <= p.mention.start < end] if end else []

    def cues(self, sentence: int, *values: str) -> list[Mention]:
        """Cues of a sentence, of some values."""
        return [cue for cue in self._cues.get(sentence, []) if cue.value in values]

    def clause(self, sentence: int, word: int) -> tuple[int, int]:
        """The clause of a sentence that holds a word."""
        row = self.view.sentences[sentence]
        low, high = row.start, row.end
        for cue in self.cues(sentence, "break"):
            if cue.start <= word:
                low = max(low, cue.start)
            else:
                high = min(high, cue.start)
        return low, high

    def _part(self, sentence: int, start: int, end: int) -> tuple[int, int]:
        """The stretch between commas around some words."""
        low, high = self.clause(sentence, start)
        words = self.view.words
        while start > low and words[start - 1] != ",":
            start -= 1
        while end < high and words[end] != ",":
            end += 1
        return start, end

    def spared(self, place: Place) -> bool:
        """Is the place said to be free of new bone, or not reached by it?"""
        return self._spared(place.mention)

    def _spared(self, mention: Mention) -> bool:
        cues = self.cues(mention.sentence, "spared")
        if not cues:
            return False
        if self._follows(mention.start, cues):
            return True
        if self._answered(mention, cues):
            return True
        cues = [cue for cue in cues if not self._ahead(cue)]
        if mention.field == "side":
            return self._side_spared(mention, cues)
        if self._heads_list(mention, cues):
            return True
        low, high = self._part(mention.sentence, mention.start, mention.end)
        if any(low <= other.start < high for other in self.view.within(mention.sentence, "ho")):
            return False
        return any(mention.end <= cue.start < high for cue in cues)

    def _heads_list(self, mention: Mention, cues: Iterable[Mention]) -> bool:
        """Does the cue open a list with a colon ("…; absent: knees, elbows")?"""
        low, high = self.clause(mention.sentence, mention.start)
        if any(low <= other.start < high for other in self.view.within(mention.sentence, "ho")):
            return False
        return any(low <= cue.start <= low + 1 and self.view.words[cue.end - 1] == ":" for cue in cues)

    def _ahead(self, cue: Mention) -> bool:
        """Does the cue speak of what follows it ("…, none on the right")?"""
        words, row = self.view.words, self.view.sentences[cue.sentence]
        if cue.end >= row.end or words[cue.end] not in self._at:
            return False
        return any(0 < m.start - cue.end <= _NEAR for m in self.view.within(cue.sentence, "side", "site"))

    def _answered(self, mention: Mention, cues: Iterable[Mention]) -> bool:
        """Is the answer alone behind the next comma ("right, none")?"""
        words, last = self.view.words, self.view.sentences[mention.sentence].end
        return any(
            0 <= cue.start - mention.end <= 1
            and all(w in ",:" for w in words[mention.end : cue.start])
            and (cue.end >= last or words[cue.end] in ",.;")
            for cue in cues
        )

    def _side_spared(self, mention: Mention, cues: Sequence[Mention]) -> bool:
        """Does the answer stand far behind the side ("the right, despite its prosthesis, none")?"""
        _, high = self.clause(mention.sentence, mention.start)
        others = [m.start for m in self.view.within(mention.sentence, "side", "ho", "bone") if m.start >= mention.end]
        high = min([high, *others])
        return any(mention.end <= cue.start < high for cue in cues)

    def only(self, sentence: int, word: int) -> bool:
        """Is it said to be just there ("right only", "confined to the right")?"""
        return any(-_NEAR <= word - cue.end <= _NEAR for cue in self.cues(sentence, "only"))

    def weak(self, place: Place) -> bool:
        """Is the place only a landmark to measure from, or what came before the new bone?"""
        cues = self.cues(place.mention.sentence, "apart", "study")
        if place.kind not in ("prosthesis", "joint"):
            cues += self.cues(place.mention.sentence, "cause")
        return self._follows(place.mention.start, cues)

    def _follows(self, start: int, cues: Iterable[Mention]) -> bool:
        words = self.view.words
        return any(0 <= start - c.end <= _NEAR and not any(w in ",;:." for w in words[c.end : start]) for c in cues)

    def free_sides(self, sentence: int) -> list[Side]:
        """Side words of a sentence bound to no noun, spared sides left out."""
        free = self.sides.free.get(sentence, [])
        if sentence not in self._cues:
            return free
        return [side for side in free if side.by is None or not self._spared(side.by)]

    def halved(self, place: Place, sentence: int) -> Place:
        """The side that is left where one of both is spared ("both hips …: right, none")."""
        if place.side_value != BILATERAL:
            return place
        spared = [
            s for s in self.sides.free.get(sentence, []) if s.by and s.value in (LEFT, RIGHT) and self._spared(s.by)
        ]
        if len({side.value for side in spared}) != 1:
            return place
        return Place(place.mention, place.site, Side(OPPOSITE[spared[0].value], spared[0].mark))

    def at(self, place: Place) -> bool:
        """Is the place where the lesion is (in, about, beside it), not what it reaches or tethers?"""
        words, first = self.view.words, self.view.sentences[place.mention.sentence].start
        own = place.side.mark.start if place.side and place.side.by else place.mention.start
        index = min(own, place.mention.start) - 1
        for _ in range(_NEAR):
            if index < first:
                return True
            if words[index] in self._at or (words[index] in self._toward and words[index + 1] in self._articles):
                return True
            if words[index] in self.sides.stops and words[index] not in self._articles:
                return words[index] in self.sides.joints or not words[index].isalnum()
            index -= 1
        return False

    def joined(self, sentence: int, start: int) -> bool:
        """Is something said to join, bridge or run between two places in this clause?"""
        low, high = self.clause(sentence, start)
        return any(low <= cue.start < high for cue in self.cues(sentence, "joins"))


@lru_cache(maxsize=1)
def places_of(view: View) -> Places:
    """The places of a view, found once for all who ask in turn."""
    return Places(view)


def mark_of(place: Place) -> tuple[Mark, ...]:
    """The words that name the place and its side."""
    marks = (place.mention.mark, *((place.side.mark,) if place.side else ()))
    return tuple(dict.fromkeys(marks))
