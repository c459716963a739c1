"""Whether a tumour of bone or soft tissue is raised for the lesion (``tumour`` of the summary)."""

from collections.abc import Iterator, Sequence

from horad.findings.lesions import BACKGROUND_SECTIONS, SILENT_SECTIONS, UNSPOKEN, in_differential
from horad.findings.scope import located
from horad.findings.text_kind import is_differential_list
from horad.findings.view import CURRENT, Claim, Mark, Mention, View

NOT_MENTIONED = "not_mentioned"
SUSPECTED, POSSIBLE, EXCLUDED = "suspected", "possible", "excluded"
# What others called it; the author's own naming of something else excludes it.
_VERSUS = "possible.versus"
HEARSAY, _HEARSAY_CUE = "hearsay", "asked.hearsay"
# Later readings win: the first group of sections that says anything decides.
_PRIORITY = (("addendum",), ("impression",), ("findings", "unknown", "header"), ("history", "indication", "comparison"))
_ORDER = (SUSPECTED, POSSIBLE, EXCLUDED)
# Grades of hedge that lean towards the tumour ("highly suspicious for", "is favoured").
_LEANING = frozenset({"probable"})


def claims(view: View) -> list[Claim]:
    """One claim per tumour word: suspected, possible or excluded; data tells diagnosis, family and hedge."""
    found = list(_recurrence_denied(view))
    listed = is_differential_list(view)
    mentions = view.of("tumour")
    # One that is placed speaks for all: "no malignancy" after it is said of the same lesion.
    for mention in mentions if any(located(view, m) for m in mentions) else ():
        value = POSSIBLE if listed else HEARSAY if _is_hearsay(mention) else _value(view, mention)
        if value is not None:
            marks = (mention.mark, *(Mark(*cue) for cue in mention.cues))
            data = {
                "diagnosis": mention.value,
                "family": mention.rule.attributes.get("family"),
                "plain": mention.assertion == "present",
                "background": _is_background(view, mention),
            }
            found.append(Claim("tumour", value, "present", marks, mention.sentence, data))
    return sorted(found, key=lambda claim: claim.sentence)


def _is_hearsay(mention: Mention) -> bool:
    return any(cue.startswith(_HEARSAY_CUE) for _, _, cue in mention.cues)


def _is_background(view: View, mention: Mention) -> bool:
    """Told in the history, of the past, or as what was operated on ("osteochondroma resection")."""
    if mention.section in BACKGROUND_SECTIONS or mention.historical or mention.assertion == "historical":
        return True
    roles = view.within(mention.sentence, "history_role")
    return any(m.value == "removed" and m.start == mention.end for m in roles)


def _recurrence_denied(view: View) -> Iterator[Claim]:
    """The denied recurrence of a tumour that was treated: the tumour is excluded."""
    treated = [m for m in view.of("tumour") if m.assertion in ("present", "historical") and _is_background(view, m)]
    if not treated:
        return
    for mention in view.of("change"):
        if mention.value == "recurred" and mention.assertion == "absent" and mention.section in CURRENT:
            data = {"diagnosis": treated[0].value, "family": "general", "plain": False, "background": False}
            yield Claim(
                "tumour",
                EXCLUDED,
                "present",
                (mention.mark, *(Mark(*cue) for cue in mention.cues)),
                mention.sentence,
                data,
            )


def decide(
    view: View, found: Sequence[Claim], *, benign_named: bool, bone_told: bool = False
) -> tuple[str, list[Claim]]:
    """The report's value and the claims that decide it.

    ``benign_named`` tells that the author names heterotopic ossification or a mimic outright: then a
    tumour of the history or beside the lesion is not raised for it, and a later denial overrules.
    ``bone_told`` tells that heterotopic bone is asserted in any words.
    """
    hearsay = [claim for claim in found if claim.value == HEARSAY]
    found = [claim for claim in found if claim.value != HEARSAY]
    if hearsay and not found:
        return (EXCLUDED if benign_named or bone_told else SUSPECTED), hearsay
    denied = any(claim.value == EXCLUDED for claim in found)
    pool = [c for c in found if not ((benign_named and _beside(c)) or (denied and _resected(c)))]
    for sections in _PRIORITY:
        here = [claim for claim in pool if view.sentences[claim.sentence].section in sections]
        if not here:
            continue
        if benign_named and here[-1].value == EXCLUDED:
            return EXCLUDED, [claim for claim in here if claim.value == EXCLUDED]
        if all(claim.value == EXCLUDED and claim.data["family"] == "metastasis" for claim in here):
            continue
        value = next(value for value in _ORDER if any(claim.value == value for claim in here))
        return value, [claim for claim in here if claim.value == value]
    return NOT_MENTIONED, []


def _beside(claim: Claim) -> bool:
    """A tumour of the past, or a benign one told in passing, is beside a named ossification."""
    benign = claim.value == SUSPECTED and bool(claim.data["plain"]) and claim.data["family"] == "benign"
    return benign or _resected(claim)


def _resected(claim: Claim) -> bool:
    """A tumour of the past."""
    return claim.value == SUSPECTED and bool(claim.data["background"])


def _value(view: View, mention: Mention) -> str | None:
    if mention.section in SILENT_SECTIONS or mention.assertion in UNSPOKEN:
        return None
    if mention.assertion == "absent":
        return EXCLUDED
    if mention.assertion == "present" and in_differential(view, mention):
        return POSSIBLE
    if mention.assertion == "possible":
        return SUSPECTED if _leaning(view, mention) else POSSIBLE
    if mention.section in BACKGROUND_SECTIONS and mention.value == "malignancy":
        return None
    return SUSPECTED


def _leaning(view: View, mention: Mention) -> bool:
    if any(cue == _VERSUS for _, _, cue in mention.cues):
        return False
    return any(view.rules.by_id[cue].attributes.get("strength") in _LEANING for _, _, cue in mention.cues)
