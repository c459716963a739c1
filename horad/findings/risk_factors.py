"""Risk factors: what the report states of this patient, at any time."""

from horad.findings.roles import as_written, roles
from horad.findings.view import Claim, Mention, View
from horad.terms import RiskFactor

_SUMMARY = frozenset(term.value for term in RiskFactor)
_NOT_OF_PATIENT = frozenset({"absent", "hypothetical", "asked", "at_risk", "family", "general"})
_NOT_READ = frozenset({"recommendation", "discussion", "signature"})
_TOLD = frozenset({"history", "indication"})
_OPENING = 3  # the first sentences of a text without headings tell the history
_OPERATIONS = frozenset({"arthroplasty", "other_surgery", "amputation"})
_NAMED_INJURIES = frozenset({"spinal_cord_injury", "brain_injury", "burn"})
_BONE = frozenset({"present", "possible", "absent", "historical"})
_HERE = frozenset({"present", "possible"})


def claims(view: View) -> list[Claim]:
    """One claim per factor and place, of the summary's list."""
    return [claim for claim in every(view) if claim.value in _SUMMARY]


def every(view: View) -> list[Claim]:
    """As ``claims``, with the factors that only the context lists."""
    stated = [mention for mention in view.of("risk_factor") if _stated(view, mention)]
    prior = _prior(view)
    named = {mention.value for mention in stated if not _kind(mention)} | {claim.value for claim in prior}
    narrative = bool(view.of("narrative"))
    found = [mention for mention in stated if _counts(mention, named, narrative=narrative)]
    return [claim for mention in found for claim in _claims(mention)] + prior


def _kind(mention: Mention) -> str:
    return str(mention.rule.attributes.get("kind", ""))


def _stated(view: View, mention: Mention) -> bool:
    if mention.section in _NOT_READ or mention.assertion in _NOT_OF_PATIENT or not as_written(view, mention):
        return False
    if mention.assertion == "possible" and mention.value == "fracture":
        return False
    return mention.value not in _OPERATIONS or "planned" not in roles(view, mention, "history_role")


def _counts(mention: Mention, named: set[str], *, narrative: bool) -> bool:
    """Words that only hint count where nothing named explains them (see models/patient/risk_factors.toml)."""
    explained = bool(named & (_OPERATIONS | {"prior_ho"}))
    match _kind(mention):
        case "hardware":
            return not explained
        case "plate":
            return not explained or "fracture" in named
        case "generic":
            return not explained and mention.section != "comparison"
        case "tumour_surgery":
            return not explained and not narrative
        case "unnamed_injury":
            return not named & _NAMED_INJURIES
        case "told":
            return mention.section in _TOLD or (mention.section == "unknown" and mention.sentence < _OPENING)
        case _:
            return True


def _claims(mention: Mention) -> list[Claim]:
    also = mention.rule.attributes.get("also", ())
    values = (mention.value, *(also if isinstance(also, tuple) else ()))
    return [Claim("risk_factors", value, "present", (mention.mark,), mention.sentence) for value in values]


def _prior(view: View) -> list[Claim]:
    """Heterotopic bone of the past: removed, recurring, or said to be history."""
    bone = [m for m in view.of("ho") if m.section not in _NOT_READ and m.assertion in _BONE]
    here = any(mention.assertion in _HERE for mention in bone)
    return [
        Claim("risk_factors", "prior_ho", "present", (mention.mark,), mention.sentence)
        for mention in bone
        if _past(view, mention, here=here)
    ]


def _past(view: View, mention: Mention, *, here: bool) -> bool:
    found = roles(view, mention, "history_role")
    if "planned" in found:
        return False
    if found & {"past", "recurrent"} or (mention.assertion == "historical" and not here):
        return True
    return "removed" in found and not (mention.section not in _TOLD and view.of("narrative"))
