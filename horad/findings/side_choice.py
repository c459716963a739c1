"""The side of a place that has none in its own noun phrase: its clause, its neighbours, the report."""

from dataclasses import replace

from horad.findings.laterality import BILATERAL, LEFT, MIDLINE, RIGHT, Side
from horad.findings.places import Place, Places
from horad.findings.view import SentenceView

_LATERAL = (LEFT, RIGHT, BILATERAL)


class SideChoice:
    """Finds sides in one report."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def sided(self, place: Place, start: int, sentence: SentenceView) -> Place:
        """The place with the side that the words around an anchor give it."""
        if place.side is not None:
            return place
        side = self.free(start, sentence)
        if place.says("midline"):
            side = side if side and side.value != BILATERAL else self._own_neighbour(place, sentence)
            return replace(place, side=side or Side(MIDLINE, place.mention.mark))
        if side is None or side.value == MIDLINE:
            side = self._neighbour(place, sentence) or self._head(sentence) or self._report(place, start)
        return replace(place, side=side)

    def free(self, start: int, sentence: SentenceView) -> Side | None:
        """A side said in the clause and bound to no noun: "On the right, …", "left-sided bone"."""
        free = self.places.free_sides(sentence.index)
        low, high = self.places.clause(sentence.index, start)
        inside = [side for side in free if low <= side.mark.start < high] or free
        return min(inside, key=lambda side: abs(side.mark.start - start)) if inside else None

    def _own_neighbour(self, place: Place, sentence: SentenceView) -> Side | None:
        others = [p for p in self.places.all_in(sentence.index) if p.side and p.says("midline") and p.related(place)]
        return others[0].side if others else None

    def _neighbour(self, place: Place, sentence: SentenceView) -> Side | None:
        """The side of another place of the sentence: of the same region first, then the nearest."""
        others = [p for p in self.places.all_in(place.mention.sentence) if p.side_value in _LATERAL]
        others = others or [p for p in self.places.all_in(sentence.index) if p.side_value in _LATERAL]
        others = [p for p in others if p.related(place)] or others
        return min(others, key=lambda p: abs(p.mention.start - place.mention.start)).side if others else None

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
        sides = [side for sides in self.places.sides.free.values() for side in sides if side.value in _LATERAL]
        return sides[0] if len({side.value for side in sides}) == 1 else None
