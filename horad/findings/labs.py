"""Laboratory values as the text gives them; a direction is one that is said, never one computed."""

import re
from collections.abc import Sequence
from typing import Any

from horad.findings.view import Mention, View

_NOT_SAID = frozenset({"hypothetical", "asked", "family", "general", "at_risk"})
_NOT_READ = frozenset({"recommendation", "discussion", "signature"})
_LIST_WORDS = frozenset({",", "and", "/", "&", "+"})
_STOPS = frozenset(".;?!")
_NUMBER = re.compile(r"\d+(?:[.,·]\d+)*$")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+$")
_TIME_UNITS = frozenset({"day", "week", "month", "year", "/"})
_REACH, _REACH_BACK = 6, 2


def labs(view: View) -> list[dict[str, Any]]:
    """``[{name, value, unit, direction}]`` in reading order, the last word of each test's name wins."""
    rows: dict[str, dict[str, Any]] = {}
    for group in _groups(view):
        shared = _direction(view, group)
        for mention in group:
            value, unit = _value(view, mention)
            if value is None and shared is None and mention.rule.attributes.get("needs_value"):
                continue
            row = {"name": mention.value, "value": value, "unit": unit, "direction": shared}
            if mention.value not in rows or value is not None or shared is not None:
                rows[mention.value] = row
    return list(rows.values())


def _groups(view: View) -> list[list[Mention]]:
    """Tests that stand in one list ("ALP, CRP and ESR normal") share their direction."""
    groups: list[list[Mention]] = []
    for mention in view.of("lab"):
        if mention.assertion in _NOT_SAID or mention.section in _NOT_READ:
            continue
        if groups and _LIST_WORDS.issuperset(view.between(groups[-1][-1], mention)):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def _ahead(view: View, mention: Mention, reach: int) -> range:
    """The words after a test up to the next test or the end of the clause."""
    end = min(view.sentences[mention.sentence].end, mention.end + reach)
    for other in view.within(mention.sentence, "lab"):
        if other.start >= mention.end:
            end = min(end, other.start)
    stop = next((i for i in range(mention.end, end) if view.words[i] in _STOPS), end)
    return range(mention.end, max(stop, mention.end))


def _value(view: View, mention: Mention) -> tuple[float | None, str | None]:
    for index in _ahead(view, mention, _REACH):
        start, end = view.offsets[index]
        written = view.text[start:end]
        following = view.words[index + 1] if index + 1 < len(view.words) else ""
        if _NUMBER.match(written) and following not in _TIME_UNITS:
            return _number(written), _unit(view, mention, index + 1)
    return None, None


def _number(written: str) -> float:
    if _THOUSANDS.match(written):
        return float(written.replace(",", ""))
    head, *rest = re.split(r"[.,·]", written)
    return float(f"{head}.{''.join(rest)}") if rest else float(head)


def _unit(view: View, mention: Mention, start: int) -> str | None:
    for unit in view.within(mention.sentence, "lab_unit"):
        if unit.start == start:
            return view.slice(unit.mark)[2]
    return None


def _direction(view: View, group: Sequence[Mention]) -> str | None:
    first, last = group[0], group[-1]
    ahead = _ahead(view, last, _REACH)
    for word in view.within(last.sentence, "lab_direction"):
        before = 0 <= first.start - word.end <= _REACH_BACK and not _breaks(view.words[word.end : first.start])
        if before or (word.start in ahead and not _breaks(view.words[last.end : word.start])):
            return word.value
    return None


def _breaks(words: Sequence[str]) -> bool:
    return "," in words and len(words) > 2
