"""Which lesion a statement belongs to: findings per site and side, claims bound to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from horad.findings.lesions import Anchor
from horad.findings.view import Claim, View

UNSPECIFIED = "unspecified"


@dataclass(eq=False)
class Lesion:
    """One lesion on one side while its findings are gathered."""

    kind: str
    assertion: str
    site: str = UNSPECIFIED
    side: str = UNSPECIFIED
    anchors: list[Anchor] = field(default_factory=list)
    places: list[Claim] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def of(self, *fields: str) -> list[Claim]:
        """The lesion's claims of some fields (a trailing dot takes a family: "features.")."""
        return [
            c for c in self.claims if any(c.field == f or (f.endswith(".") and c.field.startswith(f)) for f in fields)
        ]


def lesions_of(
    kind: str, assertion: str, anchors: Sequence[Anchor], places: Sequence[Claim], merged: Sequence[Claim]
) -> list[Lesion]:
    """One lesion per site and side that the anchors were placed at, in reading order.

    ``merged`` are the same places as one claim per site: they tell which sites count, and the side to
    keep where the report contradicts itself.
    """
    sides = {claim.value: str(claim.data["side"]) for claim in merged if claim.field == "sites"}
    settled = {claim.value for claim in merged if claim.field == "laterality_conflict"}
    found: dict[tuple[str, str], Lesion] = {}
    for claim in places:
        if claim.value not in sides:
            continue
        side = str(claim.data.get("side") or UNSPECIFIED)
        if claim.value in settled or side == UNSPECIFIED:
            side = sides[claim.value]
        lesion = found.setdefault((claim.value, side), Lesion(kind, assertion, claim.value, side))
        lesion.anchors.append(anchors[claim.data["anchor"]])
        lesion.places.append(claim)
    return _absorb(list(found.values())) or [Lesion(kind, assertion, anchors=list(anchors))]


def _absorb(lesions: list[Lesion]) -> list[Lesion]:
    """A place told with less detail (no side, no site) is the same lesion as one told with more."""
    kept: list[Lesion] = []
    for lesion in lesions:
        hosts = [other for other in lesions if other is not lesion and _covers(other, lesion)]
        if hosts:
            hosts[0].anchors += lesion.anchors
            hosts[0].places += lesion.places
        else:
            kept.append(lesion)
    return kept


def _covers(more: Lesion, less: Lesion) -> bool:
    if less.site == UNSPECIFIED:
        return more.site != UNSPECIFIED
    if more.site != less.site:
        return False
    if less.side == UNSPECIFIED:
        return more.side != UNSPECIFIED
    return False


def bind(view: View, lesions: Sequence[Lesion], claims: Sequence[Claim]) -> None:
    """Give every claim to the lesion its sentence speaks of (all of them, if none is singled out)."""
    active = _active(view, lesions)
    for claim in claims:
        candidates = active[claim.sentence]
        side, site = claim.data.get("side"), claim.data.get("site")
        for attribute, wanted in (("site", site), ("side", side)):
            if wanted:
                narrowed = [x for x in candidates if getattr(x, attribute) == wanted] or [
                    x for x in lesions if getattr(x, attribute) == wanted
                ]
                candidates = narrowed or candidates
        for lesion in candidates:
            lesion.claims.append(claim)


def _active(view: View, lesions: Sequence[Lesion]) -> list[list[Lesion]]:
    by_sentence: dict[int, list[Lesion]] = {}
    for lesion in lesions:
        for anchor in lesion.anchors:
            group = by_sentence.setdefault(anchor.mention.sentence, [])
            if lesion not in group:
                group.append(lesion)
    current: list[Lesion] = list(lesions)
    active: list[list[Lesion]] = []
    for sentence in view.sentences:
        here = by_sentence.get(sentence.index, [])
        sides = {m.value for m in (*view.within(sentence.index, "side"), *view.under_head(sentence, "side"))}
        sided = [x for x in lesions if x.side in sides]
        current = here or sided or current
        active.append(current or list(lesions))
    return active
