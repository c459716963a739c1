"""What the report itself says the lesion is: every diagnosis it names, how sure it is, and where."""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from horad.findings.evidence import EvidenceList
from horad.findings.lesions import BACKGROUND_SECTIONS, SILENT_SECTIONS, UNSPOKEN, Lesions, in_differential
from horad.findings.text_kind import is_differential_list
from horad.findings.view import Mark, Mention, View

FIELD = "stated"
STATED, FAVOURED, POSSIBLE, UNLIKELY, EXCLUDED, ASKED, PAST, DESCRIBED, INCIDENTAL = (
    "stated", "favoured", "possible", "unlikely", "excluded", "asked", "past", "described", "incidental",
)  # fmt: skip
# Of two stances in one section, the stronger one is kept.
_STRENGTH = (STATED, FAVOURED, INCIDENTAL, POSSIBLE, EXCLUDED, UNLIKELY, DESCRIBED, PAST, ASKED)
# The last word on a diagnosis is the addendum's, then the conclusion's.
_SECTIONS = (("addendum",), ("impression",), ("findings", "unknown", "header"), ("history", "indication", "comparison"))
_CONCLUSION = 1
_NAMES = {"mo": "myositis_ossificans", "mo_abbreviation": "myositis_ossificans", "fop": "fop"}
_HETEROTOPIC = "ho"
_NOT_A_NAME = frozenset({"calcification"})
# A text without headings comes to its conclusion at its end; one of so many sentences at least has an end.
_LAST_PART, _LONG = 0.3, 5
_CONFIRMED = "confirmed"
_STRENGTHS = {"probable": FAVOURED, "unlikely": UNLIKELY}
_DENIALS = frozenset({"absent", "historical"})


@dataclass(frozen=True, slots=True)
class _Naming:
    """One place where a diagnosis is named."""

    diagnosis: str
    stance: str
    section: int  # 0 is the section that has the last word
    start: int
    marks: tuple[Mark, ...]

    @property
    def order(self) -> tuple[int, int, int]:
        """The place that counts most comes first."""
        return (self.section, _STRENGTH.index(self.stance), self.start)


def rows(view: View, evidence: EvidenceList) -> list[dict[str, Any]]:
    """One row per diagnosis, in the order of the report: diagnosis, stance, place, evidence."""
    found = [*_heterotopic(view), *_others(view)]
    by_diagnosis: dict[str, list[_Naming]] = {}
    for naming in sorted(found, key=lambda naming: naming.order):
        by_diagnosis.setdefault(naming.diagnosis, []).append(naming)
    kept = sorted((namings[0] for namings in by_diagnosis.values()), key=lambda n: (n.section, n.start))
    return [
        {
            "diagnosis": naming.diagnosis,
            "stance": naming.stance,
            "section": naming.section,
            "evidence": _indexes(view, naming.marks, evidence),
        }
        for naming in kept
    ]


def _indexes(view: View, marks: Sequence[Mark], evidence: EvidenceList) -> list[int]:
    """The spans, those that already stand in the evidence reused."""
    places = {(row["start"], row["end"], row["rule"]): index for index, row in reversed(list(enumerate(evidence.rows)))}
    found = []
    for mark in marks:
        start, end, _ = view.slice(mark)
        known = places.get((start, end, mark.rule))
        found.append(evidence.add(mark, FIELD) if known is None else known)
    return found


def _heterotopic(view: View) -> Iterator[_Naming]:
    reader = Lesions(view)
    anchors = {anchor.mention: anchor for anchor in reader.anchors}
    for mention, anchor in anchors.items():
        if mention.value in _NOT_A_NAME:
            continue
        stance = _stance(view, mention, doubtful=anchor.doubtful, status=anchor.status)
        if stance is None:
            continue
        if not anchor.strong and stance == STATED:
            stance = DESCRIBED
        yield _naming(view, _NAMES.get(mention.value, _HETEROTOPIC), stance, mention)
    for mention in view.of("ho"):
        if mention not in anchors and mention.value in _NAMES and mention.assertion == ASKED:
            yield _naming(view, _NAMES[mention.value], ASKED, mention)


def _others(view: View) -> Iterator[_Naming]:
    for mention in view.of("tumour", "mimic"):
        stance = _stance(view, mention, doubtful=False, status=mention.assertion)
        if stance is not None:
            yield _naming(view, mention.value, stance, mention)


def _naming(view: View, diagnosis: str, stance: str, mention: Mention) -> _Naming:
    section = next((i for i, names in enumerate(_SECTIONS) if mention.section in names), len(_SECTIONS) - 1)
    if stance != DESCRIBED and _concludes(view, mention):
        section = min(section, _CONCLUSION)
    marks = (mention.mark, *(Mark(*cue) for cue in mention.cues))
    return _Naming(diagnosis, stance, section, mention.start, marks)


def _concludes(view: View, mention: Mention) -> bool:
    """The words confirm the diagnosis, or stand at the end of a text that has no headings."""
    if any(view.rules.by_id[cue].attributes.get("strength") == _CONFIRMED for *_, cue in mention.cues):
        return True
    return _is_untitled(view) and mention.sentence >= len(view.sentences) * (1 - _LAST_PART)


@functools.lru_cache(maxsize=1)  # asked for every mention of one view
def _is_untitled(view: View) -> bool:
    return len(view.sentences) >= _LONG and all(sentence.section == "unknown" for sentence in view.sentences)


def _stance(view: View, mention: Mention, *, doubtful: bool, status: str) -> str | None:
    """What the report says of the diagnosis at this place; None where it says nothing of this patient."""
    if mention.section in SILENT_SECTIONS:
        return None
    if mention.assertion == ASKED or (mention.section == "indication" and mention.assertion in ("possible", "present")):
        return ASKED
    if mention.assertion in UNSPOKEN:
        return None
    if status in _DENIALS or mention.assertion in _DENIALS or mention.historical:
        gone = mention.historical or "historical" in (status, mention.assertion)
        return PAST if gone else EXCLUDED
    if doubtful:
        return UNLIKELY
    if mention.assertion == POSSIBLE:
        return _hedge(view, mention)
    if mention.section in BACKGROUND_SECTIONS:
        return PAST
    if is_differential_list(view) or in_differential(view, mention):
        return POSSIBLE
    beside = any(m.end <= mention.start for m in view.within(mention.sentence, INCIDENTAL))
    return INCIDENTAL if beside else STATED


def _hedge(view: View, mention: Mention) -> str:
    strengths = [view.rules.by_id[cue].attributes.get("strength") for *_, cue in mention.cues]
    if UNLIKELY in strengths:
        return UNLIKELY
    return next((_STRENGTHS[str(s)] for s in strengths if s in _STRENGTHS), POSSIBLE)
