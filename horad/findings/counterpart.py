"""The other side told in a sentence of its own: "On the left there is a smaller island"."""

from collections.abc import Sequence
from dataclasses import replace

from horad.findings.laterality import OPPOSITE, Side
from horad.findings.places import Place, Places
from horad.findings.view import CURRENT, SentenceView

_OPENING = 4  # words in which a sentence says which side it tells of
_SAID = frozenset({"present", "possible"})
_NOT_BONE = ("tumour", "mimic")


class Counterpart:
    """Finds the opposite sides of lesions in sentences without a lesion's name."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.view = places.view

    def add(self, found: Sequence[list[Place]], homes: Sequence[int]) -> None:
        """Add to each lesion's places the other side that a later sentence gives to the same site."""
        taken = set(homes)
        for sentence in self.view.sentences:
            if sentence.index in taken or sentence.section not in CURRENT:
                continue
            side = self._side(sentence)
            before = [i for i, home in enumerate(homes) if home < sentence.index and found[i]]
            if side is None or not before or not self._tells_of_bone(sentence):
                continue
            last = found[before[-1]]
            last += [replace(p, side=side) for p in last if self._opposite(p, side.value, sentence)][:1]

    def _side(self, sentence: SentenceView) -> Side | None:
        """The one side that opens the sentence, or its subheading."""
        start, end = sentence.head
        first = sentence.start if not end else start
        number = self.view.sentence_of(first).index
        limit = end or sentence.start + _OPENING
        sides = [s for s in self.places.free_sides(number) if first <= s.mark.start < limit and s.value in OPPOSITE]
        return sides[0] if len({s.value for s in sides}) == 1 else None

    def _tells_of_bone(self, sentence: SentenceView) -> bool:
        pieces = [c for c in self.places.cues(sentence.index, "piece") if c.assertion in _SAID]
        return bool(pieces) and not self.view.within(sentence.index, *_NOT_BONE)

    def _opposite(self, place: Place, side: str, sentence: SentenceView) -> bool:
        """Is the place on the other side, and does the sentence name no foreign place?"""
        named = self.places.all_in(sentence.index)
        return OPPOSITE.get(place.side_value) == side and all(place.related(p) for p in named)
