"""The side of a place that has none in its own noun phrase: its clause, its neighbours, the report."""

from collections.abc import Sequence
from dataclasses import replace

from horad.findings.laterality import BILATERAL, LEFT, MIDLINE, RIGHT, Side
from horad.findings.places import Place, Places
from horad.findings.view import SentenceView

_LATERAL = (LEFT, RIGHT, BILATERAL)


class SideChoice:
    """Finds sides in one report."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def sided(self, place: Place, start: int, sentence: SentenceView) -> list[Place]:
        """The place with the side, or once for each side, that the words around an anchor give it."""
        if place.side is not None or place.says("unsided"):
            return [place]
        free = self.free(start, sentence)
        if place.says("midline"):
            lateral = [side for side in free if side.value != BILATERAL]
            side = lateral[0] if lateral else self._own_neighbour(place, sentence)
            return [replace(place, side=side or Side(MIDLINE, place.mention.mark))]
        lateral = [side for side in free if side.value in _LATERAL]
        lateral = lateral or self._one(self._neighbour(place, sentence)) or self.free(start, sentence, anywhere=True)
        lateral = [side for side in lateral if side.value in _LATERAL] or self._one(
            self._head(sentence) or self._report(place, start)
        )
        return [replace(place, side=side) for side in lateral] or [place]

    @staticmethod
    def _one(side: Side | None) -> list[Side]:
        return [side] if side else []

    def free(self, start: int, sentence: SentenceView, *, anywhere: bool = False) -> list[Side]:
        """Sides said in the clause and bound to no noun: "On the right, …", "Brooker II right and I left"."""
        free = self.places.free_sides(sentence.index)
        low, high = self.places.clause(sentence.index, start)
        inside = free if anywhere else [side for side in free if low <= side.mark.start < high]
        if {LEFT, RIGHT} <= {side.value for side in inside if side.mark.start > start}:
            return [next(s for s in inside if s.value == v and s.mark.start > start) for v in (LEFT, RIGHT)]
        return [min(inside, key=lambda side: abs(side.mark.start - start))] if inside else []

    def _own_neighbour(self, place: Place, sentence: SentenceView) -> Side | None:
        others = [p for p in self.places.all_in(sentence.index) if p.side and p.says("midline") and p.related(place)]
        return others[0].side if others else None

    def _neighbour(self, place: Place, sentence: SentenceView) -> Side | None:
        """The side of another place of the sentence: of the same site, its region, then the nearest."""
        others = [p for p in self.places.all_in(place.mention.sentence) if p.side_value in _LATERAL]
        others = others or [p for p in self.places.all_in(sentence.index) if p.side_value in _LATERAL]
        if not others:
            return None
        at = place.mention.start
        return min(others, key=lambda p: (_distance(p, place), abs(p.mention.start - at))).side

    def _head(self, sentence: SentenceView) -> Side | None:
        """The side of the subheading ("Right hip:", "Left:")."""
        start, end = sentence.head
        for place in self.places.under(sentence):
            if place.side:
                return place.side
        if not end:
            return None
        number = self.places.view.sentence_of(start).index
        return next((side for side in self.places.free_sides(number) if start <= side.mark.start < end), None)

    def _report(self, place: Place, start: int) -> Side | None:
        """The one side that the report speaks of: of this region first, then of any."""
        everything = [p for p in self.places.everything if p.side_value in _LATERAL]
        related = [p for p in everything if p.related(place)]
        exam = [p for p in self.places.exam if p.side_value in _LATERAL]
        for group in (related, exam, everything):
            if len({p.side_value for p in group}) == 1:
                return group[0].side
        before = [p for p in related if p.mention.start < start]
        if before:
            return before[-1].side
        every = (side for number in self.places.sides.free for side in self.places.free_sides(number))
        sides = [side for side in every if side.value in _LATERAL]
        return _sole(sides) or _sole([p.side for p in self.places.spared_ones if p.side and p.related(place)])


def _sole(sides: Sequence[Side]) -> Side | None:
    return sides[0] if len({side.value for side in sides}) == 1 else None


def _distance(other: Place, place: Place) -> int:
    if other.site == place.site:
        return 0
    return 1 if other.related(place) else 2
