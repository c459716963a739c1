"""``horad_context``: what the report asserts of each mention, with the cues that decide it.

A direction-and-scope engine of the ConText family over the reading copy. Its intents are kept apart,
never one boolean; the cues are rules (``models/context``) and are the evidence of the result.
"""

import functools
from collections import defaultdict
from collections.abc import Iterable, Sequence

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from horad.knowledge.load import RuleBook, load_rules
from horad.pipeline import attributes as attributes
from horad.pipeline.cues import CueMatcher
from horad.pipeline.normalise import Normalise
from horad.pipeline.scope import Grammar, Target
from horad.pipeline.sections import Sections
from horad.pipeline.sentences import Sentences
from horad.pipeline.verdict import Line, Verdict, judge
from horad.records.assertion import Assertion, AssertionValue, CueSpan


class Context:
    """Writes ``doc._.horad_assertions`` (parallel to the mentions) and the span group ``horad_cues``."""

    def __init__(self, nlp: Language, rules: RuleBook) -> None:
        self._fields = {rule.id: rule.field for rule in rules.rules}
        self._grammar = Grammar.of(rules)
        self._matcher = CueMatcher(nlp.vocab, rules)

    def __call__(self, doc: Doc) -> Doc:
        """Judge every mention, then write."""
        mentions = doc._.horad_mentions
        targets = [Target(start, end, self._fields[rule]) for start, end, rule in mentions]
        self._write(doc, self.assertions(doc, targets))
        return doc

    def assertions(self, doc: Doc, targets: Sequence[Target]) -> list[Verdict]:
        """What the text asserts of each target; targets lie inside one sentence each."""
        sentences = doc._.horad_sentences
        home = _homes(sentences, len(doc._.horad_words))
        by_sentence: dict[int, list[Target]] = defaultdict(list)
        for target in targets:
            by_sentence[home[target.start]].append(target)
        needed = _needed(doc, by_sentence)
        cues = self._matcher.find(doc._.horad_words, [(sentences[i][0], sentences[i][1]) for i in needed])
        lines = {i: Line.of(doc, i, cues, self._grammar) for i in by_sentence}
        return [judge(lines[home[t.start]], t, by_sentence[home[t.start]]) for t in targets]

    @staticmethod
    def _write(doc: Doc, verdicts: Sequence[Verdict]) -> None:
        doc._.horad_assertions = [
            {"value": v.value, "historical": v.historical, "cues": [cue.row for cue in v.cues]} for v in verdicts
        ]
        offsets = doc._.horad_offsets
        spans: list[Span] = []
        for cue in sorted({cue for v in verdicts for cue in v.cues}, key=lambda c: (c.start, c.end, c.rule.id)):
            start, end = offsets[cue.start][0], offsets[cue.end - 1][1]
            span = doc.char_span(start, end, label=cue.rule.intent, span_id=cue.rule.id, alignment_mode="expand")
            if span is not None:
                spans.append(span)
        doc.spans["horad_cues"] = spans


def _homes(sentences: Sequence[Sequence[int]], length: int) -> list[int]:
    home = [0] * length
    for index, row in enumerate(sentences):
        home[row[0] : row[1]] = [index] * (row[1] - row[0])
    return home


def _needed(doc: Doc, wanted: Iterable[int]) -> list[int]:
    """Sentences to search for cues: those with targets, their answers, and the headings above them."""
    sentences, sections = doc._.horad_sentences, doc._.horad_sections
    headings = {row[0] for row in sections if row[3]}
    begins = {row[0]: index for index, row in enumerate(sentences)}
    needed: set[int] = set()
    for index in wanted:
        needed.update(i for i in (index, index + 1) if i < len(sentences))
        above = max((start for start in headings if start <= sentences[index][0]), default=None)
        if above is not None:
            needed.add(begins[above])
    return sorted(needed)


def assert_span(text: str, start: int, end: int) -> Assertion:
    """What ``text`` asserts of the target ``text[start:end]``; any target in any clinical text.

    Raises:
        ValueError: if the offsets are not a span of the text.
    """
    if not 0 <= start < end <= len(text):
        raise ValueError(f"start and end must satisfy 0 <= start < end <= {len(text)} (got {start} and {end})")
    nlp, steps, context = _reader()
    doc = nlp.make_doc(text)
    for step in steps:
        doc = step(doc)
    target = _target(doc, start, end)
    if target is None:
        return Assertion(value=AssertionValue.PRESENT)
    verdict = context.assertions(doc, [target])[0]
    offsets = doc._.horad_offsets
    places = [(offsets[cue.start][0], offsets[cue.end - 1][1], cue.rule.id) for cue in verdict.cues]
    spans = tuple(CueSpan(start=a, end=b, text=text[a:b], rule=rule) for a, b, rule in places)
    return Assertion(value=AssertionValue(verdict.value), historical=verdict.historical, cues=spans)


@functools.lru_cache(maxsize=1)
def _reader() -> tuple[Language, tuple[Normalise, Sections, Sentences], Context]:
    nlp, rules = spacy.blank("en"), load_rules()
    return nlp, (Normalise(rules), Sections(rules), Sentences(rules)), Context(nlp, rules)


def _target(doc: Doc, start: int, end: int) -> Target | None:
    """The words that the characters touch, cut at the end of their sentence."""
    inside = [i for i, (a, b) in enumerate(doc._.horad_offsets) if a < end and start < b]
    if not inside:
        return None
    limit = next(row[1] for row in doc._.horad_sentences if row[0] <= inside[0] < row[1])
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
