"""``horad_context``: what the report asserts of each mention, with the cues that decide it.

A direction-and-scope engine of the ConText family over the reading copy. Its intents are kept apart,
never one boolean; the cues are rules (``models/context``) and are the evidence of the result.
"""

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from horad.knowledge.load import RuleBook, load_rules
from horad.pipeline import attributes as attributes
from horad.pipeline.cues import Cue, CueMatcher, Cues
from horad.pipeline.normalise import Normalise
from horad.pipeline.scope import Grammar, Target
from horad.pipeline.sections import Sections
from horad.pipeline.sentences import Sentences
from horad.pipeline.tables import Tables
from horad.pipeline.verdict import Line, Verdict, judge
from horad.records.assertion import Assertion, AssertionValue, CueSpan


class Context:
    """Writes ``doc._.horad_assertions`` (parallel to the mentions) and the span group ``horad_cues``."""

    def __init__(self, nlp: Language, rules: RuleBook) -> None:
        self._fields = {rule.id: rule.field for rule in rules.rules}
        self._grammar = Grammar.of(rules)
        self._matcher = CueMatcher(nlp.vocab, rules)

    def fill(self, tables: Tables) -> None:
        """Judge a mention when it is asked for, once."""
        verdicts = self.verdicts(tables)
        tables.said = lambda number: verdicts(number).said

    def __call__(self, doc: Doc) -> Doc:
        """Judge every mention, then write."""
        tables = Tables.of(doc)
        verdicts = self.verdicts(tables)
        told = [verdicts(number) for number in range(len(tables.mentions))]
        doc._.horad_assertions = [
            {"value": v.value, "historical": v.historical, "cues": [list(cue.row) for cue in v.cues]} for v in told
        ]
        self._mark(doc, {cue for verdict in told for cue in verdict.cues}, tables.offsets)
        return doc

    @staticmethod
    def _mark(doc: Doc, cues: Iterable[Cue], offsets: Sequence[Sequence[int]]) -> None:
        spans: list[Span] = []
        for cue in sorted(cues, key=lambda c: (c.start, c.end, c.rule.id)):
            start, end = offsets[cue.start][0], offsets[cue.end - 1][1]
            span = doc.char_span(start, end, label=cue.rule.intent, span_id=cue.rule.id, alignment_mode="expand")
            if span is not None:
                spans.append(span)
        doc.spans["horad_cues"] = spans

    def verdicts(self, tables: Tables) -> "Judge":
        """Who judges the mentions of one report."""

        def target(number: int) -> Target:
            start, end, rule = tables.mentions[number]
            return Target(start, end, self._fields[rule])

        return Judge(tables, (target, len(tables.mentions)), Cues(self._matcher, tables), self._grammar)

    def verdict(self, tables: Tables, target: Target) -> Verdict:
        """What a report asserts of any target, which lies inside one sentence."""
        return Judge(tables, (lambda _: target, 1), Cues(self._matcher, tables), self._grammar)(0)


class Judge:
    """Judges the targets of one report, each when it is asked for; a sentence is read once, if at all."""

    def __init__(
        self, tables: Tables, targets: tuple[Callable[[int], Target], int], cues: Cues, grammar: Grammar
    ) -> None:
        """``targets`` gives a target by its number, and says how many there are."""
        self._tables, self._cues, self._grammar = tables, cues, grammar
        self._target, self._count = targets
        self._lines: dict[int, Line] = {}

    def __call__(self, number: int) -> Verdict:
        """What is asserted of the target with this number."""
        target = self._target(number)
        sentence = self._tables.home[target.start]
        line = self._lines.get(sentence)
        if line is None:
            line = self._lines[sentence] = Line.of(self._tables, sentence, self._cues, self._grammar)
        return judge(line, target, lambda: self._by_sentence[sentence])

    @cached_property
    def _by_sentence(self) -> dict[int, list[Target]]:
        by_sentence: dict[int, list[Target]] = defaultdict(list)
        for target in map(self._target, range(self._count)):
            by_sentence[self._tables.home[target.start]].append(target)
        return by_sentence


def assert_span(text: str, start: int, end: int) -> Assertion:
    """What ``text`` asserts of the target ``text[start:end]``; any target in any clinical text.

    Raises:
        ValueError: if the offsets are not a span of the text.
    """
    if not 0 <= start < end <= len(text):
        raise ValueError(f"start and end must satisfy 0 <= start < end <= {len(text)} (got {start} and {end})")
    steps, context = _reader()
    tables = Tables(text)
    for step in steps:
        step.fill(tables)
    target = _target(tables, start, end)
    if target is None:
        return Assertion(value=AssertionValue.PRESENT)
    verdict = context.verdict(tables, target)
    offsets = tables.offsets
    places = [(offsets[cue.start][0], offsets[cue.end - 1][1], cue.rule.id) for cue in verdict.cues]
    spans = tuple(CueSpan(start=a, end=b, text=text[a:b], rule=rule) for a, b, rule in places)
    return Assertion(value=AssertionValue(verdict.value), historical=verdict.historical, cues=spans)


@functools.lru_cache(maxsize=1)
def _reader() -> tuple[tuple[Normalise, Sections, Sentences], Context]:
    nlp, rules = spacy.blank("en"), load_rules()
    return (Normalise(rules), Sections(rules), Sentences(rules)), Context(nlp, rules)


def _target(tables: Tables, start: int, end: int) -> Target | None:
    """The words that the characters touch, cut at the end of their sentence."""
    inside = [i for i, (a, b) in enumerate(tables.offsets) if a < end and start < b]
    if not inside:
        return None
    limit = next(row[1] for row in tables.sentences if row[0] <= inside[0] < row[1])
    return Target(inside[0], min(inside[-1] + 1, limit))


@Language.factory(
    "horad_context",
    default_config={"models": None},
    requires=["doc._.horad_mentions"],
    assigns=["doc._.horad_assertions", "doc.spans"],
)
def make(nlp: Language, name: str, models: str | None) -> Context:
    """Factory; ``models`` is the folder of the rule files (default: the packaged one)."""
    return Context(nlp, load_rules(models))
