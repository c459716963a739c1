"""The examples of the rules, run: every must-match marks exactly its brackets, every must-not nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import spacy

from horad.knowledge.load import RuleBook
from horad.knowledge.schema import Rule
from horad.pipeline.matching import RuleMatcher
from horad.text.layout import Layout
from horad.text.page import Page
from horad.text.reading import Reader

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
        spelling = rules.tables.get("text/spelling.toml", {})
        self._reader = Reader(rules.canon, rules.vocabulary, spelling.get("repairs", {}))
        self._layout = Layout(rules.tables.get("text/headings.toml", {}), rules.canon)
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
        reading = self._reader.read(example.text)
        offsets = [[a, b] for a, b in zip(reading.starts, reading.ends, strict=True)]
        page = Page(example.text, reading.words, offsets, reading.breaks)
        sentences = self._layout.sentences(page, self._layout.sections(page))
        matcher = self._matchers[example.rule.field]
        matches = matcher.match(reading.words, [(s.start, s.end) for s in sentences], keep_blocks=True)
        return {(reading.starts[m.start], reading.ends[m.end - 1]) for m in matches if m.rule is example.rule}


def _unbracket(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    spans, text, last = [], "", 0
    for match in _BRACKETS.finditer(marked):
        text += marked[last : match.start()]
        spans.append((len(text), len(text) + len(match[1])))
        text += match[1]
        last = match.end()
    return text + marked[last:], tuple(spans)
