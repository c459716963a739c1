"""Risk factors: what the report states of this patient, at any time."""

from collections.abc import Sequence
from dataclasses import dataclass

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
_HISTORY = "history_role"
_SPEAKS_OF_BONE = ("ho", "grade_system")
_BONE = frozenset({"present", "possible", "absent", "historical"})
_RESOLVED = "absent.resolved"  # the rule of words such as "has resolved"
_OLD = "historical.old"
_HEDGES = "possible."
_HERE = frozenset({"present", "possible"})
_SIGN = "#"


@dataclass(frozen=True, slots=True)
class _Setting:
    """What the whole text says, by which hints are weighed."""

    named: set[str]
    narrative: bool
    speaks_of_bone: bool


def of_summary(factors: Sequence[Claim]) -> list[Claim]:
    """Those of the summary's list."""
    return [claim for claim in factors if claim.value in _SUMMARY]


def claims(view: View) -> list[Claim]:
    """One claim per factor and place, with the factors that only the context lists."""
    stated = [mention for mention in view.of("risk_factor") if _stated(view, mention)]
    prior = _prior(view)
    named = {mention.value for mention in stated if not _kind(mention)} | {claim.value for claim in prior}
    if "amputation" not in named:
        named |= {mention.value for mention in stated if _kind(mention) == "prosthesis"}
    speaks = bool(view.of(*_SPEAKS_OF_BONE)) and not _is_operation_record(view)
    setting = _Setting(named, bool(view.of("narrative")), speaks)
    found = [mention for mention in stated if _counts(mention, setting)]
    return [claim for mention in found for claim in _claims(view, mention)] + prior


def _kind(mention: Mention) -> str:
    return str(mention.rule.attributes.get("kind", ""))


def _stated(view: View, mention: Mention) -> bool:
    unsaid = mention.assertion in _NOT_OF_PATIENT and not _told_before_a_question(mention) and not _over(mention)
    if mention.section in _NOT_READ or unsaid or not as_written(view, mention) or _is_list_mark(view, mention):
        return False
    if mention.assertion == "possible" and _only_weighed(mention):
        return False
    return mention.value not in _OPERATIONS or "planned" not in roles(view, mention, _HISTORY)


def _is_list_mark(view: View, mention: Mention) -> bool:
    """Whether the sign that may stand for a fracture only opens a line of the report's own findings."""
    start, end = view.offsets[mention.start]
    opens = mention.start == 0 or bool(view.breaks[mention.start])
    return view.text[start:end] == _SIGN and opens and mention.section not in _TOLD


def _told_before_a_question(mention: Mention) -> bool:
    """Whether the question is about something else in the sentence ("struck by a ball, referred as sarcoma")."""
    hedged = any(cue.startswith(_HEDGES) for *_, cue in mention.cues)
    return mention.assertion == "asked" and bool(mention.rule.attributes.get("event")) and not hedged


def _only_weighed(mention: Mention) -> bool:
    """A doubtful cause is told of the patient in a history; in an impression it is one explanation of several."""
    return mention.value == "fracture" or (mention.value == "trauma" and mention.section == "impression")


def _over(mention: Mention) -> bool:
    """Whether what is denied is only that it is still there ("a contusion that has melted away")."""
    return mention.assertion == "absent" and mention.historical and all(cue == _RESOLVED for *_, cue in mention.cues)


def _counts(mention: Mention, setting: _Setting) -> bool:
    """Words that only hint count where nothing named explains them (see models/patient/risk_factors.toml)."""
    named, narrative = setting.named, setting.narrative
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
        case "prosthesis":
            return "arthroplasty" in named or "amputation" not in named
        case "bone_taken_out":
            return setting.speaks_of_bone and (
                not narrative or mention.section in _TOLD or mention.assertion == "historical"
            )
        case "told":
            return mention.section in _TOLD or (mention.section == "unknown" and mention.sentence < _OPENING)
        case _:
            return True


def _claims(view: View, mention: Mention) -> list[Claim]:
    """The factors that the words state; of an operation that is only planned, what it is for."""
    also = mention.rule.attributes.get("also", ())
    further = tuple(value for value in also if value in _SUMMARY) if isinstance(also, tuple) else ()
    if _OPERATIONS.intersection(further) and "planned" in roles(view, mention, _HISTORY):
        further = ()
    values = (mention.value, *further)
    return [Claim("risk_factors", value, "present", (mention.mark,), mention.sentence) for value in values]


def _prior(view: View) -> list[Claim]:
    """Heterotopic bone of the past: removed, recurring, or said to be history."""
    record = _is_operation_record(view)
    bone = [m for m in view.of("ho") if m.assertion in _BONE and m.section not in _NOT_READ]
    bone = [m for m in bone if m.section in _TOLD or not record]
    here = any(mention.assertion in _HERE for mention in bone)
    gone = [m for m in view.of("grade_system") if m.historical and "removed" in roles(view, m, _HISTORY)]
    past = [mention for mention in bone if _past(view, mention, here=here)] + ([] if here else gone)
    return [Claim("risk_factors", "prior_ho", "present", (mention.mark,), mention.sentence) for mention in past]


def _is_operation_record(view: View) -> bool:
    """There the bone removed is the lesion itself, not one of the past."""
    return any(mention.value == "operation" and mention.sentence < _OPENING for mention in view.of("narrative"))


def _gone(mention: Mention) -> bool:
    """In the past, and not only old."""
    if _over(mention):
        return True
    return mention.assertion == "historical" and any(cue != _OLD for *_, cue in mention.cues)


def _past(view: View, mention: Mention, *, here: bool) -> bool:
    found = roles(view, mention, _HISTORY)
    if "planned" in found:
        return False
    if found & {"past", "recurrent"} or (not here and _gone(mention)):
        return True
    return "removed" in found and not (mention.section not in _TOLD and view.of("narrative"))
