"""The examples of the rules, run: every must-match marks exactly its brackets, every must-not nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import spacy

from horad.knowledge.load import RuleBook
from horad.knowledge.schema import Rule
from horad.pipeline.matching import RuleMatcher
from horad.pipeline.normalise import Normalise
from horad.pipeline.sections import Sections
from horad.pipeline.sentences import Sentences
from horad.pipeline.tables import Tables

_BRACKETS = re.compile(r"\[([^\[\]]+)\]")


@dataclass(frozen=True, slots=True)
class Example:
    """One example sentence of one rule; ``spans`` are the texts it must mark (none: must not match)."""

    rule: Rule
    text: str
    spans: tuple[tuple[int, int], ...]


def examples(rules: RuleBook) -> Iterator[Example]:
    """All examples, must-match first, in rule order."""
    for rule in rules.rules:
        for marked in rule.match:
            text, spans = _unbracket(marked)
            yield Example(rule, text, spans)
        for text in rule.no_match:
            yield Example(rule, text, ())


class ExampleRunner:
    """Runs examples against all rules of the example's field, so blockers and longer rules count."""

    def __init__(self, rules: RuleBook) -> None:
        vocab = spacy.blank("en").vocab
        self._steps = (Normalise(rules), Sections(rules), Sentences(rules))
        self._matchers = {f: RuleMatcher(vocab, rules, [f]) for f in {rule.field for rule in rules.rules}}

    def failure(self, example: Example) -> str | None:
        """Why the example fails, or None; a blocking rule must-match by hiding what it covers."""
        marked = self._marks(example)
        wanted = set(example.spans)
        if marked == wanted:
            return None
        show = [example.text[a:b] for a, b in sorted(marked)]
        kind = "must match" if wanted else "must not match"
        return f"{kind} {example.text!r}: it marks {show or 'nothing'}"

    def _marks(self, example: Example) -> set[tuple[int, int]]:
        tables = Tables(example.text)
        for step in self._steps:
            step.fill(tables)
        matches = self._matchers[example.rule.field].match(tables, keep_blocks=True)
        offsets = tables.offsets
        return {(offsets[m.start][0], offsets[m.end - 1][1]) for m in matches if m.rule is example.rule}


def _unbracket(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    spans, text, last = [], "", 0
    for match in _BRACKETS.finditer(marked):
        text += marked[last : match.start()]
        spans.append((len(text), len(text) + len(match[1])))
        text += match[1]
        last = match.end()
    return text + marked[last:], tuple(spans)
