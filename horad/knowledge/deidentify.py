"""How identifiers of people look in reports, and what stands in for them (``models/deidentify``)."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import regex
from pydantic import BaseModel, ConfigDict, Field

from horad.errors import RuleError
from horad.knowledge.locate import find_folder
from horad.knowledge.tables import read_table


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Form(_Table):
    """One form of an identifier, or of a date: a regular expression and what it must and must not mark."""

    id: str
    kind: str = "date"
    pattern: str
    case: str = "any"
    match: tuple[str, ...] = Field(min_length=1)
    no_match: tuple[str, ...] = Field(min_length=1)


class NameWords(_Table):
    """The words that tell names of people, and those that look like names and are none."""

    titles: frozenset[str]
    weak_titles: frozenset[str]
    abbreviations: frozenset[str]
    labels: tuple[str, ...]
    weak_labels: tuple[str, ...]
    credentials: tuple[str, ...]
    weak_credentials: frozenset[str]
    relatives: frozenset[str]
    particles: frozenset[str]
    person_verbs: tuple[str, ...]
    eponyms: frozenset[str]
    eponym_heads: frozenset[str]
    word_names: frozenset[str]
    not_names: frozenset[str]


class _Patterns(_Table):
    macro: Mapping[str, str]
    pattern: tuple[Form, ...]


class _Months(_Table):
    names: tuple[str, ...]


class _Dates(_Table):
    months: _Months
    macro: Mapping[str, str]
    date: tuple[Form, ...]


class _Words(_Table):
    placeholder: Mapping[str, str]
    names: NameWords
    surrogates: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Identifiers:
    """All of it, compiled."""

    forms: tuple[tuple[Form, "regex.Pattern[str]"], ...]
    dates: tuple[tuple[Form, "regex.Pattern[str]"], ...]
    months: tuple[str, ...]
    names: NameWords
    placeholders: Mapping[str, str]
    surrogates: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, tuple["regex.Pattern[str]", ...]]

    @property
    def examples(self) -> Iterator[tuple[Form, "regex.Pattern[str]"]]:
        """Every form with its compiled pattern."""
        yield from self.forms
        yield from self.dates


@functools.lru_cache(maxsize=4)
def load_identifiers(folder: str | None = None) -> Identifiers:
    """Load and compile the tables (cached per folder).

    Raises:
        RuleError: naming the file and the place, if one is not readable, not of its shape, or not a regular expression.
    """
    root = find_folder("models", folder) / "deidentify"
    patterns = read_table(root / "patterns.toml", _Patterns)
    dates = read_table(root / "dates.toml", _Dates)
    words = read_table(root / "words.toml", _Words)
    return Identifiers(
        forms=_compiled(root, patterns.pattern, patterns.macro),
        dates=_compiled(root, dates.date, dates.macro),
        months=dates.months.names,
        names=words.names,
        placeholders=words.placeholder,
        surrogates=words.surrogates,
        fields={kind: tuple(regex.compile(p, regex.IGNORECASE) for p in keys) for kind, keys in words.fields.items()},
    )


def _compiled(
    root: Path, forms: tuple[Form, ...], macros: Mapping[str, str]
) -> tuple[tuple[Form, "regex.Pattern[str]"], ...]:
    return tuple((form, _compile(root, form, macros)) for form in forms)


def _compile(root: Path, form: Form, macros: Mapping[str, str]) -> "regex.Pattern[str]":
    pattern = form.pattern
    for name, fragment in macros.items():
        pattern = pattern.replace(f"%{name}%", fragment)
    flags = regex.VERSION0 if form.case == "exact" else regex.IGNORECASE
    try:
        return regex.compile(pattern, flags)
    except regex.error as error:
        raise RuleError(f"{root}: {form.id}: not a regular expression: {error}") from error
