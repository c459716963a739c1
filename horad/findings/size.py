"""Sizes of lesions in millimetres, now or before."""

from collections.abc import Sequence
from typing import Any

from horad.findings.view import CURRENT, Claim, Mark, View

FIELD = "size_mm"
_LESIONS = ("ho", "lesion", "tumour", "mimic")
_CUE_REACH = 4


def claims(view: View) -> list[Claim]:
    """One claim for each size that stands in a sentence of a lesion or goes on from one."""
    return [
        claim
        for row in view.quantities
        if row[2] == "size"
        for claim in [_claim(view, row)]
        if claim.data["when"] is not None
    ]


def _claim(view: View, row: Sequence[Any]) -> Claim:
    first, last, _, values = row
    sentence = view.sentence_of(first)
    when = None
    if sentence.section in CURRENT and _of_lesion(view, sentence.index):
        when = "prior" if _prior(view, first, last) else "current"
    dimensions = values if any(word in ("x", "×", "by") for word in view.words[first:last]) else [max(values)]
    text = " x ".join(f"{value:g}" for value in dimensions)
    mark = Mark(first, last, "quantity_cue.size")
    return Claim(FIELD, text, "present", (mark,), sentence.index, {"mm": dimensions, "when": when})


def _of_lesion(view: View, sentence: int) -> bool:
    """The sentence names a lesion, or takes one up: by size, or as it names none of its own things and follows one."""
    if view.within(sentence, *_LESIONS):
        return True
    if sentence == 0:
        return False
    if view.within(sentence, "partitive"):
        return bool(view.within(sentence - 1, *_LESIONS, "bone"))
    own = view.within(sentence, "site", "structure", "foreign")
    return not own and bool(view.within(sentence - 1, *_LESIONS))


def _prior(view: View, first: int, last: int) -> bool:
    """Whether the nearest word of time says "previously"."""
    links = view.within(view.sentence_of(first).index, "when_link")
    near = [
        (min(abs(first - m.end), abs(m.start - last)), m.value)
        for m in links
        if m.value in ("prior", "current", "versus") and (0 <= first - m.end <= _CUE_REACH or m.start == last)
    ]
    return bool(near) and min(near)[1] in ("prior", "versus")
