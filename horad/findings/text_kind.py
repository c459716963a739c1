"""Whether a text is about one patient, or about the condition at large (cohorts, teaching)."""

import functools

from horad.findings.view import View

GENERAL, _INDIVIDUAL = "general", "individual"


def is_general(view: View) -> bool:
    """True for a text that speaks of patients in general and of none in particular.

    Such a text states nothing of a patient: its mentions are no findings.
    """
    kinds = {mention.value for mention in view.of("text_kind")}
    return GENERAL in kinds and _INDIVIDUAL not in kinds and not any(s.section == "header" for s in view.sentences)


# A bare list of diagnoses: so many lines at least, so many words each at most.
_LIST_LINES, _LIST_WORDS = 3, 12
_DIAGNOSES = ("ho", "tumour", "mimic")


@functools.lru_cache(maxsize=1)  # asked for every mention of one view
def is_differential_list(view: View) -> bool:
    """True for a text that only lists diagnoses, one a line: each of them is a possibility."""
    if len(view.sentences) < _LIST_LINES:
        return False
    return all(s.end - s.start <= _LIST_WORDS and view.within(s.index, *_DIAGNOSES) for s in view.sentences)
