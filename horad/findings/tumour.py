"""Whether a tumour of bone or soft tissue is raised for the lesion (``tumour`` of the summary)."""

from collections.abc import Sequence

from horad.findings.lesions import BACKGROUND_SECTIONS, SILENT_SECTIONS, UNSPOKEN
from horad.findings.view import Claim, Mark, Mention, View

NOT_MENTIONED = "not_mentioned"
# Later readings win: the first group of sections that says anything decides.
_PRIORITY = (("addendum",), ("impression",), ("findings", "unknown", "header"), ("history", "indication", "comparison"))
_ORDER = ("suspected", "possible", "excluded")


def claims(view: View) -> list[Claim]:
    """One claim per tumour word: suspected, possible or excluded."""
    found = []
    for mention in view.of("tumour"):
        value = _value(mention)
        if value is not None:
            marks = (mention.mark, *(Mark(*cue) for cue in mention.cues))
            data = {"diagnosis": mention.value, "family": mention.rule.attributes.get("family")}
            found.append(Claim("tumour", value, "present", marks, mention.sentence, data))
    return found


def decide(view: View, found: Sequence[Claim]) -> tuple[str, list[Claim]]:
    """The report's value and the claims that decide it."""
    for sections in _PRIORITY:
        here = [claim for claim in found if view.sentences[claim.sentence].section in sections]
        for value in _ORDER:
            deciding = [claim for claim in here if claim.value == value]
            if deciding:
                return value, deciding
    return NOT_MENTIONED, []


def _value(mention: Mention) -> str | None:
    if mention.section in SILENT_SECTIONS or mention.assertion in UNSPOKEN:
        return None
    if mention.assertion == "absent":
        return "excluded"
    if mention.assertion == "possible":
        return "suspected" if _favoured(mention) else "possible"
    if mention.section in BACKGROUND_SECTIONS and mention.value == "malignancy":
        return None
    return "suspected"


def _favoured(mention: Mention) -> bool:
    """A hedge that leans towards the tumour ("consistent with", "suspicious for")."""
    return any(cue.endswith(("-favoured", "-likely", "-suspected")) for _, _, cue in mention.cues)
