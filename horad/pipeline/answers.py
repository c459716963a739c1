"""Template lines: a label and its value, a question and its answer, boxes that are ticked or not."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from horad.pipeline.cues import Cue
from horad.pipeline.scope import Grammar, Target

_TICKS = frozenset({"x", "✓", "✔", "☒", "☑", "✗", "✘"})
_OPENERS = frozenset({"☒", "☑", "☐", "[", "("})
_LEAD = frozenset({":", "=", ">", ","})
_CLOSE = frozenset({".", ",", ";", "(", ")", "[", "]", "/", "!"})


class Box(NamedTuple):
    """A tick box on the words ``start`` to ``end`` (exclusive)."""

    start: int
    end: int
    ticked: bool


def boxes(words: Sequence[str], first: int, last: int) -> list[Box]:
    """Tick boxes of a sentence: ``[ ]``, ``[x]``, ``( )``, ``(x)``, ☐, ☒, ☑."""
    found: list[Box] = []
    if _OPENERS.isdisjoint(words[first:last]):
        return found
    i = first
    while i < last:
        word = words[i]
        if word in ("☒", "☑", "☐"):
            found.append(Box(i, i + 1, word != "☐"))
        elif word in ("[", "("):
            close = "]" if word == "[" else ")"
            if i + 1 < last and words[i + 1] == close:
                found.append(Box(i, i + 2, ticked=False))
            elif i + 2 < last and words[i + 2] == close and words[i + 1] in _TICKS:
                found.append(Box(i, i + 3, ticked=True))
        i += 1
    return found


def options(found: Sequence[Box], first: int, last: int, colon: int) -> list[tuple[int, int, bool]]:
    """The words that belong to each box: those after it, or before it where boxes come last."""
    begin = colon + 1 if first <= colon < last else first
    if found[0].start <= begin:
        edges = [box.start for box in found[1:]] + [last]
        return [(box.end, edge, box.ticked) for box, edge in zip(found, edges, strict=True)]
    edges = [begin] + [box.end for box in found[:-1]]
    return [(edge, box.start, box.ticked) for box, edge in zip(found, edges, strict=True)]


Topics = Callable[[], Sequence[Target]]


class Question(NamedTuple):
    """A label or question, and the other targets beside it, which tell whether a value speaks of it."""

    label: Target
    topics: Topics


def answer(
    grammar: Grammar, words: Sequence[str], span: tuple[int, int], cues: Sequence[Cue], question: Question
) -> Cue | None:
    """The cue that answers a label: the value begins with it and says nothing of another thing."""
    start, end = span
    while start < end and (words[start] in grammar.answer_lead or words[start] in _LEAD):
        start += 1
    for cue in cues:
        if cue.start == start and cue.end <= end and _settles(grammar, words, end, cue, question):
            return cue
    return None


def _settles(grammar: Grammar, words: Sequence[str], end: int, cue: Cue, question: Question) -> bool:
    if cue.rule.intent not in ("absent", "affirmed", "possible", "stable"):
        return False
    answers = cue.rule.answer or cue.rule.backward
    if cue.end >= end or words[cue.end] in _CLOSE:
        return answers
    if cue.rule.intent == "absent" and cue.rule.forward and _same_thing(words, end, cue, question):
        return True
    return answers and words[cue.end] in grammar.answer_tail


def _same_thing(words: Sequence[str], end: int, cue: Cue, question: Question) -> bool:
    """The value repeats the label, in the same words or by a target of the same field."""
    clause = cue.end
    while clause < end and words[clause] not in (".", ";", ",", ":"):
        clause += 1
    label = question.label
    if set(words[label.start : label.end]) & set(words[cue.end : clause]):
        return True
    return any(t.field == label.field and cue.end <= t.start < clause for t in question.topics() if t.field)
