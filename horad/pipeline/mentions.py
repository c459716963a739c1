"""``horad_mentions``: every word of the report that a rule knows, with the rule's id."""

from spacy.language import Language
from spacy.tokens import Doc, Span

from horad.knowledge.load import RuleBook, load_rules
from horad.pipeline import attributes as attributes
from horad.pipeline.matching import Match, RuleMatcher

CUE_FIELDS = ("cue",)


class Mentions:
    """Writes ``doc._.horad_mentions`` and the span group ``horad_mentions`` (label field, id rule)."""

    def __init__(self, nlp: Language, rules: RuleBook) -> None:
        fields = {rule.field for rule in rules.rules} - set(CUE_FIELDS)
        self._matcher = RuleMatcher(nlp.vocab, rules, fields)

    def __call__(self, doc: Doc) -> Doc:
        """Find, then write."""
        sentences = [(row[0], row[1]) for row in doc._.horad_sentences]
        self._write(doc, self._matcher.match(doc._.horad_words, sentences))
        return doc

    @staticmethod
    def _write(doc: Doc, matches: list[Match]) -> None:
        offsets = doc._.horad_offsets
        doc._.horad_mentions = [[m.start, m.end, m.rule.id] for m in matches]
        spans: list[Span] = []
        for m in matches:
            span = doc.char_span(
                offsets[m.start][0],
                offsets[m.end - 1][1],
                label=m.rule.field,
                span_id=m.rule.id,
                alignment_mode="expand",
            )
            if span is not None:
                spans.append(span)
        doc.spans["horad_mentions"] = spans


@Language.factory(
    "horad_mentions",
    default_config={"models": None},
    requires=["doc._.horad_words", "doc._.horad_sentences"],
    assigns=["doc._.horad_mentions", "doc.spans"],
)
def make(nlp: Language, name: str, models: str | None) -> Mentions:
    """Factory; ``models`` is the folder of the rule files (default: the packaged one)."""
    return Mentions(nlp, load_rules(models))
