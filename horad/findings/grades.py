"""Grades of heterotopic bone as the report states them, with system, side and time."""

import itertools
from collections.abc import Iterator, Sequence

from horad.findings.grade_levels import NUMERALS, Level, Words, read_level
from horad.findings.view import CURRENT, Claim, Mark, Mention, SentenceView, View

FIELD = "grades"
_UNNAMED = "grade_system.without-a-name"
_BLOCKING = frozenset({"absent", "hypothetical", "asked", "at_risk", "family", "general"})
_ASIDE = frozenset({",", "(", "[", ";", ":"})  # a denial before one of these is of something else
_RANGE_WORDS = frozenset({"to", "/", "or", "and", "through", "until"})
_LEAD = 3  # words from "grade" to its level: "the class is now IV"
_FIRST_REACH, _NEXT_REACH, _UNNAMED_REACH, _DENIAL_REACH = 10, 9, 7, 3


def claims(view: View) -> list[Claim]:
    """One claim for each grade, with ``when`` current or prior."""
    systems = [m for m in view.of("grade_system") if m.value != "elsewhere"]
    if not systems and not view.of("ho"):
        return []
    words = Words(view)
    found: list[Claim] = []
    taken: set[int] = set()
    for sentence in {m.sentence: view.sentences[m.sentence] for m in systems}.values():
        levels = list(_levels(view, words, [m for m in systems if m.sentence == sentence.index]))
        _date(view, levels)
        taken |= {n for level in levels for n in range(level.start, level.end)}
        found += [_claim(view, level, levels) for level in _ranges(view, levels) if level.when != "denied"]
    found += _unnamed(view, words, systems, taken)
    return _settle(view, found)


# ---- reading levels


def _levels(view: View, words: Words, systems: Sequence[Mention]) -> Iterator[Level]:
    """The levels of each system mention of a sentence, after it or else before it."""
    begin = view.sentences[systems[0].sentence].start
    for number, system in enumerate(systems):
        last = number + 1 == len(systems)
        stop = _limit(view, words, system) if last else systems[number + 1].start
        after = list(_after(view, words, system, stop))
        if not after:
            after = list(_before(view, words, system, begin))
        yield from (level for level in after if _holds(view, words, system, level))
        begin = after[-1].end if after else system.end


def _holds(view: View, words: Words, system: Mention, level: Level) -> bool:
    """A denial counts if it stands right before ("no Brooker III"), except of level 0; a question may be answered."""
    if system.assertion == "asked":
        return system.section in CURRENT
    if system.assertion != "absent":
        return system.assertion not in _BLOCKING
    reaches = [n for _, n, _ in system.cues if n <= system.start and system.start - n <= _DENIAL_REACH]
    aside = _ASIDE | words.bound
    direct = any(not aside & set(view.words[n : system.start]) for n in reaches)
    return not direct or level.value == NUMERALS[0]


def _limit(view: View, words: Words, system: Mention) -> int:
    """The sentence's end; a name that ends its sentence or asks is answered in the next one."""
    sentence = view.sentences[system.sentence]
    rest = [word for word in view.words[system.end : sentence.end] if word.isalnum()]
    following = system.sentence + 1
    abbreviated = rest[-1:] and rest[-1] in words.grade
    asks = len(rest) <= 1 and (abbreviated or view.words[sentence.end - 1] != ".")
    if asks and following < len(view.sentences):
        return min(view.sentences[following].end, sentence.end + 4)
    return sentence.end


def _after(view: View, words: Words, system: Mention, stop: int) -> Iterator[Level]:
    at, first = system.end, True
    position = at
    while position < stop:
        level = read_level(view, words, system, position)
        if level and _reachable(view, words, at, level, first=first):
            yield level
            at, first, position = level.end, False, level.end
        elif position - at > (_FIRST_REACH if first else _NEXT_REACH):
            return
        else:
            position += 1


def _reachable(view: View, words: Words, at: int, level: Level, *, first: bool) -> bool:
    between = range(at, level.start)
    plain = all(_idle(view, words, n) for n in between)
    if first:
        return plain and len(between) <= _FIRST_REACH
    other = any(m.value == "elsewhere" and at <= m.start < level.start for m in view.of("grade_system"))
    return not other and (plain or (level.roman and view.words[level.start] != "i"))


def _idle(view: View, words: Words, at: int) -> bool:
    """May a word stand between a system and its level? The stop of an abbreviation may ("gr. II")."""
    word = view.words[at]
    if word == ".":
        return view.words[at - 1] in words.grade
    return word in words.filler or at in words.told or word in _RANGE_WORDS


def _before(view: View, words: Words, system: Mention, begin: int) -> Iterator[Level]:
    """The nearest level to the left: "Grade III (Brooker)", "II by Brooker's criteria"."""
    for position in range(system.start - 1, max(begin, system.start - _FIRST_REACH) - 1, -1):
        level = read_level(view, words, system, position)
        between = range(level.end, system.start) if level else range(0)
        if not level or not all(view.words[n] in words.filler or n in words.told for n in between):
            continue
        named = position > begin and view.words[position - 1] in words.grade
        if named or level.roman or len(between) <= 1:
            earlier = read_level(view, words, system, position - 2) if position - 2 >= begin else None
            if earlier and view.words[position - 1] in ("to", "/", "or"):
                yield earlier
            yield level
            return


# ---- time


def _date(view: View, levels: list[Level]) -> None:
    """Mark each level prior, dated, past, denied or current by the words on its side of the gap."""
    if not levels:
        return
    sentence = view.sentences[view.sentence_of(levels[0].start).index]
    stop = max(sentence.end, levels[-1].end)
    links = [m for m in view.of("when_link") if sentence.start <= m.start < stop]
    edges = [sentence.start, *(_turn(view, a.end, b.start) for a, b in itertools.pairwise(levels)), stop]
    for level, low, high in zip(levels, edges, edges[1:], strict=False):
        level.when = _when([m for m in links if low <= m.start < high], level)
    if any(level.when in ("dated", "past", "prior") for level in levels):
        _rank_times(levels)


def _when(links: Sequence[Mention], level: Level) -> str:
    """The nearest word of time before a level, else after it; weaker signs yield."""
    close = [m for m in links if m.end <= level.start and level.start - m.end <= _DENIAL_REACH]
    for value, answer in (("denied", "denied"), ("versus", "past")):
        if close and close[-1].value == value:
            return answer
    before = [m for m in links if m.end <= level.start and m.value in ("prior", "current")]
    after = [m for m in links if m.start >= level.end and m.value in ("prior", "current")]
    near = before[-1:] or after[:1]
    if near:
        level.marks.append(near[0].mark)
        return near[0].value
    return next((m.value for m in links if m.value in ("past", "dated")), "")


def _turn(view: View, start: int, end: int) -> int:
    """Where the words between two levels pass from the first to the second."""
    for marks in ((";",), (",",), ("(", ")"), ("and", "but", "now", "while", "to")):
        found = [n for n in range(start, end) if view.words[n] in marks]
        if found:
            return found[0]
    return start


def _rank_times(levels: list[Level]) -> None:
    """Of several dated or past levels the last is current if nothing else is."""
    current = [level for level in levels if level.when in ("", "current")]
    for number, level in enumerate(levels):
        if level.when in ("dated", "past"):
            level.when = "prior" if current or (level.when == "dated" and number + 1 < len(levels)) else level.when


def _ranges(view: View, levels: list[Level]) -> list[Level]:
    """Levels with ranges drawn together: "II-III", "1 to 2" are their upper end; "from I to III" is its end."""
    merged: list[Level] = []
    for level in levels:
        previous = merged[-1] if merged else None
        between = view.words[previous.end : level.start] if previous else []
        inner = [w for w in between if w != "brooker"] if previous and previous.system is level.system else between
        joined = previous is not None and previous.end <= level.start and len(inner) <= 1 and set(inner) <= _RANGE_WORDS
        lead = view.words[max(0, previous.start - 4) : previous.start] if previous else []
        if not joined or previous is None or (inner == ["and"] and "between" not in lead):
            merged.append(level)
        elif "from" in lead:
            previous.when = "prior"
            merged.append(level)
        elif previous.rank <= level.rank and previous.when != "prior":
            level.start, level.when = previous.start, level.when or previous.when
            merged[-1] = level
        elif inner == ["to"]:
            previous.when = "prior"
            merged.append(level)
        else:
            merged.append(level)
    return merged


# ---- claims


def _claim(view: View, level: Level, levels: Sequence[Level]) -> Claim:
    sentence = view.sentence_of(level.start)
    system = level.system
    historical = system is not None and (system.assertion == "historical" or system.historical)
    away = sentence.section not in CURRENT
    when = "prior" if level.when == "prior" or (level.when != "current" and (historical or away)) else "current"
    data = {
        "system": system.value if system else "other",
        "when": when,
        "side": _side(view, level, levels),
        "weak": level.when == "past",
        "basis": "stated",
    }
    named = [system.mark] if system else []
    marks = (*named, Mark(level.start, level.end, system.rule.id if system else _UNNAMED), *level.marks)
    assertion = "possible" if system is not None and system.assertion == "possible" else "present"
    return Claim(FIELD, level.value, assertion, marks, sentence.index, data)


def _side(view: View, level: Level, levels: Sequence[Level]) -> str | None:
    """The side that stands next to a level; of several levels each takes the one on its side of the gap."""
    sentence = view.sentence_of(level.start)
    sides = [m for m in view.within(sentence.index, "side") if m.value in ("left", "right", "bilateral")]
    if not sides:
        heads = [m for m in view.under_head(sentence, "side") if m.value in ("left", "right", "bilateral")]
        return heads[0].value if heads else None
    if len({m.value for m in sides}) == 1 and len(levels) == 1:
        return sides[0].value
    low = max((_turn(view, x.end, level.start) for x in levels if x.end <= level.start), default=sentence.start)
    high = min((_turn(view, level.end, x.start) for x in levels if x.start >= level.end), default=sentence.end)
    near = [m for m in sides if low <= m.start < max(high, level.end)]
    nearest = min(near, key=lambda m: max(level.start - m.end, m.start - level.end + 0.5), default=None)
    return nearest.value if nearest else None


def _unnamed(view: View, words: Words, systems: Sequence[Mention], taken: set[int]) -> Iterator[Claim]:
    """Grades without a name ("grade 2 ossification"): the system is the one named elsewhere, or none."""
    if words.grade.isdisjoint(view.words):
        return
    named = {m.value: m for m in reversed(systems) if m.value != "other"}
    only = next(iter(named.values())) if len(named) == 1 else None
    if only is not None:
        yield from _referred(view, words, only, taken)
    for bone in view.of("ho"):
        if bone.assertion in _BLOCKING:
            continue
        sentence = view.sentences[bone.sentence]
        first = max(sentence.start, bone.start - _UNNAMED_REACH)
        for at in range(first, min(sentence.end, bone.end + _UNNAMED_REACH) - 1):
            if view.words[at] not in words.grade or bone.start <= at < bone.end:
                continue
            start = at + 1 + (view.words[at + 1] in (":", "of", "is", "=", "now"))
            level = read_level(view, words, only, start) if start < sentence.end and start not in taken else None
            if level and _beside(view, words, bone, at, level):
                taken.add(start)
                _date(view, [level])
                if level.when != "denied":
                    yield _claim(view, level, [level])


def _referred(view: View, words: Words, system: Mention, taken: set[int]) -> Iterator[Claim]:
    """A grade told apart from the system's name, the only one of the report: "On these views the grade is III."."""
    others = {m.sentence for m in view.of("grade_system") if m.value != system.value}
    for sentence in view.sentences:
        if sentence.index in others or sentence.section not in CURRENT:
            continue
        levels = list(_told(view, words, system, sentence, taken))
        _date(view, levels)
        taken |= {level.start for level in levels}
        yield from (_claim(view, level, levels) for level in levels if level.when != "denied")


def _told(view: View, words: Words, system: Mention, row: SentenceView, taken: set[int]) -> Iterator[Level]:
    """Levels behind the words "grade" and "class", with nothing behind them that is graded itself."""
    at = row.start
    while at < row.end - 1:
        level = read_level(view, words, system, at + 1) if view.words[at] in words.lead else None
        following = view.words[level.end] if level and level.end < row.end else "."
        ended = not following.isalnum() or following in words.filler or following in _RANGE_WORDS
        if level is None or level.start in taken or not (ended or level.end in words.told):
            at += 1
            continue
        if any(view.words[n] in words.grade for n in range(max(row.start, at - _LEAD), at + 1)):
            yield level
        at = level.end


def _beside(view: View, words: Words, bone: Mention, at: int, level: Level) -> bool:
    """Whether nothing that has grades of its own stands between the grade and the bone."""
    between = range(level.end, bone.start) if at < bone.start else range(bone.end, at)
    if any(m.value == "elsewhere" and at - 4 <= m.start <= level.end + 4 for m in view.of("grade_system")):
        return False
    return all(n in words.told or view.words[n] in words.filler or view.words[n].isalpha() for n in between) and not (
        {"and", "with", ";", "."} & {view.words[n] for n in between}
    )


def _settle(view: View, found: list[Claim]) -> list[Claim]:
    """Addendum over impression over findings; past tense yields to what is current."""
    firm = [claim for claim in found if claim.data["when"] == "current" and not claim.data["weak"]]
    for claim in found:
        rivals = [other for other in firm if other is not claim and _same_lesion(found, claim, other)]
        mine = _authority(view, claim)
        above = any(_authority(view, other) > mine and other.value != claim.value for other in rivals)
        if claim.data["when"] == "current" and (above or (claim.data["weak"] and rivals)):
            claim.data["when"] = "prior"
    for claim in found:
        del claim.data["weak"]
    return found


def _authority(view: View, claim: Claim) -> int:
    return {"addendum": 2, "impression": 1}.get(view.sentences[claim.sentence].section, 0)


def _same_lesion(found: Sequence[Claim], claim: Claim, other: Claim) -> bool:
    """Same system and side; a side left out matches unless the report tells two sides apart."""
    if claim.data["system"] != other.data["system"]:
        return False
    mine, theirs = claim.data["side"], other.data["side"]
    if mine == theirs or mine is None:
        return True
    sides = {c.data["side"] for c in found if c.data["system"] == claim.data["system"] and c.data["side"]}
    return theirs is None and len(sides) < 2
