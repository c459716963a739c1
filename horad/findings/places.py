"""The places a report names: site mentions with their sides, clauses, and what is said to be spared."""

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property

from horad.findings.laterality import Laterality, Side
from horad.findings.view import Mark, Mention, View

JOINTS = frozenset({"joint", "prosthesis", "landmark", "bursa", "level", "ligament", "tendon"})
_NEAR = 4  # words between "does not reach" and the place it spares


@dataclass(frozen=True, slots=True)
class Place:
    """One place named for a lesion; ``site`` may be refined from the mention's own."""

    mention: Mention
    site: str
    side: Side | None
    marks: tuple[Mark, ...] = ()

    @property
    def kind(self) -> str:
        """Joint, bone, muscle, …"""
        return str(self.mention.rule.attributes.get("kind", "region"))

    @property
    def around(self) -> frozenset[str]:
        """The segments that this joint takes in."""
        return _names(self.mention, "around")

    @property
    def near(self) -> frozenset[str]:
        """The joints that take this place in."""
        return _names(self.mention, "near")

    @property
    def side_value(self) -> str:
        """Plain side, or the empty string."""
        return self.side.value if self.side else ""


def _names(mention: Mention, attribute: str) -> frozenset[str]:
    value = mention.rule.attributes.get(attribute, ())
    return frozenset(value) if isinstance(value, tuple) else frozenset()


class Places:
    """All places of one report, by sentence."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.sides = Laterality(view)
        self._by_sentence: dict[int, list[Place]] = defaultdict(list)
        self.implied: list[Mention] = []
        for mention in view.of("site"):
            if mention.rule.attributes.get("kind") == "implied":
                self.implied.append(mention)
            else:
                place = Place(mention, mention.value, self.sides.of(mention))
                self._by_sentence[mention.sentence].append(place)
        self._cues: dict[int, list[Mention]] = defaultdict(list)
        for cue in view.of("place_cue"):
            self._cues[cue.sentence].append(cue)

    def in_sentence(self, sentence: int) -> list[Place]:
        """Places of a sentence in reading order, spared ones left out."""
        return [p for p in self._by_sentence.get(sentence, []) if not self.spared(p)]

    def all_in(self, sentence: int) -> list[Place]:
        """Places of a sentence, spared or not."""
        return self._by_sentence.get(sentence, [])

    @cached_property
    def everything(self) -> list[Place]:
        """All places in reading order."""
        return [place for sentence in sorted(self._by_sentence) for place in self._by_sentence[sentence]]

    def clause(self, sentence: int, word: int) -> tuple[int, int]:
        """The clause of a sentence that holds a word."""
        row = self.view.sentences[sentence]
        low, high = row.start, row.end
        for cue in self._cues.get(sentence, []):
            if cue.value != "break":
                continue
            if cue.start <= word:
                low = max(low, cue.start)
            elif cue.start > word:
                high = min(high, cue.start)
        return low, high

    def _part(self, place: Place) -> tuple[int, int]:
        """The stretch between commas that holds a place."""
        low, high = self.clause(place.mention.sentence, place.mention.start)
        words = self.view.words
        start, end = place.mention.start, place.mention.end
        while start > low and words[start - 1] != ",":
            start -= 1
        while end < high and words[end] != ",":
            end += 1
        return start, end

    def spared(self, place: Place) -> bool:
        """Is the place said to be free of new bone, or only a mark that it does not reach?"""
        cues = [cue for cue in self._cues.get(place.mention.sentence, []) if cue.value == "spared"]
        if not cues:
            return False
        start, end = place.mention.start, place.mention.end
        if any(0 <= start - cue.end <= _NEAR and self._straight(cue.end, start) for cue in cues):
            return True
        low, high = self._part(place)
        if any(low <= other.start < high for other in self.view.within(place.mention.sentence, "ho")):
            return False
        return any(end <= cue.start < high for cue in cues)

    def _straight(self, start: int, end: int) -> bool:
        return not any(word in ",;:." for word in self.view.words[start:end])

    def joined(self, sentence: int, low: int, high: int) -> bool:
        """Is something said to join, bridge or run between two places here?"""
        return any(c.value == "joins" and low <= c.start < high for c in self._cues.get(sentence, []))

    def with_side(self, place: Place, side: Side | None) -> Place:
        """The place on a side found elsewhere, if it has none of its own."""
        return replace(place, side=side) if side and place.side is None else place
