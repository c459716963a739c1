"""Symptoms of the patient, one assertion each."""

from horad.findings.view import Mention, View

_NOT_READ = frozenset({"recommendation", "discussion", "technique", "comparison", "signature"})
_ASKED_AS_SAID = frozenset({"history", "indication"})
_ORDER = ("present", "possible", "historical", "absent")


def symptoms(view: View) -> list[dict[str, str]]:
    """``[{name, assertion}]`` by name; said to be there outweighs hedged, past and denied."""
    found: dict[str, str] = {}
    for mention in view.of("symptom"):
        assertion = _assertion(mention)
        if assertion and (mention.value not in found or _weaker(found[mention.value], assertion)):
            found[mention.value] = assertion
    return [{"name": name, "assertion": found[name]} for name in sorted(found)]


def _assertion(mention: Mention) -> str | None:
    if mention.section in _NOT_READ:
        return None
    if mention.assertion == "asked" and mention.section in _ASKED_AS_SAID:
        return _ORDER[0]
    return mention.assertion if mention.assertion in _ORDER else None


def _weaker(old: str, new: str) -> bool:
    return _ORDER.index(new) < _ORDER.index(old)
