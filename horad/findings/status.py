"""Whether the report says heterotopic ossification is there (``ho_status`` of the summary)."""

from collections.abc import Sequence
from dataclasses import dataclass

from horad.findings.lesions import Anchor
from horad.findings.view import Mark

PRECEDENCE = ("present", "possible", "historical", "absent")
NOT_MENTIONED = "not_mentioned"


@dataclass(frozen=True, slots=True)
class Status:
    """The status, the anchors that decide it, and those it overrules (a conflict)."""

    value: str
    deciding: tuple[Anchor, ...]
    overruled: tuple[Anchor, ...] = ()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The evidence: the anchors' own words and the cues that qualify them."""
        return tuple(mark for anchor in self.deciding for mark in anchor.marks)


def decide(anchors: Sequence[Anchor], *, other_named: bool) -> Status:
    """The status of a report: later readings win, then present > possible > historical > absent.

    Where a tumour or a mineralised mimic is the stated diagnosis (``other_named``), ossification that
    is only described is its matrix.
    """
    if other_named:
        anchors = [a for a in anchors if a.strong or a.status not in ("present", "possible")]
    current = [anchor for anchor in anchors if anchor.status != "background"]
    current = [anchor for anchor in current if not anchor.doubtful] or current
    background = [anchor for anchor in anchors if anchor.status == "background"]
    current = _unless_denied(current)
    current, overruled = _latest(current)
    calcified = all(a.mention.value == "calcification" for a in current if a.status == "present")
    for value in PRECEDENCE:
        deciding = tuple(anchor for anchor in current if anchor.status == value)
        if deciding and not (value == "absent" and background):
            return Status("possible" if value == "present" and calcified else value, deciding, tuple(overruled))
    if background:
        return Status("historical", tuple(background))
    return Status(NOT_MENTIONED, ())


def _unless_denied(anchors: Sequence[Anchor]) -> list[Anchor]:
    """An outright denial goes before pieces of bone that only their place made suspect."""
    denied = any(a.status == "absent" and a.strong and not a.limited for a in anchors)
    asserted = [a for a in anchors if a.status in ("present", "possible")]
    if denied and asserted and all(a.mention.field == "bone" for a in asserted):
        return [a for a in anchors if a not in asserted]
    return list(anchors)


def _latest(anchors: Sequence[Anchor]) -> tuple[list[Anchor], list[Anchor]]:
    """An addendum overrules the body; an unqualified denial in the impression overrules the findings."""
    addendum = [a for a in anchors if a.mention.section == "addendum" and a.strong]
    if addendum:
        kept = [a for a in anchors if a.mention.section == "addendum" or a.status == addendum[-1].status]
        return kept, [a for a in anchors if a not in kept]
    impression = [a for a in anchors if a.mention.section == "impression"]
    denied = [a for a in impression if a.status == "absent" and a.strong and not a.limited]
    if denied and all(a.status == "absent" for a in impression):
        overruled = [a for a in anchors if a.status in ("present", "possible") and a.mention.section != "impression"]
        if overruled and all(a.strong for a in overruled):
            return [a for a in anchors if a not in overruled], overruled
    return _gone(anchors) or _hedged(anchors, impression)


def _gone(anchors: Sequence[Anchor]) -> tuple[list[Anchor], list[Anchor]] | None:
    """The last word is that the bone is there no more: what was told of it before is the past."""
    told = [a for a in anchors if a.status in ("present", "possible", "historical")]
    if not told or not told[-1].gone or told[-1].limited:
        return None
    overruled = [a for a in told if a.status != "historical"]
    return [a for a in anchors if a not in overruled], overruled


def _hedged(anchors: Sequence[Anchor], impression: Sequence[Anchor]) -> tuple[list[Anchor], list[Anchor]]:
    """An impression that only hedges overrules the same name in the findings."""
    named = {a.status for a in impression if a.strong}
    if named in ({"possible"}, {"historical"}):
        earlier = [a for a in anchors if a.status == "present" and a.mention.section in ("findings", "unknown")]
        overruled = [a for a in earlier if "possible" in named or not (a.strong and a.limited)]
        return [a for a in anchors if a not in overruled], overruled
    return list(anchors), []
