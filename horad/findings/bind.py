"""Which lesion a statement belongs to: findings per site and side, claims bound to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from horad.findings.lesions import Anchor
from horad.findings.view import Claim, View

UNSPECIFIED = "unspecified"
BILATERAL = "bilateral"
SIDES = ("left", "right")
TUMOUR = "tumour"


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
        if len(fields) == 1 and fields[0][-1] != ".":
            return [claim for claim in self.claims if claim.field == fields[0]]
        families = tuple(field for field in fields if field[-1] == ".")
        return [claim for claim in self.claims if claim.field in fields or claim.field.startswith(families)]


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


def bind(view: View, lesions: Sequence[Lesion], claims: Sequence[Claim]) -> list[Lesion]:
    """Give every claim to the lesion its sentence speaks of (to all, if none is singled out).

    A lesion told of both sides becomes one for each side where the sides differ.
    """
    told = _split(lesions)
    active = _active(view, told)
    for claim in claims:
        for lesion in _narrowed(active[claim.sentence], told, claim):
            lesion.claims.append(claim)
    return _rejoin(told)


def _narrowed(candidates: Sequence[Lesion], lesions: Sequence[Lesion], claim: Claim) -> Sequence[Lesion]:
    """The candidates at the site and on the side that the claim itself names."""
    for attribute in ("site", "side"):
        wanted = claim.data.get(attribute)
        if wanted:
            pools = (candidates, lesions)
            found = ([x for x in pool if getattr(x, attribute) == wanted] for pool in pools)
            candidates = next((pool for pool in found if pool), candidates)
    return candidates


def _split(lesions: Sequence[Lesion]) -> list[Lesion]:
    """Both sides apart; a side told by itself as well takes in its half."""
    sided: dict[tuple[str, str, str], Lesion] = {}
    for lesion in lesions:
        for side in SIDES if lesion.side == BILATERAL else (lesion.side,):
            key = (lesion.kind, lesion.site, side)
            half = sided.setdefault(key, Lesion(lesion.kind, lesion.assertion, lesion.site, side))
            half.anchors += [anchor for anchor in lesion.anchors if anchor not in half.anchors]
            half.places += [place for place in lesion.places if place not in half.places]
            half.claims += lesion.claims
    return list(sided.values())


def _rejoin(lesions: Sequence[Lesion]) -> list[Lesion]:
    """Two sides of which the same is said are one bilateral lesion."""
    kept: list[Lesion] = []
    for lesion in lesions:
        twin = next((x for x in kept if _same(x, lesion)), None)
        if twin is None:
            kept.append(lesion)
        else:
            twin.side = BILATERAL
            twin.anchors += [anchor for anchor in lesion.anchors if anchor not in twin.anchors]
            twin.places += [place for place in lesion.places if place not in twin.places]
    return kept


def _same(one: Lesion, other: Lesion) -> bool:
    alike = (one.kind, one.site) == (other.kind, other.site) and {one.side, other.side} == set(SIDES)
    return alike and one.claims == other.claims


def _active(view: View, lesions: Sequence[Lesion]) -> list[list[Lesion]]:
    """For each sentence the lesions that it speaks of: named in it, on the side it names, or as before."""
    by_sentence: dict[int, list[Lesion]] = {}
    for lesion in lesions:
        for anchor in lesion.anchors:
            group = by_sentence.setdefault(anchor.mention.sentence, [])
            if lesion not in group:
                group.append(lesion)
    current = _main(lesions)
    active: list[list[Lesion]] = []
    for sentence in view.sentences:
        here = by_sentence.get(sentence.index, [])
        sides = {m.value for m in (*view.within(sentence.index, "side"), *view.under_head(sentence, "side"))}
        pool = here or _main(lesions)
        sided = [x for x in pool if x.side in sides] or ([] if here else [x for x in lesions if x.side in sides])
        current = sided or here or current
        active.append(current or list(lesions))
    return active


def _main(lesions: Sequence[Lesion]) -> list[Lesion]:
    """Where ossification is only a possibility beside a tumour, what is described is the tumour."""
    tumours = [lesion for lesion in lesions if lesion.kind == TUMOUR]
    certain = [lesion for lesion in lesions if lesion.kind != TUMOUR and lesion.assertion == "present"]
    return tumours if tumours and not certain else list(lesions)
