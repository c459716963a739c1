"""Places of one statement made one: a muscle at a joint is the joint, two joined bones the joint between."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from horad.findings.laterality import BILATERAL
from horad.findings.places import JOINTS, SOFT, Place, Places
from horad.findings.view import CURRENT, SentenceView

_SPOKEN = ("joint", "prosthesis")


class Settler:
    """Settles the places of one report's statements."""

    def __init__(self, places: Places) -> None:
        self.places = places
        sentences = places.view.sentences
        current = [p for p in places.everything if sentences[p.mention.sentence].section in CURRENT]
        self._stumps = [p for p in current if p.kind in ("stump", "amputation")]
        self._joints = [p for p in places.everything if p.kind in _SPOKEN]

    def settle(self, chosen: Sequence[Place], start: int, sentence: SentenceView) -> list[Place]:
        """The places of a statement at ``start``, refined by the joint that the report is about."""
        places = self._bones(self._held(chosen))
        soft = {p.site for p in places if _soft(p)}
        refined = [
            p if p.kind == "bone" and p.site in soft else self._refine(self._stump(p, start), sentence) for p in places
        ]
        return taken_in(self._in_soft(refined))

    def _held(self, chosen: Sequence[Place]) -> list[Place]:
        """Of unrelated places, those that hold the lesion, not those that it only reaches."""
        held = [p for p in chosen if self.places.at(p)]
        if not held or len(held) == len(chosen):
            return list(chosen)
        return [p for p in chosen if p in held or any(p.related(q) for q in held)]

    @staticmethod
    def _in_soft(places: list[Place]) -> list[Place]:
        """A lesion in soft tissue beside a bone lies in the soft tissue."""
        soft = [p for p in places if _soft(p)]
        if not soft:
            return places
        return [p for p in places if p.kind != "bone" or p.site != p.mention.value or p.site in {q.site for q in soft}]

    def _bones(self, places: list[Place]) -> list[Place]:
        bones = [p for p in places if p.kind == "bone"]
        for first, second in pairwise(bones):
            shared = first.near & second.near
            joined = first.site != second.site and self.places.joined(first.mention.sentence, first.mention.start)
            if joined and len(shared) == 1:
                joint = next(iter(shared))
                return [replace(p, site=joint) if p in (first, second) else p for p in places]
        return places

    def _stump(self, place: Place, start: int) -> Place:
        """The bone end or muscle of an amputated limb is its stump."""
        for stump in self._stumps:
            said = stump.kind == "stump" or stump.mention.start < start
            if said and place.site in stump.around and same_side(stump, place):
                return replace(place, site=stump.site)
        return place

    def _refine(self, place: Place, sentence: SentenceView) -> Place:
        """A segment becomes the joint that the report is about ("CT elbow … the brachialis")."""
        if place.site != place.mention.value or not (place.near or place.under):
            return place
        here = [p for p in self.places.in_sentence(sentence.index) if same_side(p, place)]
        own = place.near | place.under
        sources = [(here, place.near), (self.places.under(sentence), own), (self.places.exam, own)]
        if len(place.near) == 1:  # a bone between two joints is not made either by a word far off
            sources.append((self._joints, place.near))
        for known, allowed in sources:
            if any(p.site == place.site and p.kind in _SPOKEN for p in known):
                return place
            if known is self.places.exam and any(p.site == place.site and _segment(p) for p in known):
                return place  # the segment itself is what was examined
            near = [p for p in known if p.site in allowed and (p.kind in JOINTS or known is here)]
            joints = {p.site for p in near if p.kind in _SPOKEN} or {p.site for p in near}
            if len(joints) == 1:
                return replace(place, site=next(iter(joints)))
        implied = {m.value for m in self.places.implied} & place.near
        return replace(place, site=next(iter(implied))) if len(implied) == 1 else place


def _soft(place: Place) -> bool:
    return place.kind in SOFT or _segment(place)


def _segment(place: Place) -> bool:
    """Is it a segment of a limb, not a wide region that holds joints?"""
    return place.kind == "region" and not place.says("broad")


def taken_in(places: Sequence[Place]) -> list[Place]:
    """Drop the segments that a joint named beside them takes in."""
    return [
        p
        for p in places
        if not any(p.site in q.around and p.site != q.site and same_side(p, q) for q in places if q is not p)
    ]


def same_side(first: Place, second: Place) -> bool:
    """Can two places be on one side?"""
    one, two = first.side_value, second.side_value
    return not one or not two or one == two or BILATERAL in (one, two)
