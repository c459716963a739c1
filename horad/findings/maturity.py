"""How mature the new bone is: explicit words first, then what its features tell."""

from collections.abc import Iterator, Sequence

from horad.findings import features, marrow
from horad.findings.view import Claim, View

FIELD = "maturity"
STATED, INFERRED = "stated", "inferred"
_MATURE, _MATURING, _MIXED = "mature", "maturing", "mixed"
_EXTREMES = frozenset({_MATURE, "immature"})


def claims(view: View) -> list[Claim]:
    """One claim per word or feature that tells maturity, in reading order.

    ``data["basis"]`` is stated or inferred, ``side`` and ``site`` are words of the same clause.
    """
    found = [*_from_words(view), *_from_features(view)]
    return _settled(sorted(found, key=lambda claim: claim.marks[0].start))


def decide(claims_: Sequence[Claim]) -> tuple[str, list[Claim]]:
    """The maturity that several claims of one or more lesions come to, and the claims that tell it.

    Places that differ, or bone both mature and immature, are mixed; else stated words decide over
    descriptions, and of either the last.
    """
    said = _settled(list(claims_))
    if not said:
        return "not_stated", []
    by_place = {
        (c.data.get("side"), c.data.get("site")): c.value for c in said if c.data.get("side") or c.data.get("site")
    }
    values = {c.value for c in said}
    if values >= _EXTREMES or _MIXED in values or len(set(by_place.values())) > 1:
        return _MIXED, said
    pool = [c for c in said if c.data["basis"] == STATED] or said
    return pool[-1].value, [c for c in pool if c.value == pool[-1].value]


def _from_words(view: View) -> Iterator[Claim]:
    for mention in view.of(FIELD):
        when = features.place_in_time(view, mention)
        if when is None or mention.assertion == features.ABSENT:
            continue
        attributes = mention.rule.attributes
        if attributes.get("needs") and not features.about_bone(view, mention):
            continue
        place = features.nearest_place(view, mention)
        data: dict[str, object] = {"when": when, "basis": attributes.get("basis", STATED), **place}
        if attributes.get("not_yet"):
            data["not_yet"] = True
        value = mention.value
        if mention.assertion == features.POSSIBLE:
            value = str(attributes.get("if_possible", value))
        yield Claim(FIELD, value, mention.assertion, (mention.mark,), mention.sentence, data)


def _from_features(view: View) -> Iterator[Claim]:
    recent = not features.words_of(view.rules, "recent_unit").isdisjoint(view.words)
    for claim in (*features.claims(view), *marrow.claims(view)):
        attributes = view.rules.by_id[claim.marks[0].rule].attributes
        if FIELD not in attributes or not _as_the_rule_says(view, claim) or (attributes.get("recent") and not recent):
            continue
        signs = {name: bool(attributes.get(name)) for name in ("weak", "recent")}
        data = {**claim.data, "basis": INFERRED, **signs}
        yield Claim(FIELD, str(attributes[FIELD]), features.PRESENT, claim.marks, claim.sentence, data)


def _as_the_rule_says(view: View, claim: Claim) -> bool:
    rule = view.rules.by_id[claim.marks[0].rule]
    return claim.value == rule.value and claim.assertion == rule.attributes.get("polarity", features.PRESENT)


def _weight(claim: Claim) -> int:
    """Stated words overrule descriptions; a plain sign of age overrules a weak one."""
    return 2 if claim.data["basis"] == STATED else 0 if claim.data.get("weak") else 1


def _settled(found: list[Claim]) -> list[Claim]:
    """Drop what a weightier claim of the same place overrules; of weak signs the younger look decides."""
    current = [claim for claim in found if claim.data["when"] == "current"]
    heaviest = {_place(claim): claim for claim in sorted(current, key=_weight)}.values()
    weighty = [c for c in found if not any(_weight(c) < _weight(other) and _same_place(c, other) for other in heaviest)]
    young = [c for c in weighty if c.value == _MATURING and (c.data.get("weak") or c.data.get("recent"))]
    apart = {(_place(claim), bool(claim.data.get("recent"))): claim for claim in young}.values()
    return [c for c in weighty if not any(_looks_older(c, other) and _same_place(c, other) for other in apart)]


def _looks_older(claim: Claim, young: Claim) -> bool:
    """A rim around a young centre is that of maturing bone, whatever a weak sign or a recent zone tells."""
    if claim.value == _MATURING or claim.data["basis"] == STATED:
        return False
    return bool(claim.data.get("weak")) or (bool(young.data.get("recent")) and claim.value == _MATURE)


def _place(claim: Claim) -> tuple[str | None, str | None]:
    return claim.data.get("side"), claim.data.get("site")


def _same_place(one: Claim, other: Claim) -> bool:
    pairs = ((one.data.get(name), other.data.get(name)) for name in ("side", "site"))
    return all(a is None or b is None or a == b for a, b in pairs)
