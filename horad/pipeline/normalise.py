"""``horad_normalise``: the reading copy of the report, with offsets into the original text."""

from spacy.language import Language
from spacy.tokens import Doc

from horad.knowledge.load import RuleBook, load_rules
from horad.pipeline import attributes as attributes
from horad.pipeline.tables import Tables
from horad.text.reading import Reader


class Normalise:
    """Writes ``doc._.horad_text``, ``doc._.horad_words``, ``doc._.horad_offsets`` and ``doc._.horad_breaks``."""

    def __init__(self, rules: RuleBook) -> None:
        spelling = rules.tables.get("text/spelling.toml", {})
        self.reader = Reader(rules.canon, rules.vocabulary, spelling.get("repairs", {}))

    def fill(self, tables: Tables) -> None:
        """Read the text."""
        reading = self.reader.read(tables.text)
        tables.words, tables.breaks = reading.words, reading.breaks
        tables.offsets = list(zip(reading.starts, reading.ends, strict=True))

    def __call__(self, doc: Doc) -> Doc:
        """Read the text; the Doc's own tokens stay as they are."""
        tables = Tables(doc.text)
        self.fill(tables)
        doc._.horad_text = tables.text
        doc._.horad_words = tables.words
        doc._.horad_offsets = [list(row) for row in tables.offsets]
        doc._.horad_breaks = tables.breaks
        return doc


@Language.factory(
    "horad_normalise",
    default_config={"models": None},
    assigns=["doc._.horad_text", "doc._.horad_words", "doc._.horad_offsets", "doc._.horad_breaks"],
)
def make(nlp: Language, name: str, models: str | None) -> Normalise:
    """Factory; ``models`` is the folder of the rule files (default: the packaged one)."""
    return Normalise(load_rules(models))
