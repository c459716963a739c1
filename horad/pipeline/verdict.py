"""From the cues that reach a target to one assertion: answers first, then intents by their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from horad.pipeline.answers import Box, Question, Topics, answer, boxes, options
from horad.pipeline.cues import Cue, Cues, select
from horad.pipeline.scope import Grammar, Scope, Target
from horad.pipeline.tables import Said, Tables

_QUESTION_SECTIONS = frozenset({"indication", "history"})
_SPEAKING_SECTIONS = frozenset({"recommendation", "discussion"})
_EXISTENCE = ("absent", "possible", "stable", "affirmed")


class Verdict(NamedTuple):
    """What is asserted, whether it was there before, and the cues that decided."""

    value: str
    historical: bool = False
    cues: tuple[Cue, ...] = ()

    @property
    def said(self) -> Said:
        """As the tables hold it."""
        return self.value, self.historical, tuple(cue.row for cue in self.cues)


_PRESENT = Verdict("present")


@dataclass(slots=True, eq=False)
class Line:
    """One sentence with all that bears on the targets in it."""

    words: Sequence[str]
    grammar: Grammar
    first: int
    last: int
    section: str
    colon: int  # the colon after its own label, or -1
    cues: tuple[Cue, ...]
    following: tuple[int, int]  # the next sentence, if it may be the answer
    following_cues: tuple[Cue, ...]
    heading_cues: tuple[Cue, ...]
    asks: bool  # ends in a question mark
    queried: bool  # begins after a free-standing or prefixed question mark ("?HO")
    boxes: tuple[Box, ...]
    kept: tuple[Cue, ...]  # the cues that count for a target which none of them overlaps
    scope: Scope
    silent: bool  # nothing here can say anything but "present"

    @classmethod
    def of(cls, tables: Tables, index: int, cues: Cues, grammar: Grammar) -> "Line":
        """Gather the sentence ``index`` of a report."""
        words, rows = tables.words, tables.sentences
        first, last, section, head_start, head_end = rows[index]
        colon = head_end if head_end and head_start == first and head_end < last else -1
        following = rows[index + 1] if index + 1 < len(rows) else (last, last, section, 0, 0)
        heading = _heading(tables, first)
        marked = words[last - 1] == "?"
        asks = marked and not _prefix_mark(tables, last - 1)
        queried = first > 0 and words[first - 1] == "?" and _prefix_mark(tables, first - 1)
        heading_cues = tuple(c for c in cues.at(heading) if c.rule.section) if heading >= 0 else ()
        found = tuple(boxes(words, first, last))
        own = cues.at(first)
        asks_on = asks or colon + 1 >= last  # the answer stands in the next sentence
        kept = tuple(select(own, -1, -1))
        loud = own or heading_cues or asks or queried or found or colon >= 0 or section in _SPEAKING_SECTIONS
        return cls(
            words=words,
            grammar=grammar,
            first=first,
            last=last,
            section=section,
            colon=colon,
            cues=own,
            following=(following[0], following[1]),
            following_cues=cues.at(following[0]) if asks_on else (),
            heading_cues=heading_cues,
            asks=asks,
            queried=queried,
            boxes=found,
            kept=kept,
            scope=Scope(grammar, words, (first, last if kept else first), kept),
            silent=not loud,
        )


def _heading(tables: Tables, word: int) -> int:
    """First word of the heading above, or -1."""
    for start, end, _, heading in tables.sections:
        if start <= word < end:
            return int(start) if heading else -1
    return -1


def _prefix_mark(tables: Tables, word: int) -> bool:
    """A question mark that belongs to what follows: after a space or at a line's start, or glued to the next word."""
    start, end = tables.offsets[word]
    text = tables.text
    free = start == 0 or text[start - 1].isspace() or text[start - 1] in "(,:;-?"
    return free and end < len(text) and bool(text[end:].strip())


def judge(line: Line, target: Target, topics: Topics) -> Verdict:
    """The assertion of one target; ``topics`` gives all targets of its sentence."""
    if line.silent:
        return _PRESENT
    cues: Sequence[Cue] = line.kept
    scope = line.scope
    if any(cue.start < target.end and target.start < cue.end for cue in cues):
        cues = select(line.cues, target.start, target.end)
        scope = Scope(line.grammar, line.words, (line.first, line.last), cues)
    answered = _answered(line, target, cues, topics)
    if answered is not None:
        return answered
    entry = _list_entry(line, target)
    if entry is not None:
        return Verdict("present", historical=True, cues=(entry,))
    limit = line.colon if target.end <= line.colon else line.last
    asking = line.asks or line.section in (*_QUESTION_SECTIONS, "header")
    near = [cue for cue in cues if cue.end <= limit or cue.rule.sentence]
    usable = [cue for cue in near if asking or not cue.rule.question]
    reached = [cue for cue in usable if scope.reaches(cue, target)]
    return _decide(line, [*reached, *line.heading_cues], target)


def _list_entry(line: Line, target: Target) -> Cue | None:
    """The comorbidity that is all the line says: an entry of a problem list."""
    last = line.last - (line.words[line.last - 1] in (".", ",", ";"))
    if (target.start, target.end) not in ((line.first, last), (line.first, line.last)):
        return None
    for cue in line.cues:
        if cue.rule.intent == "comorbidity" and (cue.start, cue.end) == (line.first, last):
            return cue
    return None


def _answered(line: Line, target: Target, cues: Sequence[Cue], topics: Topics) -> Verdict | None:
    """The verdict of a template line, if the target stands in one that is filled in."""
    if line.boxes:
        ticked = _ticked(line, target, cues, topics)
        if ticked is not None:
            return ticked
    span: tuple[int, int] | None = None
    pool: Sequence[Cue] = cues
    if target.end <= line.colon:
        span = (line.colon + 1, line.last)
        if span[0] >= span[1]:
            span, pool = line.following, line.following_cues
    elif line.asks:
        start, end = line.following
        span, pool = (start, end), line.following_cues
    else:
        span = (target.end, line.last)
        pool = [c for c in cues if c.rule.answer and c.start == target.end and c.rule.intent == "absent"]
        pool = [c for c in pool if c.end >= line.last or line.words[c.end] in (".", ",", ";")]
    if span is None or span[0] >= span[1]:
        return None
    cue = answer(line.grammar, line.words, span, pool, Question(target, topics))
    return None if cue is None else _answer_verdict(cue)


def _answer_verdict(cue: Cue) -> Verdict:
    value = {"affirmed": "present", "stable": "present"}.get(cue.rule.intent, cue.rule.intent)
    return Verdict(value, cue.rule.historical, (cue,))


def _ticked(line: Line, target: Target, cues: Sequence[Cue], topics: Topics) -> Verdict | None:
    for start, end, ticked in options(line.boxes, line.first, line.last, line.colon):
        if start <= target.start < end:
            return None if ticked else Verdict("absent")
        if ticked and target.end <= start:
            cue = answer(line.grammar, line.words, (start, end), cues, Question(target, topics))
            if cue is not None:
                return _answer_verdict(cue)
    return None


def _decide(line: Line, reached: Sequence[Cue], target: Target) -> Verdict:
    if not reached and not (line.asks or line.queried or line.section in _SPEAKING_SECTIONS):
        return _PRESENT
    existence = _existence(line, target, [c for c in reached if c.rule.intent in _EXISTENCE])
    past = tuple(cue for cue in reached if cue.rule.historical)
    apart = _other_intent(existence, reached)
    if apart is not None:
        return Verdict(apart[0].rule.intent, bool(past), apart)
    if existence is not None and existence.rule.intent == "absent":
        return Verdict("absent", bool(past), (existence, *(c for c in past if c is not existence)))
    unsure = existence is not None and existence.rule.intent == "possible"
    by_section = _section_intent(line, {cue.rule.intent for cue in reached}, unsure=unsure)
    if by_section:
        return Verdict(by_section, bool(past), tuple(reached))
    seen = existence is not None and not unsure and existence.start >= target.end
    if past and not seen and not (unsure and all(cue.rule.stays for cue in past)):
        return Verdict("historical", historical=True, cues=past)
    value = "possible" if unsure or line.queried else "present"
    return Verdict(value, cues=(existence,) if existence is not None else ())


def _other_intent(existence: Cue | None, reached: Sequence[Cue]) -> tuple[Cue, ...] | None:
    """Cues of an intent that goes before whether it is there: another person, nobody, a fear, a plan, a question."""
    intents = {cue.rule.intent for cue in reached}
    for intent in ("family", "general", "at_risk", "hypothetical", "asked"):
        found = tuple(cue for cue in reached if cue.rule.intent == intent)
        if not found or (intent == "general" and "patient" in intents):
            continue
        denied = existence is not None and existence.rule.intent == "absent"
        if intent in ("asked", "hypothetical") and denied and existence is not None and _decisive(existence, found):
            continue
        return found
    return None


def _section_intent(line: Line, intents: set[str], *, unsure: bool) -> str:
    """What the section or a question mark makes of a statement; empty if nothing."""
    if line.asks or (line.queried and line.section in (*_QUESTION_SECTIONS, "header")):
        return "asked"
    if unsure and line.section in _QUESTION_SECTIONS:
        return "asked"
    if line.section == "recommendation":
        return "hypothetical"
    if line.section == "discussion" and "patient" not in intents:
        return "general"
    return ""


def _decisive(denial: Cue, others: Sequence[Cue]) -> bool:
    """A denial after the question ("to exclude new bone, which is absent") answers it."""
    return all(denial.start > other.start for other in others)


def _existence(line: Line, target: Target, cues: Sequence[Cue]) -> Cue | None:
    """Of the cues that say whether it is there: the outermost of a nest, else the nearest."""
    if not cues:
        return None
    before = sorted((c for c in cues if c.end <= target.start), key=lambda c: -c.end)
    after = sorted((c for c in cues if c.start >= target.end), key=lambda c: c.start)
    left = _nested(line, before)
    right = after[0] if after else None
    if left is None or right is None:
        return left or right
    if right.rule.strength == "confirmed" and left.rule.intent != "absent":
        return right
    for intent in ("absent", "possible", "stable"):
        for cue in (right, left):
            if cue.rule.intent == intent:
                return cue
    return left


def _nested(line: Line, before: Sequence[Cue]) -> Cue | None:
    """The nearest cue, or a denial around it that no comma or conjunction parts from it ("no possible …")."""
    if not before:
        return None
    chosen = before[0]
    for outer in before[1:]:
        between = line.words[outer.end : chosen.start]
        if not chosen.rule.inner and ("," in between or line.grammar.joins & set(between)):
            break
        if outer.rule.intent == "absent" and chosen.rule.intent != "absent":
            chosen = outer
    return chosen
