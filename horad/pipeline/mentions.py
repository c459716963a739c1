"""``horad_mentions``: every word of the report that a rule knows, with the rule's id."""

from spacy.language import Language
from spacy.tokens import Doc, Span

from horad.knowledge.load import RuleBook, load_rules
from horad.pipeline import attributes as attributes
from horad.pipeline.matching import RuleMatcher
from horad.pipeline.tables import Tables

CUE_FIELDS = ("cue",)


class Mentions:
    """Writes ``doc._.horad_mentions`` and the span group ``horad_mentions`` (label field, id rule)."""

    def __init__(self, nlp: Language, rules: RuleBook) -> None:
        self._fields = {rule.id: rule.field for rule in rules.rules if rule.field not in CUE_FIELDS}
        self._matcher = RuleMatcher(nlp.vocab, rules, set(self._fields.values()))

    def fill(self, tables: Tables) -> None:
        """Find the mentions."""
        tables.mentions = [[m.start, m.end, m.rule.id] for m in self._matcher.match(tables)]

    def __call__(self, doc: Doc) -> Doc:
        """Find, then write."""
        tables = Tables.of(doc)
        self.fill(tables)
        doc._.horad_mentions = tables.mentions
        spans: list[Span] = []
        for first, last, rule in tables.mentions:
            start, end = tables.offsets[first][0], tables.offsets[last - 1][1]
            field = self._fields[rule]
            span = doc.char_span(start, end, label=field, span_id=rule, alignment_mode="expand")
            if span is not None:
                spans.append(span)
        doc.spans["horad_mentions"] = spans
        return doc


@Language.factory(
    "horad_mentions",
    default_config={"models": None},
    requires=["doc._.horad_words", "doc._.horad_sentences"],
    assigns=["doc._.horad_mentions", "doc.spans"],
)
def make(nlp: Language, name: str, models: str | None) -> Mentions:
    """Factory; ``models`` is the folder of the rule files (default: the packaged one)."""
    return Mentions(nlp, load_rules(models))
