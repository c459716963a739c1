"""``horad_sections``: header, indication, technique, findings, impression, addendum and the rest."""

from spacy.language import Language
from spacy.tokens import Doc, Span

from horad.knowledge.load import RuleBook, load_rules
from horad.pipeline import attributes as attributes
from horad.pipeline.tables import Tables
from horad.text.layout import Layout


class Sections:
    """Writes ``doc._.horad_sections`` and the span group ``horad_sections``."""

    def __init__(self, rules: RuleBook) -> None:
        self._layout = Layout(rules.tables.get("text/headings.toml", {}), rules.canon)

    def fill(self, tables: Tables) -> None:
        """Find the sections."""
        tables.sections = [[s.start, s.end, s.name, s.heading] for s in self._layout.sections(tables.page)]

    def __call__(self, doc: Doc) -> Doc:
        """Find, then write."""
        tables = Tables.of(doc)
        self.fill(tables)
        offsets = tables.offsets
        doc._.horad_sections = tables.sections
        spans: list[Span | None] = [
            doc.char_span(offsets[start][0], offsets[end - 1][1], label=name, alignment_mode="expand")
            for start, end, name, _ in tables.sections
        ]
        doc.spans["horad_sections"] = [span for span in spans if span is not None]
        return doc


@Language.factory(
    "horad_sections",
    default_config={"models": None},
    requires=["doc._.horad_text", "doc._.horad_words"],
    assigns=["doc._.horad_sections", "doc.spans"],
)
def make(nlp: Language, name: str, models: str | None) -> Sections:
    """Factory; ``models`` is the folder of the rule files (default: the packaged one)."""
    return Sections(load_rules(models))
