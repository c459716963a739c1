"""What the source itself says of people: sought in the text, and made sure to be in no output."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

from horad.datasets.deidentify.spans import Span
from horad.knowledge.deidentify import Identifiers
from horad.records import Report

_PIECE = regex.compile(r"\p{L}+(?:['’-]\p{L}+)*")
_PARTS = regex.compile(r"[\n^~;|]+")


@dataclass(frozen=True)
class KnownValues:
    """Identifying values by kind: people's names by their words, other values as they stand."""

    names: frozenset[str]
    values: frozenset[tuple[str, str]]

    def find(self, text: str, ordinary: frozenset[str]) -> list[Span]:
        """Where they stand in a text; a name that is also a word of reports counts only beside another name."""
        patterns = [(kind, _as_said(value)) for kind, value in self.values]
        plain = sorted((name for name in self.names if name.lower() not in ordinary), key=len, reverse=True)
        if plain:
            patterns.append(("name", _either(plain)))
        spans = [Span(*match.span(), kind, "known") for kind, pattern in patterns for match in pattern.finditer(text)]
        return spans + list(self._beside(text, spans, ordinary))

    def _beside(self, text: str, spans: Iterable[Span], ordinary: frozenset[str]) -> Iterator[Span]:
        words = [name for name in self.names if name.lower() in ordinary]
        if not words:
            return
        near = {offset for span in spans if span.kind == "name" for offset in (span.start, span.end)}
        for match in _either(words).finditer(text):
            if any(abs(offset - place) <= 2 for offset in match.span() for place in near):
                yield Span(*match.span(), "name", "known")

    def left_in(self, text: str, ordinary: frozenset[str]) -> int:
        """How many of them a text still holds."""
        return len(self.find(text, ordinary))


def known_values(report: Report, tables: Identifiers) -> KnownValues:
    """What the source of a report says of people, from its own fields and from columns that are called so."""
    metadata = report.metadata
    pairs: list[tuple[str, str]] = [
        *(("id", value) for value in (metadata.id, metadata.accession_number, metadata.study_uid) if value),
        *(("patient_id", value) for value in (metadata.patient_id,) if value),
        *report.identifiers.items(),
        *((key, str(value)) for key, value in metadata.extra.items() if isinstance(value, str | int)),
    ]
    if reference := report.reference:
        pairs += [(name, value) for name, value in reference.model_dump().items() if isinstance(value, str)]
    return known_pairs(pairs, tables)


def known_pairs(pairs: Iterable[tuple[str, str]], tables: Identifiers) -> KnownValues:
    """What fields with their values say of people, each by the kind that its name tells."""
    names: set[str] = set()
    values: set[tuple[str, str]] = set()
    for key, value in pairs:
        for part in _PARTS.split(value):
            _sort(_kind_of(key, tables), part.strip(), names, values, tables)
    return KnownValues(frozenset(names), frozenset(values))


def _sort(kind: str, part: str, names: set[str], values: set[tuple[str, str]], tables: Identifiers) -> None:
    if kind == "name":
        words = (piece for piece in _PIECE.findall(part) if len(piece) > 1)
        skipped = tables.names.titles | tables.names.particles | {c.lower() for c in tables.names.credentials}
        names.update(word for word in words if word.lower() not in skipped)
    elif kind and _is_telling(part):
        values.add((kind, part))


def _kind_of(key: str, tables: Identifiers) -> str:
    """The kind of a field by its name; dates are found by their form, and what is not called like one is none."""
    for kind, patterns in tables.fields.items():
        if any(pattern.search(key) for pattern in patterns):
            return "" if kind == "date" else kind
    return ""


def _is_telling(value: str) -> bool:
    """Long enough that finding it again is no chance: four letters or digits, with a digit or a capital."""
    kept = [letter for letter in value if letter.isalnum()]
    return len(kept) >= 4 and any(letter.isdigit() or letter.isupper() for letter in kept)


def _as_said(value: str) -> "regex.Pattern[str]":
    """A value as a text may write it: any case, blanks and hyphens or none between its parts."""
    parts = [regex.escape(part) for part in regex.split(r"[\s-]+", value) if part]
    middle = r"[\s-]*".join(parts)
    return regex.compile(rf"(?<![\p{{L}}\d]){middle}(?![\p{{L}}\d])", regex.IGNORECASE)


def _either(words: Iterable[str]) -> "regex.Pattern[str]":
    forms = {
        form for word in words for form in (word, word.upper(), word.title(), word.lower() if len(word) > 3 else word)
    }
    longest = sorted(forms, key=lambda form: (-len(form), form))
    return regex.compile(rf"(?<![\p{{L}}\d])(?:{'|'.join(map(regex.escape, longest))})(?![\p{{L}}\d])")
