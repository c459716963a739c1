"""``horad_sections``: header, indication, technique, findings, impression, addendum and the rest."""

from spacy.language import Language
from spacy.tokens import Doc, Span

from horad.knowledge.load import RuleBook, load_rules
from horad.pipeline import attributes as attributes
from horad.text.layout import Layout, Section
from horad.text.page import Page


class Sections:
    """Writes ``doc._.horad_sections`` and the span group ``horad_sections``."""

    def __init__(self, rules: RuleBook) -> None:
        self._layout = Layout(rules.tables.get("text/headings.toml", {}), rules.canon)

    def __call__(self, doc: Doc) -> Doc:
        """Find, then write."""
        self._write(doc, self._layout.sections(Page(doc._.horad_text, doc._.horad_words, doc._.horad_offsets)))
        return doc

    @staticmethod
    def _write(doc: Doc, sections: list[Section]) -> None:
        offsets = doc._.horad_offsets
        doc._.horad_sections = [[s.start, s.end, s.name, s.heading] for s in sections]
        spans: list[Span | None] = [
            doc.char_span(offsets[s.start][0], offsets[s.end - 1][1], label=s.name, alignment_mode="expand")
            for s in sections
        ]
        doc.spans["horad_sections"] = [span for span in spans if span is not None]


@Language.factory(
    "horad_sections",
    default_config={"models": None},
    requires=["doc._.horad_text", "doc._.horad_words"],
    assigns=["doc._.horad_sections", "doc.spans"],
)
def make(nlp: Language, name: str, models: str | None) -> Sections:
    """Factory; ``models`` is the folder of the rule files (default: the packaged one)."""
    return Sections(load_rules(models))
