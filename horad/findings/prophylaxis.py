"""Prophylaxis against heterotopic ossification that the text speaks of."""

from horad.findings.view import Mention, View

_SAID = frozenset({"present", "historical", "absent", "possible"})
# An agent that is told as a guard is one that was given.
_GIVEN_AS = {"at_risk": "present"}
_ORDER = ("present", "historical", "possible", "absent")


def prophylaxis(view: View) -> list[dict[str, str]]:
    """``[{agent, assertion}]`` by agent; what was given outweighs what was not."""
    found: dict[str, str] = {}
    for mention in view.of("prophylaxis"):
        assertion = _GIVEN_AS.get(mention.assertion, mention.assertion)
        if assertion not in _SAID or not _meant(view, mention):
            continue
        old = found.get(mention.value)
        if old is None or _ORDER.index(assertion) < _ORDER.index(old):
            found[mention.value] = assertion
    return [{"agent": agent, "assertion": found[agent]} for agent in sorted(found)]


def _meant(view: View, mention: Mention) -> bool:
    """Radiation is prophylactic only where the sentence says so."""
    return not mention.rule.attributes.get("needs_purpose") or bool(
        view.within(mention.sentence, "prophylaxis_purpose")
    )
