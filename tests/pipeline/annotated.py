"""Sentences with their targets in <angle brackets>."""

import re

from horad.pipeline.context import assert_span

_MARK = re.compile(r"<([^<>]+)>")


def unmark(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The plain text and the spans of its <targets>."""
    spans: list[tuple[int, int]] = []
    text, last = "", 0
    for match in _MARK.finditer(marked):
        text += marked[last : match.start()]
        spans.append((len(text), len(text) + len(match[1])))
        text += match[1]
        last = match.end()
    return text + marked[last:], spans


def said_of(marked: str) -> str:
    """What the engine asserts of each target; ``+h`` where it is also said to have been there before."""
    text, spans = unmark(marked)
    found = [assert_span(text, start, end) for start, end in spans]
    return " ".join(a.value + ("+h" if a.historical and a.value != "historical" else "") for a in found)
