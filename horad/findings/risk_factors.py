"""Risk factors: what the report states of this patient, at any time."""

from horad.findings.roles import as_written, roles
from horad.findings.view import Claim, Mention, View
from horad.terms import RiskFactor

_SUMMARY = frozenset(term.value for term in RiskFactor)
_NOT_OF_PATIENT = frozenset({"absent", "hypothetical", "asked", "at_risk", "family", "general"})
_NOT_READ = frozenset({"recommendation", "discussion", "signature"})
_OPERATIONS = frozenset({"arthroplasty", "other_surgery", "amputation"})
_BONE = frozenset({"present", "possible", "absent", "historical"})


def claims(view: View) -> list[Claim]:
    """One claim per factor and place, of the summary's list."""
    return [claim for claim in every(view) if claim.value in _SUMMARY]


def every(view: View) -> list[Claim]:
    """As ``claims``, with the factors that only the context lists."""
    stated = [mention for mention in view.of("risk_factor") if _stated(view, mention)]
    named = {mention.value for mention in stated if not _kind(mention)}
    prior = _prior(view)
    found = [mention for mention in stated if _counts(view, mention, named, bool(prior))]
    return [claim for mention in found for claim in _claims(mention)] + prior


def _kind(mention: Mention) -> str:
    return str(mention.rule.attributes.get("kind", ""))


def _stated(view: View, mention: Mention) -> bool:
    if mention.section in _NOT_READ or mention.assertion in _NOT_OF_PATIENT or not as_written(view, mention):
        return False
    if mention.assertion == "possible" and mention.value == "fracture":
        return False
    return mention.value not in _OPERATIONS or "planned" not in roles(view, mention, "history_role")


def _counts(view: View, mention: Mention, named: set[str], prior: bool) -> bool:
    """Metal and unnamed operations count where no named operation explains them."""
    kind = _kind(mention)
    if kind == "hardware":
        return not named & _OPERATIONS
    if kind == "generic":
        return not named & _OPERATIONS and not prior and mention.section != "comparison"
    return True


def _claims(mention: Mention) -> list[Claim]:
    also = mention.rule.attributes.get("also", ())
    values = (mention.value, *(also if isinstance(also, tuple) else ()))
    return [Claim("risk_factors", value, "present", (mention.mark,), mention.sentence) for value in values]


def _prior(view: View) -> list[Claim]:
    """Heterotopic bone of the past: removed, recurring, or said to be history."""
    return [
        Claim("risk_factors", "prior_ho", "present", (mention.mark,), mention.sentence)
        for mention in view.of("ho")
        if mention.section not in _NOT_READ and mention.assertion in _BONE and _past(view, mention)
    ]


def _past(view: View, mention: Mention) -> bool:
    found = roles(view, mention, "history_role")
    if "planned" in found:
        return False
    if found & {"past", "recurrent"} or mention.assertion == "historical":
        return True
    return "removed" in found and not (mention.section == "unknown" and view.of("narrative"))
