"""What the findings read: one report's tables as plain, quick lookups. No rule matching happens here."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any, NamedTuple

from spacy.tokens import Doc

from horad.knowledge.load import RuleBook
from horad.knowledge.schema import Rule
from horad.pipeline.tables import Said, Tables

Ask = Callable[[int], Said]
# Sections that describe the patient's images now; the others need a reason to be read for findings.
CURRENT = frozenset({"findings", "impression", "addendum", "unknown", "header"})


@dataclass(slots=True)
class SentenceView:
    """One sentence: words ``start`` to ``end``; ``head`` is the span of the subheading above it."""

    index: int
    start: int
    end: int
    section: str
    head: tuple[int, int]


class Mention:
    """One rule's words in the report, with the context that the context engine finds when it is asked for."""

    __slots__ = ("_ask", "_number", "_said", "end", "field", "rule", "section", "sentence", "start", "value")

    def __init__(self, rule: Rule, start: int, end: int, sentence: SentenceView, said: tuple[Ask, int]) -> None:
        """Words ``start`` to ``end`` (exclusive); ``said`` tells what is asserted of the mention with that number."""
        self.rule, self.field, self.value = rule, rule.field, rule.value
        self.start, self.end = start, end
        self.sentence, self.section = sentence.index, sentence.section
        self._ask, self._number = said
        self._said: Said | None = None

    @property
    def said(self) -> Said:
        """Assertion, whether it is of the past, and the cues."""
        if self._said is None:
            self._said = self._ask(self._number)
        return self._said

    @property
    def assertion(self) -> str:
        """One of present, absent, possible, historical, hypothetical, asked, at_risk, family, general."""
        return self.said[0]

    @property
    def historical(self) -> bool:
        """Whether it was there before."""
        return self.said[1]

    @property
    def cues(self) -> tuple[tuple[int, int, str], ...]:
        """What decided: (first word, last word + 1, rule id)."""
        return self.said[2]

    @property
    def mark(self) -> "Mark":
        """The mention as evidence."""
        return Mark(self.start, self.end, self.rule.id)


class Mark(NamedTuple):
    """Words of the report and the rule that chose them: one piece of evidence."""

    start: int
    end: int
    rule: str


@dataclass(slots=True, eq=False)  # frozen ones take three times as long to make
class Claim:
    """What one place of the report says of one field; assemble binds claims to lesions."""

    field: str  # "maturity", "features.cortical_rim", "neurovascular", …
    value: str
    assertion: str  # present, possible, absent, historical
    marks: tuple[Mark, ...]
    sentence: int
    data: dict[str, Any] = default(default_factory=dict)  # structure, distance_mm, system, when, side, …


class View:
    """A report read for findings."""

    def __init__(self, report: Doc | Tables, rules: RuleBook) -> None:
        tables = report if isinstance(report, Tables) else Tables.of(report)
        self.text = tables.text
        self.rules = rules
        self.words, self.offsets, self.breaks = tables.words, tables.offsets, tables.breaks
        self.sentences = [
            SentenceView(i, row[0], row[1], row[2], (row[3], row[4])) for i, row in enumerate(tables.sentences)
        ]
        self.quantities, self.relations = tables.quantities, tables.relations
        self._home = home = tables.home
        by_id, sentences, ask = rules.by_id, self.sentences, tables.said
        self.mentions = [
            Mention(by_id[rule], start, end, sentences[home[start]], (ask, number))
            for number, (start, end, rule) in enumerate(tables.mentions)
        ]
        self._by_field: dict[str, list[Mention]] = defaultdict(list)
        self._by_sentence: dict[int, list[Mention]] = defaultdict(list)
        self._here: dict[tuple[int, str], list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            self._by_field[mention.field].append(mention)
            self._by_sentence[mention.sentence].append(mention)
            self._here[mention.sentence, mention.field].append(mention)

    def sentence_of(self, word: int) -> SentenceView:
        """The sentence that holds a word."""
        return self.sentences[self._home[word]]

    def of(self, *fields: str) -> list[Mention]:
        """Mentions of the fields, in reading order."""
        if len(fields) == 1:
            return self._by_field.get(fields[0], [])
        return sorted((m for f in fields for m in self._by_field.get(f, [])), key=lambda m: (m.start, -m.end))

    def within(self, sentence: int, *fields: str) -> Sequence[Mention]:
        """Mentions of one sentence, of some fields (default: all), in reading order."""
        if len(fields) == 1:
            return self._here.get((sentence, fields[0]), [])
        return [m for m in self._by_sentence.get(sentence, []) if not fields or m.field in fields]

    def under_head(self, sentence: SentenceView, *fields: str) -> list[Mention]:
        """Mentions in the subheading that a sentence stands under ("Right hip: …")."""
        start, end = sentence.head
        if not end:
            return []
        here = self._by_sentence.get(self._home[start], [])
        return [m for m in here if start <= m.start and m.end <= end and m.field in fields]

    def slice(self, mark: Mark) -> tuple[int, int, str]:
        """Code-point start, end and text of a mark in the original report."""
        start, end = self.offsets[mark.start][0], self.offsets[mark.end - 1][1]
        return start, end, self.text[start:end]

    def between(self, left: Mention, right: Mention) -> Sequence[str]:
        """The words between two mentions, whichever comes first."""
        first, second = (left, right) if left.start <= right.start else (right, left)
        return self.words[first.end : second.start]
