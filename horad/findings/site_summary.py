"""Sites of a whole report from the claims of its anchors, slips of laterality settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from horad.findings.laterality import BILATERAL, LEFT, OPPOSITE, RIGHT, together
from horad.findings.places import Places, places_of
from horad.findings.view import Claim, Mark, View

UNSPECIFIED = "unspecified"
_LAST = frozenset({"impression", "addendum"})


@dataclass(frozen=True, slots=True)
class _Vote:
    """One place of the report that says a side of a site."""

    side: str
    section: str
    mark: Mark


def merge(view: View, found: Sequence[Claim]) -> list[Claim]:
    """Claims of several anchors as one per site; a contradiction of side is a claim "laterality_conflict"."""
    by_site: dict[str, list[Claim]] = {}
    for claim in found:
        by_site.setdefault(claim.value, []).append(claim)
    if len(by_site) > 1:
        by_site.pop(UNSPECIFIED, None)
    places = places_of(view)
    return [claim for site, group in by_site.items() for claim in _one(view, places, site, group)]


def _one(view: View, places: Places, site: str, group: Sequence[Claim]) -> list[Claim]:
    side = together([str(claim.data["side"]) for claim in group])
    marks = tuple(dict.fromkeys(mark for claim in group for mark in claim.marks))
    assertion = "present" if any(claim.assertion == "present" for claim in group) else group[0].assertion
    first = group[0]
    conflict = _conflict(view, places, site, group)
    if conflict:
        side = conflict[0]
    claims = [Claim("sites", site, assertion, marks, first.sentence, {"side": side, "anchor": first.data["anchor"]})]
    if conflict:
        claims.append(Claim("laterality_conflict", site, "present", conflict[1], first.sentence, {"side": side}))
    return claims


def _conflict(view: View, places: Places, site: str, group: Sequence[Claim]) -> tuple[str, tuple[Mark, ...]] | None:
    """The side to keep and the two marks, where the conclusion says one side and all else the other."""
    votes = _votes(view, places, site)
    votes += [_Vote(str(c.data["side"]), view.sentences[c.sentence].section, c.marks[-1]) for c in group]
    votes = list({vote.mark: vote for vote in votes if vote.side in (LEFT, RIGHT, BILATERAL)}.values())
    if {vote.side for vote in votes} != {LEFT, RIGHT}:
        return None
    for side in (LEFT, RIGHT):
        mine = [vote for vote in votes if vote.side == side]
        theirs = [vote for vote in votes if vote.side == OPPOSITE[side]]
        late = all(vote.section in _LAST for vote in mine) and all(vote.section not in _LAST for vote in theirs)
        early = all(vote.section == "header" for vote in mine)
        said = {claim.data["side"] for claim in group}
        doubted = (late and side in said) or (early and OPPOSITE[side] in said)
        if doubted and not _said_apart(view, places, side):
            kept = OPPOSITE[side] if len(theirs) > len(mine) else UNSPECIFIED
            return kept, (theirs[0].mark, mine[0].mark)
    return None


def _said_apart(view: View, places: Places, side: str) -> bool:
    """Do the findings speak of this side without naming the place again ("On the right …")?"""
    return any(
        said.value in (side, BILATERAL) and view.sentences[number].section not in (*_LAST, "header")
        for number, free in places.sides.free.items()
        for said in free
    )


def _votes(view: View, places: Places, site: str) -> list[_Vote]:
    votes = []
    for place in places.everything:
        if place.side is None or place.side.value not in (LEFT, RIGHT, BILATERAL):
            continue
        if site == place.site or site in place.near:
            section = view.sentences[place.mention.sentence].section
            votes.append(_Vote(place.side.value, section, place.side.mark))
    return votes
