"""Words that decide what part a neighbour plays: a study advised, an operation planned, bone removed.

The rules of such words carry ``side`` (where the neighbour stands) and ``reach`` (how many words may
lie between); a full stop, colon or semicolon always parts them.
"""

from horad.findings.view import Mention, View

_CLAUSE_ENDS = frozenset(".;:?!")


def roles(view: View, mention: Mention, field: str) -> set[str]:
    """The values of the role words of ``field`` that govern the mention."""
    return {role.value for role in view.within(mention.sentence, field) if _governs(view, role, mention)}


def in_capitals(view: View, mention: Mention) -> bool:
    """Whether the first word is written in capitals, as abbreviations are."""
    start, end = view.offsets[mention.start]
    return view.text[start:end].isupper()


def as_written(view: View, mention: Mention) -> bool:
    """Whether the letters agree with a rule that counts in capitals only."""
    return not mention.rule.attributes.get("capitals") or in_capitals(view, mention)


def _governs(view: View, role: Mention, mention: Mention) -> bool:
    side, reach = role.rule.attributes["side"], int(str(role.rule.attributes["reach"]))
    if role.end <= mention.start:
        first, second, fits = role, mention, side in ("before", "both")
    else:
        first, second, fits = mention, role, side in ("after", "both")
    gap = view.words[first.end : second.start]
    return fits and len(gap) <= reach and not _CLAUSE_ENDS.intersection(gap)
