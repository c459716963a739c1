"""``horad_sentences``: sentences that survive report style; also sets ``token.is_sent_start``."""

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from horad.knowledge.load import RuleBook, load_rules
from horad.pipeline import attributes as attributes
from horad.pipeline.tables import Tables
from horad.text.layout import Layout, Section


class Sentences:
    """Writes ``doc._.horad_sentences`` and the sentence starts of the Doc's tokens."""

    def __init__(self, rules: RuleBook) -> None:
        self._layout = Layout(rules.tables.get("text/headings.toml", {}), rules.canon)

    def fill(self, tables: Tables) -> None:
        """Find the sentences."""
        sections = [Section(*row) for row in tables.sections]
        found = self._layout.sentences(tables.page, sections)
        tables.sentences = [[s.start, s.end, s.section, *s.head] for s in found]

    def __call__(self, doc: Doc) -> Doc:
        """Find, then write."""
        tables = Tables.of(doc)
        self.fill(tables)
        doc._.horad_sentences = tables.sentences
        begins = {tables.offsets[row[0]][0] for row in tables.sentences}
        starts = [1 if token.i == 0 or token.idx in begins else -1 for token in doc]
        # Set at once: token.is_sent_start checks the whole Doc at every token.
        column = np.asarray([starts], dtype="int64").T.astype("uint64")
        doc.from_array(["SENT_START"], column)  # type: ignore[arg-type]  # thinc names its own array types
        return doc


@Language.factory(
    "horad_sentences",
    default_config={"models": None},
    requires=["doc._.horad_words", "doc._.horad_sections"],
    assigns=["doc._.horad_sentences", "token.is_sent_start"],
)
def make(nlp: Language, name: str, models: str | None) -> Sentences:
    """Factory; ``models`` is the folder of the rule files (default: the packaged one)."""
    return Sentences(load_rules(models))
