"""The described shape of new bone and the gaps it leaves: what grades of extent are inferred from."""

from collections.abc import Iterator, Sequence
from typing import Any

from horad.findings import features
from horad.findings.bind import Lesion
from horad.findings.evidence import EvidenceList
from horad.findings.summary import current
from horad.findings.view import CURRENT, Claim, Mark, Mention, View

FIELD, GAP_FIELD = "geometry", "gap_mm"
_GAP, _BELOW, _ABOVE = "gap", "below", "above"
_BOUNDS = frozenset({_BELOW, _ABOVE})
# Lengths of these kinds, beside words for a gap, may be its width.
_LENGTHS = frozenset({"gap", "distance", "other", "size"})
_REACH = 5


def claims(view: View) -> list[Claim]:
    """One claim for each shape and for each measured gap; data of a gap are ``low`` and ``high`` in millimetres."""
    return [*_shapes(view), *_gaps(view)]


def told(view: View) -> list[str]:
    """What the report tells anywhere, and not of one lesion: its views, a prosthesis."""
    return sorted({m.value for m in view.of(FIELD) if m.assertion not in ("absent", "hypothetical", "general")})


def described(lesion: Lesion, name: str, evidence: EvidenceList) -> list[dict[str, Any]]:
    """A lesion's shapes and gaps as plain data, with the indexes of their words."""
    return [
        {
            "value": _GAP if claim.field == GAP_FIELD else claim.value,
            "low": claim.data.get("low"),
            "high": claim.data.get("high"),
            "evidence": [evidence.add(mark, claim.field, name) for mark in claim.marks],
        }
        for claim in current(lesion.of(FIELD, GAP_FIELD))
    ]


def _shapes(view: View) -> Iterator[Claim]:
    for mention in view.of(FIELD):
        if mention.value == _GAP or mention.value in _BOUNDS:
            continue
        when = features.place_in_time(view, mention)
        denied = features.answer(view, mention) == features.ABSENT
        if when is None or denied or mention.assertion != "present":
            continue
        data = {"when": when, **features.nearest_place(view, mention)}
        yield Claim(FIELD, mention.value, "present", (mention.mark,), mention.sentence, data)


def _gaps(view: View) -> Iterator[Claim]:
    for row in view.quantities:
        first, last, kind, values = row
        sentence = view.sentence_of(first)
        words = _beside(view.within(sentence.index, FIELD), first, last)
        if kind not in _LENGTHS or not words or sentence.section not in CURRENT:
            continue
        low, high = _bounds(view.within(sentence.index, FIELD), first, values)
        marks = (Mark(first, last, words[0].rule.id), words[0].mark)
        data = {"low": low, "high": high, "when": _when(view, words[0]), **features.nearest_place(view, words[0])}
        yield Claim(GAP_FIELD, _GAP, "present", marks, sentence.index, data)


def _beside(mentions: Sequence[Mention], first: int, last: int) -> list[Mention]:
    """The words for a gap that stand near a length, the nearest first."""
    near = [m for m in mentions if m.value == _GAP and max(m.start - last, first - m.end) <= _REACH]
    return sorted(near, key=lambda m: max(m.start - last, first - m.end))


def _bounds(mentions: Sequence[Mention], first: int, values: Sequence[float]) -> tuple[float, float | None]:
    """The gap's width: measured, or bounded by the word right before ("less than 1 cm")."""
    bound = next((m.value for m in mentions if m.value in _BOUNDS and m.end == first), "")
    if bound == _BELOW:
        return 0.0, min(values)
    return min(values), None if bound == _ABOVE else min(values)


def _when(view: View, mention: Mention) -> str:
    return features.place_in_time(view, mention) or "prior"
