"""The lesions a report speaks of: which words name or describe one, and what is said of its presence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from horad.findings.text_kind import is_differential_list
from horad.findings.view import CURRENT, Claim, Mark, Mention, View

NAMED = frozenset({"named", "mo", "fop", "abbreviation", "mo_abbreviation"})
_DIFFERENTIAL = "possible.differential"
_QUERY, _UNLIKELY = "?", "unlikely"
_QUERY_REACH = 2  # words between the question mark and what it asks ("? early HO")
_REQUEST_LINES = 3  # a report without headings tells the request in its first lines
# Assertions under which words are no statement about this patient's images now.
UNSPOKEN = frozenset({"hypothetical", "asked", "at_risk", "family", "general"})
SILENT_SECTIONS = frozenset({"technique", "signature", "discussion", "recommendation"})
BACKGROUND_SECTIONS = frozenset({"indication", "history", "comparison"})


@dataclass(frozen=True, slots=True, eq=False)
class Anchor:
    """Words that name or describe heterotopic bone, with what the report says of it.

    ``status`` is present, possible, absent, historical, or background (told in the history only).
    """

    mention: Mention
    status: str
    strong: bool
    limited: bool = False  # a side or site in the sentence limits what is said ("no HO on the left")
    gone: bool = False  # said to have been there and to be there no more
    doubtful: bool = False  # a query or a faint doubt: any other statement goes before it

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The anchor's words and the cues that qualify them, as evidence."""
        return (self.mention.mark, *(Mark(*cue) for cue in self.mention.cues))


class Lesions:
    """Anchors of heterotopic bone in one report."""

    def __init__(self, view: View) -> None:
        self.view = view

    @cached_property
    def anchors(self) -> list[Anchor]:
        """Named first pass, then descriptions that only count beside soft tissue or another anchor."""
        found = sorted((*self._named(), *self._described()), key=lambda anchor: anchor.mention.start)
        return sorted((*found, *self._gone(found)), key=lambda anchor: anchor.mention.start)

    def _gone(self, found: Sequence[Anchor]) -> Iterator[Anchor]:
        """Words that say of a lesion told before, in whatever words, that it is there no more."""
        for mention in self.view.of("gone"):
            told = any(anchor.mention.start < mention.start and anchor.status == "present" for anchor in found)
            if told and mention.section in CURRENT and mention.assertion == "present":
                yield Anchor(mention, "historical", strong=False, gone=True)

    def _named(self) -> Iterator[Anchor]:
        for mention in self.view.of("ho"):
            if not self._is_ossification(mention):
                continue
            status = self._status(mention)
            if status is not None:
                limited = bool(self.view.within(mention.sentence, "side"))
                gone = mention.assertion == "absent" and mention.historical
                yield Anchor(mention, status, mention.value in NAMED, limited, gone, self._doubtful(mention))

    def _described(self) -> Iterator[Anchor]:
        for mention in self.view.of("bone"):
            if self._covered(mention) or not self._placed_in_soft_tissue(mention):
                continue
            status = status_of(mention)
            if status is not None:
                yield Anchor(mention, status, strong=False)

    def _status(self, mention: Mention) -> str | None:
        status = status_of(mention)
        if status == "historical" and self._only_old(mention):
            status = "present"
        if status == "background" and mention.section == "indication" and not self._standing(mention):
            return None
        if status in ("possible", "present") and self._queried(mention) and mention.sentence < _REQUEST_LINES:
            # A query that also describes is a finding ("?HO, fluffy, ill defined").
            return status if self.view.within(mention.sentence, "maturity", "feature") else None
        listed = self._is_list or in_differential(self.view, mention)
        return "possible" if status == "present" and listed else status

    @cached_property
    def _is_list(self) -> bool:
        return is_differential_list(self.view)

    def _only_old(self, mention: Mention) -> bool:
        """Old bone is still there, unless something else says that it is gone."""
        rules = [self.view.rules.by_id[rule] for _, _, rule in mention.cues]
        return bool(rules) and all(rule.attributes.get("stays") for rule in rules)

    def _standing(self, mention: Mention) -> bool:
        """The request tells of a known lesion and does not ask for it."""
        return any(m.start < mention.start for m in self.view.within(mention.sentence, "standing"))

    def _queried(self, mention: Mention) -> bool:
        """A question mark opens what is asked ("?HO", "? early HO"); one at a line's end closes it."""
        for word in range(max(0, mention.start - _QUERY_REACH), mention.start):
            start, end = self.view.offsets[word]
            opens = start == 0 or not self.view.text[start - 1].isalnum()
            between = self.view.text[end : self.view.offsets[mention.start][0]]
            if self.view.words[word] == _QUERY and opens and "\n" not in between:
                return True
        return False

    def _doubtful(self, mention: Mention) -> bool:
        strengths = {self.view.rules.by_id[rule].attributes.get("strength") for _, _, rule in mention.cues}
        return mention.assertion == "possible" and (_UNLIKELY in strengths or self._queried(mention))

    def _is_ossification(self, mention: Mention) -> bool:
        if mention.value == "abbreviation":
            return is_abbreviation(self.view, mention)
        if mention.value == "mo_abbreviation":
            return is_abbreviation(self.view, mention) and self._speaks_of_myositis(mention)
        if mention.value == "bare" and self._explained(mention):
            return False
        return not self._blocked(mention) if mention.value == "described" else True

    def _explained(self, mention: Mention) -> bool:
        """New bone that the same or the next sentence calls fracture callus."""
        nearby = [*self.view.within(mention.sentence, "callus"), *self.view.within(mention.sentence + 1, "callus")]
        return any(m.assertion == "present" for m in nearby)

    def _speaks_of_myositis(self, mention: Mention) -> bool:
        before = self.view.words[mention.start - 1] if mention.start else ""
        return not before[:1].isdigit()

    def _covered(self, mention: Mention) -> bool:
        return any(h.start < mention.end and mention.start < h.end for h in self.view.within(mention.sentence, "ho"))

    def _blocked(self, mention: Mention) -> bool:
        return bool(self.view.within(mention.sentence, "bone_block"))

    def _placed_in_soft_tissue(self, mention: Mention) -> bool:
        """A piece of bone needs a place beside the skeleton; "bone" or a shape needs the make of bone as well."""
        if self._blocked(mention):
            return False
        sentence = self.view.within(mention.sentence, "site", "compartment", "nv", "feature", "maturity", "marrow")
        made = any(_tells_bone(m) for m in sentence)
        if mention.value != "piece":
            return made and any(_is_place(m) for m in sentence)
        return made or any(_is_place(m) for m in sentence)


# Features that only new bone has; a rim or uptake may be anything's.
MAKE_OF_BONE = frozenset({"ankylosis", "trabeculae", "cortical_rim"})


def _tells_bone(mention: Mention) -> bool:
    """Words for the make of new bone, or for its joining two bones."""
    return mention.field == "marrow" or (mention.field == "feature" and mention.value in MAKE_OF_BONE)


def _is_place(mention: Mention) -> bool:
    """A place beside the skeleton."""
    return mention.field in ("compartment", "nv") or _is_soft(mention) or mention.value == "ankylosis"


SOFT_KINDS = ("muscle", "tendon", "ligament", "bursa", "region")


def _is_soft(mention: Mention) -> bool:
    return mention.field == "site" and mention.rule.attributes.get("kind") in SOFT_KINDS


# Grades that say there is no heterotopic bone; all others say that there is.
GRADES_OF_NONE = frozenset({"0"})
HETEROTOPIC_SYSTEMS = frozenset({"brooker", "della_valle", "hastings_graham", "mcafee"})


def with_grades(view: View, anchors: Sequence[Anchor], grades: Sequence[Claim]) -> list[Anchor]:
    """Anchors, and the words of a grade ("Brooker III today"), which tell presence by themselves."""
    graded = [_graded(view, claim) for claim in grades if claim.data.get("system") in HETEROTOPIC_SYSTEMS]
    return sorted([*anchors, *(anchor for anchor in graded if anchor)], key=lambda anchor: anchor.mention.start)


def _graded(view: View, claim: Claim) -> Anchor | None:
    if claim.assertion not in ("present", "possible"):
        return None
    words = {mark.start for mark in claim.marks}
    mention = next((m for m in view.within(claim.sentence) if m.start in words), None)
    if mention is None:
        return None
    now = claim.data.get("when", "current") == "current"
    status = "historical" if not now else "absent" if claim.value in GRADES_OF_NONE else "present"
    return Anchor(mention, status, strong=True, doubtful=not now)


def in_differential(view: View, mention: Mention) -> bool:
    """An entry of a differential, beyond the reach of the word that opens it ("… and, given the oedema, …")."""
    before = (m for m in view.within(mention.sentence, "tumour", "mimic", "ho") if m.start < mention.start)
    return any(cue == _DIFFERENTIAL for m in before for _, _, cue in m.cues)


def status_of(mention: Mention) -> str | None:
    """What the report says of the mention's presence; None where it says nothing."""
    if mention.section in SILENT_SECTIONS or mention.assertion in UNSPOKEN:
        return None
    if mention.assertion == "absent":
        return "historical" if mention.historical else "absent"
    if mention.assertion == "historical" or mention.historical:
        return "historical"
    if mention.assertion == "present" and mention.section in BACKGROUND_SECTIONS:
        return "background"
    return mention.assertion


def is_abbreviation(view: View, mention: Mention) -> bool:
    """Capitals as typed, and not a person's name, a house officer, or "h/o"."""
    start, end = view.offsets[mention.start][0], view.offsets[mention.end - 1][1]
    raw = view.text[start:end]
    if not any(c.isupper() for c in raw) or raw[:1].islower():
        return False
    persons = view.within(mention.sentence, "person")
    if raw == "Ho" or any(m.start < mention.end and mention.start < m.end for m in persons):
        return False
    return raw.isupper() or raw.rstrip("s").isupper()
