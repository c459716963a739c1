"""The lesions that a report is about: the heterotopic bone, and else the tumour, mass or mimic."""

from collections.abc import Sequence

from horad.findings import site_summary, sites, surroundings
from horad.findings.bind import Lesion, lesions_of
from horad.findings.lesions import Anchor
from horad.findings.status import Status
from horad.findings.view import CURRENT, Claim, Mark, Mention, View

_ASSERTED = ("present", "possible")
_KINDS = {"mo": "myositis_ossificans", "mo_abbreviation": "myositis_ossificans", "fop": "fop"}
_BONE = "heterotopic_ossification"
_TUMOUR = {"suspected": "present", "possible": "possible"}


def subjects(view: View, status: Status, tumour_value: str) -> tuple[list[Lesion], list[Claim]]:
    """The lesions, and the contradictions of side met in placing them."""
    lesions: list[Lesion] = []
    contradictions: list[Claim] = []
    if status.value in _ASSERTED:
        placed, contradictions = _placed(view, _kind(status.deciding), status.value, status.deciding)
        lesions += placed
    if tumour_value in _TUMOUR and (not lesions or tumour_value == "suspected"):
        lesions += _told(view, "tumour", _TUMOUR[tumour_value], view.of("tumour"))
    if not lesions:
        lesions = _without_name(view)
    if not lesions and status.value in ("absent", "historical"):
        return _placed(view, _kind(status.deciding), status.value, status.deciding)
    return lesions, contradictions


def denied(view: View, anchors: Sequence[Anchor], told: Sequence[Lesion]) -> list[Lesion]:
    """Heterotopic bone denied at a place of its own, beside what is there ("the left hip shows none")."""
    denials = [anchor for anchor in anchors if anchor.status == "absent" and anchor.strong and anchor.limited]
    lesions = _placed(view, _BONE, "absent", denials)[0] if denials and told else []
    taken = {(lesion.site, lesion.side) for lesion in told} | {(lesion.site, "unspecified") for lesion in told}
    both = {lesion.site for lesion in told if lesion.side == "bilateral"}
    return [x for x in lesions if (x.site, x.side) not in taken and x.site not in both and x.side in ("left", "right")]


def benign_named(view: View, anchors: Sequence[Anchor]) -> bool:
    """True if heterotopic ossification or a tumour's mimic is named as the diagnosis."""
    if any(anchor.strong and anchor.status == "present" for anchor in anchors):
        return True
    return any(m.rule.attributes.get("scope") != "none" for m in _stated_mimics(view))


def mineral_mimic(view: View) -> bool:
    """True if a condition that has mineral of its own is stated outright."""
    return any(m.rule.attributes.get("mineral") for m in _stated_mimics(view))


def _stated_mimics(view: View) -> list[Mention]:
    return [m for m in view.of("mimic") if m.section in CURRENT and m.assertion == "present" and not m.historical]


def _without_name(view: View) -> list[Lesion]:
    """A mimic with mineral of its own, a mass or mineral, another mimic: the first that is there."""
    mimics = [m for m in _current(view, "mimic") if m.rule.attributes.get("scope") != "none"]
    mineral = [m for m in mimics if m.rule.attributes.get("mineral") and m.assertion == "present"]
    masses = [m for m in _current(view, "lesion") if m.value in ("mass", "mineral") and m.assertion == "present"]
    for kind, mentions in (("mimic", mineral), ("mineralised_mass", masses), ("mimic", mimics)):
        if mentions:
            return _told(view, kind, mentions[0].assertion, mentions)
    return []


def _current(view: View, field: str) -> list[Mention]:
    return [m for m in view.of(field) if m.section in CURRENT and m.assertion in _ASSERTED]


def _told(view: View, kind: str, assertion: str, mentions: Sequence[Mention]) -> list[Lesion]:
    asserted = [m for m in mentions if m.assertion in _ASSERTED and m.section in CURRENT]
    anchors = [Anchor(m, m.assertion, strong=True) for m in asserted]
    return _placed(view, kind, assertion, anchors)[0]


def _placed(view: View, kind: str, assertion: str, anchors: Sequence[Anchor]) -> tuple[list[Lesion], list[Claim]]:
    places = sites.resolve(view, [anchor.mention for anchor in anchors])
    merged = site_summary.merge(view, places)
    lesions = lesions_of(kind, assertion, anchors, places, merged)
    for lesion in lesions:
        lesion.claims += _around(view, lesion)
    return lesions, [claim for claim in merged if claim.field == "laterality_conflict"]


def _around(view: View, lesion: Lesion) -> list[Claim]:
    """Compartments, and the muscles, tendons, ligaments and bursae, that the lesion's anchors lie in."""
    found = []
    for anchor in lesion.anchors:
        for field, named in (("compartments", surroundings.compartments), ("structures", surroundings.structures)):
            for name, mark in named(view, anchor.mention):
                if field == "compartments" and _part_of_a_name(view, mark):
                    continue
                found.append(Claim(field, name, "present", (mark,), anchor.mention.sentence))
    return found if any(claim.field == "compartments" for claim in found) else found + _by_muscle(view, found)


def _by_muscle(view: View, found: Sequence[Claim]) -> list[Claim]:
    """The compartment of the muscle that a lesion lies in, where the report names no other."""
    claims: list[Claim] = []
    for claim in found:
        claims.extend(
            Claim("compartments", mention.value, "present", (mention.mark,), claim.sentence)
            for mention in view.within(claim.sentence, "muscle_compartment")
            if any(mark.start <= mention.start < mark.end for mark in claim.marks)
        )
    return claims


def _part_of_a_name(view: View, mark: Mark) -> bool:
    """Whether the word belongs to a name: "medial" of the medial epicondyle says nothing of the lesion."""
    sites_here = view.within(view.sentence_of(mark.start).index, "site", "structure")
    return any(m.start <= mark.start and mark.end <= m.end for m in sites_here)


def _kind(anchors: Sequence[Anchor]) -> str:
    kinds = [_KINDS[anchor.mention.value] for anchor in anchors if anchor.mention.value in _KINDS]
    return kinds[0] if kinds else _BONE
