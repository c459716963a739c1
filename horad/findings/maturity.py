"""How mature the new bone is: explicit words first, then what its features tell."""

from collections.abc import Iterator

from horad.findings import features
from horad.findings.view import Claim, Mention, View

FIELD = "maturity"
STATED, INFERRED = "stated", "inferred"
_ABOUT_BONE = ("ho", "bone", "lesion")


def claims(view: View) -> list[Claim]:
    """One claim per word or feature that tells maturity, in reading order.

    ``data["basis"]`` is stated or inferred, ``side`` and ``site`` are words of the same clause.
    """
    found = [*_from_words(view), *_from_features(view)]
    return _settled(sorted(found, key=lambda claim: claim.marks[0].start))


def _from_words(view: View) -> Iterator[Claim]:
    for mention in view.of(FIELD):
        when = features.place_in_time(mention)
        if when is None or mention.assertion == features.ABSENT:
            continue
        attributes = mention.rule.attributes
        if attributes.get("needs") and not about_bone(view, mention):
            continue
        data: dict[str, object] = {"when": when, "basis": attributes.get("basis", STATED), **features.nearest_place(view, mention)}
        if attributes.get("not_yet"):
            data["not_yet"] = True
        yield Claim(FIELD, mention.value, mention.assertion, (mention.mark,), mention.sentence, data)


def _from_features(view: View) -> Iterator[Claim]:
    for claim in features.claims(view):
        rule = view.rules.by_id[claim.marks[0].rule]
        told = rule.attributes.get(FIELD)
        owned = claim.assertion == rule.attributes.get("polarity", features.PRESENT)
        if told and owned and claim.value == rule.value:
            data = {**claim.data, "basis": INFERRED}
            yield Claim(FIELD, str(told), features.PRESENT, claim.marks, claim.sentence, data)


def about_bone(view: View, mention: Mention) -> bool:
    """True if new bone or a lesion is spoken of in the same sentence or the one before."""
    return any(view.within(index, *_ABOUT_BONE) for index in (mention.sentence, mention.sentence - 1) if index >= 0)


def _settled(found: list[Claim]) -> list[Claim]:
    """Drop descriptions of the same place that a stated word overrules."""
    stated = [c for c in found if c.data["basis"] == STATED and c.data["when"] == "current"]
    return [c for c in found if c.data["basis"] == STATED or not any(_same_place(c, other) for other in stated)]


def _same_place(one: Claim, other: Claim) -> bool:
    pairs = ((one.data.get(name), other.data.get(name)) for name in ("side", "site"))
    return all(a is None or b is None or a == b for a, b in pairs)
