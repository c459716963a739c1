"""Level and completeness of a spinal cord injury."""

from horad.findings.view import Mention, View

_NEAR = 4
_SAID = frozenset({"present", "historical", "possible"})


def cord_injury(view: View) -> dict[str, str | None] | None:
    """``{level, completeness}`` of the first injury that is told with either, else None."""
    for injury in view.of("risk_factor"):
        if injury.value != "spinal_cord_injury" or injury.assertion not in _SAID:
            continue
        level, grade = _nearest(view, injury, "cord_level"), _nearest(view, injury, "cord_grade")
        if level or grade:
            name = view.words[level.start].upper() if level else None
            return {"level": name, "completeness": grade.value if grade else None}
    return None


def _nearest(view: View, injury: Mention, field: str) -> Mention | None:
    around = [m for m in view.within(injury.sentence, field) if _distance(m, injury) <= _NEAR]
    return min(around, key=lambda m: (_distance(m, injury), m.start), default=None)


def _distance(mention: Mention, injury: Mention) -> int:
    return max(mention.start - injury.end, injury.start - mention.end, 0)
