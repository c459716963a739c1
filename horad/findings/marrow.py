"""Signal or attenuation inside the new bone: fat, oedema, marrow of no stated kind, or none."""

from horad.findings import features
from horad.findings.view import Claim, Mention, View

FIELD, CLAIM = "marrow", "marrow_signal"
_MINUS = frozenset("-\u2212\u2013")
_ORDER = ("fatty", "oedema", "absent", "present_unspecified")


def claims(view: View) -> list[Claim]:
    """Claims of the inside of the new bone, the most telling kind first."""
    found = [claim for mention in view.of(FIELD) if (claim := _claim(view, mention))]
    return sorted(found, key=lambda claim: _ORDER.index(claim.value))


def _claim(view: View, mention: Mention) -> Claim | None:
    when, attributes = features.place_in_time(view, mention), mention.rule.attributes
    if when is None or (attributes.get("needs") and not features.about_bone(view, mention)):
        return None
    if attributes.get("sign") == "minus" and not _below_zero(view, mention):
        return None
    value, assertion = mention.value, mention.assertion
    if assertion == features.ABSENT and value != features.ABSENT:
        if value == "oedema" or attributes.get("denied") == "silent":
            return None
        value = features.ABSENT
    if assertion not in (features.PRESENT, features.POSSIBLE, "historical"):
        assertion = features.PRESENT
    data = {"when": when, **features.nearest_place(view, mention)}
    return Claim(CLAIM, value, assertion, (mention.mark,), mention.sentence, data)


def _below_zero(view: View, mention: Mention) -> bool:
    """A minus sign before the number; the reading copy drops hyphens, and one after a digit is a range's."""
    number = next((i for i in range(mention.start, mention.end) if view.words[i].isdigit()), mention.start)
    before = view.text[: view.offsets[number][0]].rstrip(" ")
    return before[-1:] in _MINUS and bool(before[:-1]) and not before[-2].isdigit()
