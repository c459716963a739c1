"""What the findings read: one Doc's tables as plain, quick lookups. No rule matching happens here."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from functools import cached_property
from typing import Any

from spacy.tokens import Doc

from horad.knowledge.load import RuleBook
from horad.knowledge.schema import Rule

# Sections that describe the patient's images now; the others need a reason to be read for findings.
CURRENT = frozenset({"findings", "impression", "addendum", "unknown", "header"})


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """One rule's words in the report, with the context that the context engine found."""

    field: str
    value: str
    start: int  # first word
    end: int  # last word + 1
    rule: Rule
    sentence: int
    section: str
    assertion: str = "present"  # present, absent, possible, historical, hypothetical, asked, at_risk, family, general
    historical: bool = False
    cues: tuple[tuple[int, int, str], ...] = ()  # (first word, last word + 1, rule id)

    @property
    def mark(self) -> "Mark":
        """The mention as evidence."""
        return Mark(self.start, self.end, self.rule.id)


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of the report and the rule that chose them: one piece of evidence."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class SentenceView:
    """One sentence: words ``start`` to ``end``; ``head`` is the span of the subheading above it."""

    index: int
    start: int
    end: int
    section: str
    head: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """What one place of the report says of one field; assemble binds claims to lesions."""

    field: str  # "maturity", "features.cortical_rim", "neurovascular", …
    value: str
    assertion: str  # present, possible, absent, historical
    marks: tuple[Mark, ...]
    sentence: int
    data: dict[str, Any] = default(default_factory=dict)  # structure, distance_mm, system, when, side, …


class View:
    """A Doc read for findings."""

    def __init__(self, doc: Doc, rules: RuleBook) -> None:
        self.text: str = doc._.horad_text
        self.rules = rules
        self.words: list[str] = doc._.horad_words
        self.offsets: list[list[int]] = doc._.horad_offsets
        self.breaks: list[int] = doc._.horad_breaks
        self.sentences = [
            SentenceView(i, row[0], row[1], row[2], (row[3], row[4])) for i, row in enumerate(doc._.horad_sentences)
        ]
        self.quantities: list[list[Any]] = doc._.horad_quantities or []
        self.relations: list[list[Any]] = doc._.horad_relations or []
        self.mentions = list(self._mentions(doc))
        self._by_field: dict[str, list[Mention]] = defaultdict(list)
        self._by_sentence: dict[int, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            self._by_field[mention.field].append(mention)
            self._by_sentence[mention.sentence].append(mention)

    def _mentions(self, doc: Doc) -> Iterator[Mention]:
        assertions = doc._.horad_assertions or [{}] * len(doc._.horad_mentions)
        home = self._home
        for (start, end, rule_id), context in zip(doc._.horad_mentions, assertions, strict=True):
            rule = self.rules.by_id[rule_id]
            sentence = home[start]
            yield Mention(
                rule.field,
                rule.value,
                start,
                end,
                rule,
                sentence,
                self.sentences[sentence].section,
                context.get("value", "present"),
                context.get("historical", False),
                tuple((a, b, c) for a, b, c in context.get("cues", ())),
            )

    @cached_property
    def _home(self) -> list[int]:
        home = [0] * len(self.words)
        for sentence in self.sentences:
            home[sentence.start : sentence.end] = [sentence.index] * (sentence.end - sentence.start)
        return home

    def sentence_of(self, word: int) -> SentenceView:
        """The sentence that holds a word."""
        return self.sentences[self._home[word]]

    def of(self, *fields: str) -> list[Mention]:
        """Mentions of the fields, in reading order."""
        if len(fields) == 1:
            return self._by_field.get(fields[0], [])
        return sorted((m for f in fields for m in self._by_field.get(f, [])), key=lambda m: (m.start, -m.end))

    def within(self, sentence: int, *fields: str) -> list[Mention]:
        """Mentions of one sentence, of some fields (default: all), in reading order."""
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
