"""Where a lesion lies: the site and side of each anchor, by the words nearest to it first.

Order of trust: the clause of the anchor, the rest of its sentence, its subheading, the places of
other anchors and of the lesion it takes up, the exam line, earlier sentences, the request.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from horad.findings.counterpart import Counterpart
from horad.findings.laterality import BILATERAL, MIDLINE, OPPOSITE
from horad.findings.places import SOFT, Place, mark_of, places_of
from horad.findings.settle import Settler, same_side, taken_in
from horad.findings.side_choice import SideChoice
from horad.findings.site_summary import UNSPECIFIED, merge
from horad.findings.view import CURRENT, Claim, Mention, SentenceView, View

__all__ = ["Anchor", "claims", "default_anchors", "merge", "resolve"]

Anchor = Mention | tuple[int, int]
_MODIFIER_GAP = 4  # words between a place and the lesion it qualifies: "left hip grade II ossification"
_ASKED = frozenset({"indication", "history", "comparison", "technique"})
_UNSAID = frozenset({"hypothetical", "asked", "general", "family"})
_DESCRIBED = ("lesion", "bone")  # what "this is myositis ossificans" takes up


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


class Resolver:
    """Resolves the anchors of one report together, as each may be the context of the next."""

    def __init__(self, view: View, anchors: Sequence[Anchor]) -> None:
        self.view = view
        self.anchors = anchors
        self.places = places_of(view)
        self.sides = SideChoice(self.places)
        self.settler = Settler(self.places)
        self.counterpart = Counterpart(self.places)
        self.spans = [self._span(anchor) for anchor in anchors]
        self._starts = sorted(span.start for span in self.spans)

    def _span(self, anchor: Anchor) -> _Span:
        start, end = (anchor.start, anchor.end) if isinstance(anchor, Mention) else anchor
        return _Span(start, end, self.view.sentence_of(start))

    def claims(self) -> list[Claim]:
        """All claims, anchor by anchor."""
        local = [self._local(span) for span in self.spans]
        resolved = [number for number, places in enumerate(local) if places]
        found: list[list[Place]] = []
        for index, span in enumerate(self.spans):
            places = local[index] or self._elsewhere(index, local, resolved)
            found.append([p for place in places for p in self._placed(place, span)])
        self._add_likewise(found)
        self.counterpart.add(found, [span.sentence.index for span in self.spans])
        found = [[self.places.halved(p, s.sentence.index) for p in ps] for ps, s in zip(found, self.spans, strict=True)]
        found = [self._closer(places, found) for places in found]
        claims: list[Claim] = []
        for index, places in enumerate(found):
            claims += [self._claim(index, place) for place in _unique(places)] or self._unknown(index)
        return claims

    def _placed(self, place: Place, span: _Span) -> list[Place]:
        """The place with its side; "both hips replaced; bone on the right only" is the right."""
        if place.side_value == BILATERAL and place.mention.sentence == span.sentence.index:
            low, high = self.places.clause(span.sentence.index, span.start)
            single = [side for side in self.sides.free(span.start, span.sentence) if side.value in OPPOSITE]
            if low <= place.mention.start < high:
                single = [side for side in single if self.places.only(span.sentence.index, side.mark.start)]
            if single:
                return [replace(place, side=side) for side in single]
        return self.sides.sided(place, span.start, span.sentence)

    def _closer(self, places: list[Place], found: Sequence[list[Place]]) -> list[Place]:
        """A wide region or a bone beside a joint yields to the closer place that another anchor names."""
        others = [p for group in found if group is not places for p in group if not p.says("broad")]
        return [self._yielding(place, others) for place in places]

    @staticmethod
    def _yielding(place: Place, others: Sequence[Place]) -> Place:
        wide = place.says("broad") and not place.says("midline")
        central = place.side_value == MIDLINE and place.side is not None and place.side.by is None
        for other in others:
            if central and other.site == place.site and other.side_value in OPPOSITE:
                return replace(place, side=other.side)  # the midline was only taken for granted
            if other.site == place.site or not same_side(place, other) or place.site != place.mention.value:
                continue
            shared = (place.around | place.near) & (other.around | {other.site})
            if (wide and shared) or (place.kind == "bone" and other.site in place.near and other.kind != "bone"):
                return other
        return place

    def _claim(self, index: int, place: Place) -> Claim:
        anchor = self.anchors[index]
        assertion = anchor.assertion if isinstance(anchor, Mention) else "present"
        data = {"side": place.side_value or UNSPECIFIED, "anchor": index}
        return Claim("sites", place.site, assertion, mark_of(place), self.spans[index].sentence.index, data)

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
        everywhere = _stated(self.places.in_sentence(index))
        everywhere = self._own(everywhere, span) or everywhere
        listed = ":" in self.view.words[span.end : span.end + _MODIFIER_GAP]
        clause = everywhere if listed else [p for p in everywhere if low <= p.mention.start < high]
        chosen = self._choose(clause, span) or self._choose(everywhere, span)
        if not chosen:
            chosen = [p for p in self.places.under(span.sentence) if not p.says("broad")]
        return self._settle(chosen, span)

    def _own(self, places: Sequence[Place], span: _Span) -> list[Place]:
        """Of a sentence that tells several lesions, the places between this one and the next."""
        after = bisect_left(self._starts, span.end)
        following = self._starts[after] if after < len(self._starts) else span.sentence.end
        low, high = self.places.clause(span.sentence.index, span.start)
        titled = any(
            low <= p.mention.start and p.mention.end <= span.start and self._qualifies(p, span) for p in places
        )
        if following >= span.sentence.end or titled:
            return []
        return [p for p in places if span.end <= p.mention.start < min(following, high)]

    def _choose(self, places: Sequence[Place], span: _Span) -> list[Place]:
        """The places that go with the anchor: qualifying it or after it, else before it."""
        after = [p for p in places if p.mention.end > span.start]
        before = [p for p in places if p.mention.end <= span.start]
        if not after:
            return list(before)
        if before and self._qualifies(before[-1], span):
            return [*before, *after]
        both = taken_in([*before, *after])
        return both if len({p.site for p in both}) == 1 else after

    def _qualifies(self, place: Place, span: _Span) -> bool:
        """Does the place stand in the anchor's noun phrase: "right knee heterotopic ossification"?"""
        between = self.view.words[place.mention.end : span.start]
        return len(between) <= _MODIFIER_GAP and not any(word in self.places.sides.stops for word in between)

    def _settle(self, chosen: Sequence[Place], span: _Span) -> list[Place]:
        return self.settler.settle(chosen, span.start, span.sentence)

    # -- places from elsewhere --------------------------------------------------------------------

    def _elsewhere(self, index: int, local: Sequence[list[Place]], resolved: Sequence[int]) -> list[Place]:
        """Places of the nearest resolved anchor, the exam line, earlier sentences, or the request."""
        span = self.spans[index]
        if resolved:
            other = resolved[max(0, bisect_left(resolved, index) - 1)]
            return self._turned(local[other], self.spans[other], span)
        if self._described:
            return self._turned(*self._described, span)
        return self._turned(self._around(span), span, span)

    def _around(self, span: _Span) -> list[Place]:
        """Places of the sentence before, the exam line, earlier sentences, or the request."""
        just = self._just_before(span)
        if just:
            return just
        exam = self._settle(self.places.exam, span)
        if len({p.site for p in exam}) == 1 and not any(p.says("broad") for p in exam):
            return exam
        return self._earlier(span) or self._narrow(exam) or self._asked(span)

    def _turned(self, places: Sequence[Place], origin: _Span, span: _Span) -> list[Place]:
        """The same places, on the side that the anchor's own clause says ("on the left it is mature")."""
        free = self.sides.free(span.start, span.sentence)
        if free:
            return [replace(place, side=side) for place in places for side in free]
        return [p for place in places for p in self.sides.sided(place, origin.start, origin.sentence)]

    def _just_before(self, span: _Span) -> list[Place]:
        """The soft tissue of the sentence before ("In the vastus … This could be …")."""
        number = span.sentence.index - 1
        if number < 0 or self.view.sentences[number].section != span.sentence.section:
            return []
        places = _stated(self.places.in_sentence(number))
        if not any(p.kind in SOFT for p in places):
            return []
        return self._settle(places, span)

    @cached_property
    def _described(self) -> tuple[list[Place], _Span] | None:
        """The places of the first mass or piece of bone described, which the anchor takes up."""
        for mention in self.view.of(*_DESCRIBED):
            if mention.assertion in ("present", "possible") and mention.section in CURRENT:
                span = self._span(mention)
                places = self._local(span)
                if places and not all(p.says("broad") or self.places.weak(p) for p in places):
                    return places, span
        return None

    def _narrow(self, exam: Sequence[Place]) -> list[Place]:
        """The exam's places; a grade of the hip said of a pelvis film makes it the hip."""
        if self.places.implied:
            mention = self.places.implied[0]
            implied = Place(mention, mention.value, None)
            same = [p for p in exam if p.site in {implied.site, *implied.near} and p.kind != "bone"]
            return same or [implied]
        return list(exam)

    def _earlier(self, span: _Span) -> list[Place]:
        """Places of the sentences just before, then of the other sentences that describe the images."""
        placed, here = self._placed_sentences, bisect_left(self._placed_sentences, span.sentence.index)
        after = placed[here + 1 :] if placed[here : here + 1] == [span.sentence.index] else placed[here:]
        for number in (*reversed(placed[:here]), *after):
            places = self._settle(_stated(self.places.in_sentence(number)), span)
            places = [p for p in places if not p.says("broad")]
            if places:
                return places
        return []

    @cached_property
    def _placed_sentences(self) -> list[int]:
        """The sentences that describe the images and name a place."""
        described = (s.index for s in self.view.sentences if s.section in CURRENT - {"header"})
        return [index for index in described if _stated(self.places.in_sentence(index))]

    def _asked(self, span: _Span) -> list[Place]:
        for sentence in self.view.sentences:
            if sentence.section in _ASKED:
                places = self._settle(self.places.in_sentence(sentence.index), span)
                if places:
                    return places
        return []

    def _add_likewise(self, found: list[list[Place]]) -> None:
        """One more place of the anchor before ("the contralateral hip is involved as well")."""
        taken = {span.sentence.index for span in self.spans}
        for sentence in self.view.sentences:
            self._add_another(sentence, found)
            cues = self.places.cues(sentence.index, "likewise")
            if not cues or sentence.section not in CURRENT:
                continue
            if sentence.index in taken:
                self._add_here(sentence, cues[-1], found)
                continue
            before = [i for i, span in enumerate(self.spans) if span.start < sentence.start]
            if before:
                found[before[-1]] += self._more(sentence, found[before[-1]])

    def _add_another(self, sentence: SentenceView, found: list[list[Place]]) -> None:
        """The place of one more piece in the anchor's own sentence ("…; another along the left hip")."""
        for cue in self.places.cues(sentence.index, "another"):
            same = [i for i, s in enumerate(self.spans) if s.sentence.index == sentence.index and s.end <= cue.start]
            if cue.assertion == "absent" or not same:
                continue
            low, high = self.places.clause(sentence.index, cue.start)
            named = [p for p in self.places.in_sentence(sentence.index) if low <= p.mention.start < high and p.side]
            near = [p for p in named if p.mention.start >= cue.end][:1] or named[-1:]
            found[same[-1]] += [p for p in near if p.mention not in [q.mention for q in found[same[-1]]]]

    def _add_here(self, sentence: SentenceView, cue: Mention, found: list[list[Place]]) -> None:
        """One more side told in the anchor's own sentence ("with similar change on the right")."""
        before = [i for i, s in enumerate(self.spans) if s.sentence.index == sentence.index and s.end <= cue.start]
        if not before or any(s.start >= cue.start and s.sentence.index == sentence.index for s in self.spans):
            return
        known = found[before[-1]]
        low, _ = self.places.clause(sentence.index, cue.start)
        first = cue.start if low <= self.spans[before[-1]].start else low
        sides = [side for side in self.places.free_sides(sentence.index) if side.mark.start >= first]
        named = [p for p in self.places.in_sentence(sentence.index) if p.mention.start >= first and p.side]
        named = [p for p in named if any(p.related(q) for q in known)]
        known += named or [replace(p, side=side) for p in list(known) for side in sides[:1]]

    def _more(self, sentence: SentenceView, known: Sequence[Place]) -> list[Place]:
        span = _Span(sentence.start, sentence.start, sentence)
        named = self._settle(_stated(self.places.in_sentence(sentence.index)), span)
        if named:
            return [p for place in named for p in self.sides.sided(place, span.start, sentence)]
        return [replace(place, side=side) for place in known for side in self.sides.free(sentence.start, sentence)]


def _stated(places: Sequence[Place]) -> list[Place]:
    """Places that are not denied, where there are any."""
    return [p for p in places if p.mention.assertion not in _UNSAID]


def _unique(places: Sequence[Place]) -> list[Place]:
    seen: dict[tuple[str, str], Place] = {}
    for place in places:
        seen.setdefault((place.site, place.side_value), place)
    return list(seen.values())
