"""How mature the new bone is: explicit words first, then what its features tell."""

from collections.abc import Iterator

from horad.findings import features, marrow
from horad.findings.view import Claim, View

FIELD = "maturity"
STATED, INFERRED = "stated", "inferred"
_MATURING = "maturing"


def claims(view: View) -> list[Claim]:
    """One claim per word or feature that tells maturity, in reading order.

    ``data["basis"]`` is stated or inferred, ``side`` and ``site`` are words of the same clause.
    """
    found = [*_from_words(view), *_from_features(view)]
    return _settled(sorted(found, key=lambda claim: claim.marks[0].start))


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
    for claim in (*features.claims(view), *marrow.claims(view)):
        attributes = view.rules.by_id[claim.marks[0].rule].attributes
        if FIELD in attributes and _as_the_rule_says(view, claim):
            data = {**claim.data, "basis": INFERRED, "weak": bool(attributes.get("weak"))}
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
    weighty = [c for c in found if not any(_weight(c) < _weight(other) and _same_place(c, other) for other in current)]
    young = any(c.value == _MATURING for c in weighty if c.data.get("weak"))
    return [c for c in weighty if not (young and c.data.get("weak") and c.value != _MATURING)]


def _same_place(one: Claim, other: Claim) -> bool:
    pairs = ((one.data.get(name), other.data.get(name)) for name in ("side", "site"))
    return all(a is None or b is None or a == b for a, b in pairs)
