"""What the pages show, made ready for the templates: text that is safe to look at, and fields with their state."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import horad
from horad.records import ReportResult
from horad.review.choices import Control, controls
from horad.review.joined import Disagreement
from horad.review.reports import Entry
from horad.review.store import Decision
from horad.review.values import FIELDS, LABELS, Value, fields_of, in_words, proposals
from horad.writers import layout, ranking

_TEMPLATES = Path(__file__).with_name("templates")
# Format characters that turn the order of words about, or hide; what is no control at all in a text is left alone.
_LAYOUT = frozenset("\t\n\r")
_CONTROLS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_HARMLESS = frozenset("\u00ad\u200c\u200d")  # soft hyphen, joiners
_REASONS = 4


@dataclass(frozen=True)
class Piece:
    """A stretch of the report: its visible text, the fields it speaks for, the rules behind; or a control made seen."""

    text: str
    fields: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    is_control: bool = False

    @property
    def classes(self) -> str:
        """The colour of the innermost field, an underline in that of the next, and a class for each."""
        shown = [f"tone-{self.fields[0]}", *[f"under-{name}" for name in self.fields[1:2]]]
        return " ".join(shown + [f"is-{name}" for name in self.fields])


@dataclass(frozen=True)
class FieldView:
    """One field on the page."""

    name: str
    label: str
    proposed: tuple[str, ...]
    quotes: tuple[layout.Quote, ...]
    controls: tuple[Control, ...]
    verdict: str = ""
    said: tuple[str, ...] = ()
    readings: tuple[tuple[str, str, tuple[str, ...]], ...] = field(default=())

    @property
    def is_open(self) -> bool:
        """Whether a decision is wanted."""
        return not self.verdict


def environment() -> Environment:
    """The templates; all text is escaped."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["plain"] = lambda value: str(value).replace("_", " ")
    made.filters["visible"] = lambda text: "".join(piece.text for piece in _visible(str(text)))
    made.globals.update(
        figure=lambda figure: "–" if figure.value is None else f"{figure.value:.2f}",
        intended_use=layout.INTENDED_USE,
        version=horad.__version__,
        layout=layout,
        ranking=ranking,
        labels=LABELS,
    )
    return made


def pieces(entry: Entry) -> list[Piece]:
    """The report cut where marks begin and end, and around characters that would not be seen."""
    result = entry.result
    speaks = {id(mark): fields_of(result, mark) for mark in result.evidence}
    made: list[Piece] = []
    for segment in layout.segments(entry.text, result.evidence):
        names = tuple(dict.fromkeys(name for mark in segment.marks for name in speaks[id(mark)]))
        rules = tuple(dict.fromkeys(mark.rule for mark in segment.marks if speaks[id(mark)])) if names else ()
        made.extend(Piece(piece.text, names, rules, piece.is_control) for piece in _visible(segment.text))
    return made


def readings(entry: Entry, decisions: Sequence[Decision], reviewer: str) -> list[FieldView]:
    """Every field with what horad proposes and what this reader, and nobody else, has decided."""
    own = {d.field: d for d in decisions if d.part == "reading" and d.reviewer == reviewer}
    proposed = proposals(entry.result)
    return [_field_view(entry.result, name, proposed[name], own.get(name)) for name in FIELDS]


def rulings(entry: Entry, found: Sequence[Disagreement]) -> list[FieldView]:
    """The fields that readers differ on, with what each of them said."""
    proposed = proposals(entry.result)
    views = []
    for item in found:
        view = _field_view(entry.result, item.field, proposed[item.field], item.ruling, item.readings[0].value)
        said = tuple((d.reviewer, d.verdict, in_words(d.field, d.value)) for d in item.readings)
        views.append(FieldView(**{**vars(view), "readings": said}))
    return views


def differential(result: ReportResult) -> Mapping[str, Any]:
    """The ranked diagnoses and how many reasons to show of each."""
    return {"rankings": ranking.rankings(result), "reasons": _REASONS}


def _field_view(
    result: ReportResult, name: str, proposed: Value, decision: Decision | None, start: Value = None
) -> FieldView:
    value = decision.value if decision else (proposed if start is None else start)
    return FieldView(
        name,
        LABELS[name],
        in_words(name, proposed),
        _quotes(result, name),
        tuple(controls(name, value)),
        decision.verdict if decision else "",
        in_words(name, decision.value) if decision else (),
    )


def _quotes(result: ReportResult, name: str) -> tuple[layout.Quote, ...]:
    marks = [mark for mark in result.evidence if name in fields_of(result, mark)]
    counts: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for mark in marks:
        counts.setdefault((layout.words_of(mark.text), mark.rule), set()).add((mark.start, mark.end))
    return tuple(layout.Quote(words, rule, len(places)) for (words, rule), places in counts.items())


def _visible(text: str) -> Iterator[Piece]:
    """Characters that would hide or turn the text about, as their names; the rest as it is."""
    start = 0
    for place, character in enumerate(text):
        if unicodedata.category(character) in _CONTROLS and character not in _LAYOUT | _HARMLESS:
            if place > start:
                yield Piece(text[start:place])
            yield Piece(f"⟨U+{ord(character):04X}⟩", is_control=True)
            start = place + 1
    if start < len(text):
        yield Piece(text[start:])
