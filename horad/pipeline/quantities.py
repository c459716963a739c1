"""``horad_quantities``: lengths in the report, in millimetres, with what they are the length of."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from horad.knowledge.load import RuleBook, load_rules
from horad.pipeline import attributes as attributes
from horad.pipeline.tables import Tables

CUE_FIELD = "quantity_cue"
_DEFAULT_KIND = "other"
_SEVERAL_KIND = "size"
# A cue speaks for a length that stands so many words after or before it.
_BEFORE, _AFTER = 5, 4
_MILLIMETRES = {"m": 1.0, "c": 10.0, "i": 25.4}

_NUMBER = r"(?:\d{1,3}(?:[.,·]\d{1,2})?|[.·]\d{1,2})"
_UNIT = r"(?:mms?|cms?|millimet(?:re|er)s?|centimet(?:re|er)s?|inch(?:es)?)(?![\w²³/^]|\s?[²³]|\s(?:cubed|squared)\b)"
# What may name a dimension after its number: a bracket, capitals, a long word before the next "by".
_AXIS = (
    r"(?:\s*\((?!mm|cm)[^()\d]{1,24}\)|\s+(?-i:(?!MM|CM|X\b)[A-Z]{1,4})\b"
    r"|\s+(?-i:(?!by\b)[a-z]{5,16})\b(?=\s*(?:x|×|by)\s))?"
)
_TIMES = r"\s*(?:[x×✕*X]|by)\s*"
_RANGE = rf"(?:\s*(?:-|–|—|to|or)\s*{_NUMBER})?"
_LENGTH = re.compile(
    rf"(?<![\w.,·/])(?P<all>{_NUMBER}(?:\s*{_UNIT})?{_AXIS}(?:{_TIMES}{_NUMBER}(?:\s*{_UNIT})?{_AXIS}){{1,3}}"
    rf"|{_NUMBER}{_RANGE}\s*-?\s*{_UNIT})",
    re.IGNORECASE,
)
_PART = re.compile(rf"(?P<number>{_NUMBER})\s*-?\s*(?P<unit>{_UNIT})?", re.IGNORECASE)
_UNIT_BEFORE = re.compile(r"\b(?P<unit>mm|cm)\b[^\w\n]{0,4}$", re.IGNORECASE)
_UNIT_AFTER = re.compile(rf"\s*\(?(?P<unit>{_UNIT})", re.IGNORECASE)

Row = list[Any]


def lengths(text: str) -> Iterator[tuple[int, int, list[float]]]:
    """Yield ``(start, end, millimetres)`` for each length; several values are dimensions or a range."""
    for match in _LENGTH.finditer(text):
        parts = list(_PART.finditer(match["all"]))
        units = [part["unit"] for part in parts]
        last = next((unit for unit in reversed(units) if unit), None) or _unit_nearby(text, match.start(), match.end())
        if last is None:
            continue
        following = last
        values: list[float] = []
        for part in reversed(parts):
            following = part["unit"] or following
            values.insert(0, _millimetres(part["number"], following))
        yield match.start(), match.end(), values


def _unit_nearby(text: str, start: int, end: int) -> str | None:
    found = _UNIT_AFTER.match(text, end) or _UNIT_BEFORE.search(text, max(0, start - 8), start)
    return found["unit"] if found else None


def _millimetres(number: str, unit: str) -> float:
    return round(float(number.replace(",", ".").replace("·", ".")) * _MILLIMETRES[unit[0].lower()], 2)


class Quantities:
    """Writes ``doc._.horad_quantities`` and the span group ``horad_quantities``."""

    def __init__(self, rules: RuleBook) -> None:
        self._cues = {rule.id: rule.value for rule in rules.rules if rule.field == CUE_FIELD}

    def fill(self, tables: Tables) -> None:
        """Find the lengths."""
        found = list(lengths(tables.text))
        if not found:
            tables.quantities = []
            return
        starts, ends = [row[0] for row in tables.offsets], [row[1] for row in tables.offsets]
        cues = [(a, b, self._cues[rule]) for a, b, rule in tables.mentions if rule in self._cues]
        rows: list[Row] = []
        for start, end, values in found:
            first, last = bisect_left(starts, start), bisect_right(ends, end)
            if first < last:
                rows.append([first, last, self._kind(first, last, values, cues, tables.words), values])
        tables.quantities = rows

    def __call__(self, doc: Doc) -> Doc:
        """Find, then write."""
        tables = Tables.of(doc)
        self.fill(tables)
        spans: list[Span] = []
        for first, last, kind, _ in tables.quantities:
            start, end = tables.offsets[first][0], tables.offsets[last - 1][1]
            span = doc.char_span(start, end, label=kind, alignment_mode="expand")
            if span is not None:
                spans.append(span)
        doc._.horad_quantities = tables.quantities
        doc.spans["horad_quantities"] = spans
        return doc

    @staticmethod
    def _kind(
        first: int, last: int, values: list[float], cues: Sequence[tuple[int, int, str]], words: Sequence[str]
    ) -> str:
        """The nearest cue decides; several dimensions are a size whatever stands by."""
        ranked = sorted(
            (gap, a < first, kind)
            for a, b, kind in cues
            if (gap := a - last if a >= last else first - b) is not None
            and 0 <= gap <= (_AFTER if a >= last else _BEFORE)
            and "." not in words[min(b, last) : max(a, first)]
        )
        nearest = ranked[0][2] if ranked else _DEFAULT_KIND
        several = len(values) > 1 and any(word in ("x", "×", "by") for word in words[first:last])
        return _SEVERAL_KIND if several else nearest


@Language.factory(
    "horad_quantities",
    default_config={"models": None},
    requires=["doc._.horad_words", "doc._.horad_mentions"],
    assigns=["doc._.horad_quantities", "doc.spans"],
)
def make(nlp: Language, name: str, models: str | None) -> Quantities:
    """Factory; ``models`` is the folder of the rule files (default: the packaged one)."""
    return Quantities(load_rules(models))
