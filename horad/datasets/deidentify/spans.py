"""A found identifier, and how overlapping finds are settled."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """Characters ``start:end`` (code points) of a text, the kind of identifier, and what found it."""

    start: int
    end: int
    kind: str
    found_by: str = ""


# Where two finds overlap, the kind that says more wins; what is left of the other stays its own.
_RANK = {kind: rank for rank, kind in enumerate(("known", "uid", "email", "url", "date", "age", "name", "location"))}


_SHORTEST_REST = 4  # what is left of a find besides another says something from this many characters on


def settle(spans: Iterable[Span]) -> list[Span]:
    """Disjoint spans in order: the longer of two that overlap keeps its place and the other is cut to what is left."""
    settled: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, _RANK.get(s.kind, len(_RANK)), s.start)):
        parts = _free(span, settled)
        settled.extend(part for part in parts if part == span or part.end - part.start > _SHORTEST_REST)
    return sorted(settled)


def _free(span: Span, taken: list[Span]) -> list[Span]:
    """The parts of a span that no taken one covers."""
    parts = [span]
    for other in taken:
        parts = [piece for part in parts for piece in _less(part, other)]
    return parts


def _less(part: Span, other: Span) -> list[Span]:
    if other.end <= part.start or part.end <= other.start:
        return [part]
    ends = ((part.start, min(part.end, other.start)), (max(part.start, other.end), part.end))
    return [Span(start, end, part.kind, part.found_by) for start, end in ends if start < end]
