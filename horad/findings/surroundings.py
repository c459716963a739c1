"""What lies around an anchor: compartments of the joint, and the muscles, tendons, ligaments and bursae."""

from horad.findings.places import SOFT, places_of
from horad.findings.view import Mark, Mention, View

Anchor = Mention | tuple[int, int]
Named = tuple[str, Mark]


def compartments(view: View, anchor: Anchor) -> list[Named]:
    """Where around the joint the anchor's clause puts it, in reading order, each once."""
    start, low, high = _clause(view, anchor)
    found = [m for m in _mentions(view, start, "compartment") if low <= m.start < high]
    return _once([(m.value, m.mark) for m in found])


def structures(view: View, anchor: Anchor) -> list[Named]:
    """Muscles, tendons, ligaments and bursae named in the anchor's clause, in the report's words."""
    start, low, high = _clause(view, anchor)
    places = places_of(view).in_sentence(view.sentence_of(start).index)
    found = [p.mention for p in places if p.kind in SOFT and low <= p.mention.start < high]
    return _once([(" ".join(view.slice(m.mark)[2].lower().split()), m.mark) for m in found])


def _clause(view: View, anchor: Anchor) -> tuple[int, int, int]:
    start = anchor.start if isinstance(anchor, Mention) else anchor[0]
    return start, *places_of(view).clause(view.sentence_of(start).index, start)


def _mentions(view: View, start: int, field: str) -> list[Mention]:
    return [m for m in view.within(view.sentence_of(start).index, field) if m.assertion in ("present", "possible")]


def _once(named: list[Named]) -> list[Named]:
    return list({name: (name, mark) for name, mark in reversed(named)}.values())[::-1]
