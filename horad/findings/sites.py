"""Where a lesion lies: the site and side of each anchor, by the words nearest to it first.

Order of trust: the clause of the anchor, the rest of its sentence, its subheading, the places of
other anchors, the exam line, earlier sentences, the request. Measured on the labelled texts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from horad.findings.laterality import BILATERAL, LEFT, MIDLINE, RIGHT, Side, together
from horad.findings.places import JOINTS, Place, Places
from horad.findings.view import CURRENT, Claim, Mark, Mention, SentenceView, View

Anchor = Mention | tuple[int, int]
UNSPECIFIED = "unspecified"
_MODIFIER_GAP = 4  # words between a place and the lesion it qualifies: "left hip grade II ossification"
_BACK = 3  # sentences a definite reference reaches back ("The bone …")
_ASKED = ("indication", "history", "comparison", "technique")


@dataclass(frozen=True, slots=True)
class _Span:
    """An anchor as words of a sentence."""

    start: int
    end: int
    sentence: SentenceView


def resolve(view: View, anchors: Sequence[Anchor]) -> list[Claim]:
    """The places of each anchor: claims of field "sites" with ``data`` side and anchor (its index)."""
    return Resolver(view, anchors).claims()


def default_anchors(view: View) -> list[Mention]:
    """Heterotopic bone said to be there now, or perhaps there."""
    return [
        m
        for m in view.of("ho")
        if m.assertion in ("present", "possible") and not m.historical and m.section in CURRENT and m.value != "none"
    ]


def claims(view: View) -> list[Claim]:
    """Sites of the report as a whole: one claim per site, two sides become bilateral."""
    return merge(view, resolve(view, default_anchors(view)))


def merge(view: View, found: Sequence[Claim]) -> list[Claim]:
    """Claims of several anchors as one per site; contradictions of side become a claim of their own."""
    by_site: dict[str, list[Claim]] = {}
    for claim in found:
        if claim.field == "sites":
            by_site.setdefault(claim.value, []).append(claim)
    if len(by_site) > 1:
        by_site.pop(UNSPECIFIED, None)
    return [_one(site, group) for site, group in by_site.items()] + [c for c in found if c.field != "sites"]


def _one(site: str, group: Sequence[Claim]) -> Claim:
    side = together([str(claim.data["side"]) for claim in group])
    marks = tuple(dict.fromkeys(mark for claim in group for mark in claim.marks))
    assertion = "present" if any(claim.assertion == "present" for claim in group) else group[0].assertion
    return Claim("sites", site, assertion, marks, group[0].sentence, {"side": side, "anchor": group[0].data["anchor"]})


class Resolver:
    """Resolves the anchors of one report together, as each may be the context of the next."""

    def __init__(self, view: View, anchors: Sequence[Anchor]) -> None:
        self.view = view
        self.anchors = anchors
        self.places = Places(view)
        self.spans = [self._span(anchor) for anchor in anchors]
        self._exam = self._exam_places()

    def _span(self, anchor: Anchor) -> _Span:
        start, end = (anchor.start, anchor.end) if isinstance(anchor, Mention) else anchor
        return _Span(start, end, self.view.sentence_of(start))

    def _exam_places(self) -> list[Place]:
        """Places of the exam line."""
        return [p for s in self.view.sentences if s.section == "header" for p in self.places.all_in(s.index)]

    def claims(self) -> list[Claim]:
        """All claims, anchor by anchor."""
        local = [self._local(span) for span in self.spans]
        claims: list[Claim] = []
        for index, span in enumerate(self.spans):
            places = local[index] or self._elsewhere(index, local)
            sided = [self._sided(place, span) for place in places]
            claims += [self._claim(index, place) for place in _unique(sided)] or self._unknown(index)
        return claims

    def _claim(self, index: int, place: Place) -> Claim:
        marks = (place.mention.mark, *((place.side.mark,) if place.side else ()))
        anchor, sentence = self.anchors[index], self.spans[index].sentence.index
        assertion = anchor.assertion if isinstance(anchor, Mention) else "present"
        side = place.side_value or UNSPECIFIED
        return Claim("sites", place.site, assertion, tuple(dict.fromkeys(marks)), sentence, {"side": side, "anchor": index})

    def _unknown(self, index: int) -> list[Claim]:
        anchor = self.anchors[index]
        if not isinstance(anchor, Mention):
            return []
        data = {"side": UNSPECIFIED, "anchor": index}
        return [Claim("sites", UNSPECIFIED, anchor.assertion, (anchor.mark,), anchor.sentence, data)]

    # -- places in the anchor's own sentence ------------------------------------------------------

    def _local(self, span: _Span) -> list[Place]:
        index = span.sentence.index
        low, high = self.places.clause(index, span.start)
        everywhere = self.places.in_sentence(index)
        clause = [p for p in everywhere if low <= p.mention.start < high]
        chosen = self._choose(clause, span) or self._choose(everywhere, span)
        if not chosen:
            chosen = list(self._head(span.sentence))
        return self._settle(chosen, span)

    def _head(self, sentence: SentenceView) -> Iterable[Place]:
        """Places of the subheading above a sentence ("Right hip: …")."""
        start, end = sentence.head
        return (p for p in self.places.everything if end and start <= p.mention.start < end)

    def _choose(self, places: Sequence[Place], span: _Span) -> list[Place]:
        """The places that go with the anchor: qualifying it or after it, else before it."""
        after = [p for p in places if p.mention.end > span.start]
        before = [p for p in places if p.mention.end <= span.start]
        if not after:
            return self._last_list(before)
        qualifiers = self._qualifiers(before, span)
        if qualifiers:
            return [*qualifiers, *after]
        both = _taken_in([*before, *after])
        return both if len({p.site for p in both}) == 1 else after

    def _qualifiers(self, before: Sequence[Place], span: _Span) -> list[Place]:
        """ "Left hip and right knee heterotopic ossification": the list that ends at the anchor."""
        if not before or not self._plain(before[-1].mention.end, span.start):
            return []
        return self._last_list(before)

    def _last_list(self, before: Sequence[Place]) -> list[Place]:
        return list(before)

    def _plain(self, start: int, end: int) -> bool:
        stops = self.places.sides.stops
        return end - start <= _MODIFIER_GAP and not any(word in stops for word in self.view.words[start:end])

    def _settle(self, chosen: Sequence[Place], span: _Span) -> list[Place]:
        """Segments beside a joint become the joint; two bones that are joined become the joint between."""
        places = self._bones(list(chosen), span)
        refined = [self._refine(place, span) for place in places]
        return _taken_in(refined)

    def _bones(self, places: list[Place], span: _Span) -> list[Place]:
        bones = [p for p in places if p.kind == "bone"]
        for number, first in enumerate(bones):
            for second in bones[number + 1 :]:
                shared = first.near & second.near
                if first.site != second.site and len(shared) == 1:
                    joint = next(iter(shared))
                    return [replace(p, site=joint) if p in (first, second) else p for p in places]
        return places

    def _refine(self, place: Place, span: _Span) -> Place:
        """A segment becomes the joint that the report is about ("CT elbow … the brachialis")."""
        if not place.near or place.site != place.mention.value:
            return place
        for sources in (self.places.all_in(span.sentence.index), self._head(span.sentence), self._exam):
            joints = {p.site for p in sources if p.kind in JOINTS and p.site in place.near}
            if len(joints) == 1:
                return replace(place, site=next(iter(joints)))
        implied = {m.value for m in self.places.implied} & place.near
        return replace(place, site=next(iter(implied))) if len(implied) == 1 else place

    # -- places from elsewhere --------------------------------------------------------------------

    def _elsewhere(self, index: int, local: Sequence[list[Place]]) -> list[Place]:
        """Places of the nearest resolved anchor, the exam line, earlier sentences, or the request."""
        span = self.spans[index]
        order = sorted(range(len(local)), key=lambda i: (i > index, abs(i - index)))
        for other in order:
            if local[other]:
                return self._turned(local[other], span)
        exam = self._settle(self._exam, span)
        if len({p.site for p in exam}) == 1 and not self._broad(exam):
            return exam
        earlier = self._earlier(span)
        return earlier or self._narrow(exam) or self._asked(span)

    def _turned(self, places: Sequence[Place], span: _Span) -> list[Place]:
        """The same places, on the side that the anchor's own clause says ("on the left it is mature")."""
        side = self._free_side(span)
        if side is None:
            return list(places)
        return [replace(place, side=side) for place in places]

    def _broad(self, places: Sequence[Place]) -> bool:
        return all(p.kind in ("region", "spine") for p in places)

    def _narrow(self, exam: Sequence[Place]) -> list[Place]:
        """The exam's places; a grade of the hip said of a pelvis film makes it the hip."""
        implied = self.places.implied
        if implied:
            mention = implied[0]
            same = [p for p in exam if p.site == mention.value]
            return same or [Place(mention, mention.value, None)]
        return list(exam)

    def _earlier(self, span: _Span) -> list[Place]:
        """Places of the sentences just before, then of the other sentences that describe the images."""
        here = span.sentence.index
        back = range(here - 1, -1, -1)
        ahead = range(here + 1, len(self.view.sentences))
        for number in (*back, *ahead):
            sentence = self.view.sentences[number]
            if sentence.section in CURRENT - {"header"}:
                places = self._settle(self.places.in_sentence(number), span)
                if places:
                    return places
        return []

    def _asked(self, span: _Span) -> list[Place]:
        for sentence in self.view.sentences:
            if sentence.section in _ASKED:
                places = self._settle(self.places.in_sentence(sentence.index), span)
                if places:
                    return places
        return []

    # -- sides ------------------------------------------------------------------------------------

    def _sided(self, place: Place, span: _Span) -> Place:
        if place.side is not None:
            return place
        side = self._free_side(span) or self._neighbour(place, span)
        if side is None and not place.mention.rule.attributes.get("midline"):
            side = self._head_side(span) or self._report_side(place, span)
        if side is None and place.mention.rule.attributes.get("midline"):
            side = Side(MIDLINE, place.mention.mark)
        return replace(place, side=side)

    def _free_side(self, span: _Span) -> Side | None:
        """A side said in the clause and bound to no noun: "On the right, …", "left-sided bone"."""
        free = self.places.sides.free.get(span.sentence.index, [])
        low, high = self.places.clause(span.sentence.index, span.start)
        inside = [side for side in free if low <= side.mark.start < high] or free
        if not inside:
            return None
        return min(inside, key=lambda side: abs(side.mark.start - span.start))

    def _neighbour(self, place: Place, span: _Span) -> Side | None:
        """The side of another place of the sentence, the nearest first."""
        others = [p for p in self.places.all_in(place.mention.sentence) if p.side]
        others = others or [p for p in self.places.all_in(span.sentence.index) if p.side]
        if not others:
            return None
        return min(others, key=lambda p: abs(p.mention.start - place.mention.start)).side

    def _head_side(self, span: _Span) -> Side | None:
        start, end = span.sentence.head
        sides = [p.side for p in self._head(span.sentence) if p.side]
        if sides:
            return sides[0]
        for number in range(span.sentence.index, -1, -1):
            row = self.view.sentences[number]
            if end and row.start <= start < row.end:
                return next((s for s in self.places.sides.free.get(number, []) if start <= s.mark.start < end), None)
        return None

    def _report_side(self, place: Place, span: _Span) -> Side | None:
        """The one side that the report speaks of: of this region first, then of any."""
        related = [p for p in self.places.everything if p.side and _related(p, place)]
        for group in (related, [p for p in self._exam if p.side]):
            sides = {p.side_value for p in group if p.side_value in (LEFT, RIGHT, BILATERAL)}
            if len(sides) == 1:
                return group[0].side
        before = [p for p in related if p.mention.start < span.start and p.side_value in (LEFT, RIGHT, BILATERAL)]
        if before:
            return before[-1].side
        free = [side for sides in self.places.sides.free.values() for side in sides]
        values = {side.value for side in free if side.value != MIDLINE}
        return free[0] if len(values) == 1 else None


def _related(first: Place, second: Place) -> bool:
    if first.site == second.site or first.mention.value == second.mention.value:
        return True
    return bool(
        first.site in second.around | second.near or second.site in first.around | first.near or first.near & second.near
    )


def _taken_in(places: Sequence[Place]) -> list[Place]:
    """Drop the segments that a joint named beside them takes in."""
    return [
        p
        for p in places
        if not any(p.site in q.around and p.site != q.site and _same_side(p, q) for q in places if q is not p)
    ]


def _same_side(first: Place, second: Place) -> bool:
    one, two = first.side_value, second.side_value
    return not one or not two or one == two or BILATERAL in (one, two)


def _unique(places: Sequence[Place]) -> list[Place]:
    seen: dict[tuple[str, str], Place] = {}
    for place in places:
        seen.setdefault((place.site, place.side_value), place)
    return list(seen.values())


__all__ = ["Mark", "claims", "default_anchors", "merge", "resolve"]
