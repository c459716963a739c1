"""One text without its identifiers: what is found, what stands in its place, and how sure one can be that it is all."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import regex

from horad.datasets.deidentify.dates import DateFinder, FoundDate
from horad.datasets.deidentify.keys import Key
from horad.datasets.deidentify.known import KnownValues
from horad.datasets.deidentify.recognise import Recogniser
from horad.datasets.deidentify.rewrite import Replacement, Rewritten
from horad.datasets.deidentify.spans import Span, settle

_OLDEST = 89  # 45 CFR 164.514(b)(2)(i)(C)
_NUMBER = regex.compile(r"(?<![\w.,])\d{6,}(?![\w.,]\d)")


@dataclass(frozen=True)
class Options:
    """How identifiers are replaced.

    ``surrogates`` puts made-up names and places in the place of real ones, else a placeholder says the kind. Dates move
    with the patient, or become a placeholder with ``keep_dates`` off.
    """

    surrogates: bool = False
    keep_dates: bool = True
    day_first: bool = False
    keep_extra: frozenset[str] = frozenset()


@dataclass
class Outcome:
    """What was replaced, by kind, and what may still tell something, counted over texts."""

    replaced: Counter[str] = field(default_factory=Counter)
    texts: int = 0
    untouched: int = 0
    long_numbers: int = 0
    unknown_names: int = 0


class Cleaner:
    """Takes identifiers out of texts."""

    def __init__(self, key: Key, options: Options) -> None:
        self._key, self._options = key, options
        self.recogniser = Recogniser()
        self._tables = self.recogniser.tables
        self._dates = DateFinder(self._tables, day_first=options.day_first)
        self.outcome = Outcome()

    def clean(self, text: str, days: int, known: KnownValues | None = None, near: dt.date | None = None) -> Rewritten:
        """The text with every identifier replaced; dates move by ``days``, those without a year lie before ``near``."""
        dates = {found.span: found for found in self._dates.find(text, near)}
        others = self.recogniser.find(text)
        spans = settle([*dates, *others, *(known.find(text, self.recogniser.ordinary) if known else ())])
        spans = [span for span in spans if text[span.start : span.end].strip(" \t\n.,;:()[]-")]
        replacements = [
            Replacement(span.start, span.end, self._stand_in(text, span, dates.get(span), days, near)) for span in spans
        ]
        rewritten = Rewritten(text, replacements)
        self._count(spans, rewritten.text)
        return rewritten

    def _stand_in(self, text: str, span: Span, date: FoundDate | None, days: int, near: dt.date | None) -> str:
        said = text[span.start : span.end]
        if date and self._options.keep_dates and not _tells_old_age(date.date, near):
            return self._dates.moved(date, days)
        if self._options.surrogates and span.kind in ("name", "location", "facility", "age"):
            return self._surrogate(said, span.kind)
        return self._tables.placeholders.get(span.kind, self._tables.placeholders["other_id"])

    def _surrogate(self, said: str, kind: str) -> str:
        """A made-up name, the same for the same words, in their capitals."""
        if kind == "age":
            return "90"
        folded = " ".join(said.casefold().split())
        lists = ("given", "family") if kind == "name" and " " in folded else ("family",) if kind == "name" else (kind,)
        words = [self._tables.surrogates[name] for name in lists]
        made = " ".join(names[self._key.choice(kind, folded, len(names))] for names in words)
        return made.upper() if said.isupper() else made

    def _count(self, spans: Iterable[Span], text: str) -> None:
        kinds = [span.kind for span in spans]
        self.outcome.replaced.update(kinds)
        self.outcome.texts += 1
        self.outcome.untouched += not kinds
        self.outcome.long_numbers += len(_NUMBER.findall(text))
        self.outcome.unknown_names += self.recogniser.unknown_capitals(text)


def _tells_old_age(date: dt.date, near: dt.date | None) -> bool:
    """Whether a date, taken as one of birth, tells of an age over 89."""
    return near is not None and (near - date).days > (_OLDEST + 1) * 365.25
