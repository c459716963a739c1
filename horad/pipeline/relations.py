"""``horad_relations``: which nerve or vessel each relation is said of."""

from spacy.language import Language
from spacy.tokens import Doc

from horad.knowledge.load import RuleBook, load_rules
from horad.pipeline import attributes as attributes
from horad.pipeline.attachment import Attachment
from horad.pipeline.tables import Tables


class Relations:
    """Writes ``doc._.horad_relations``: rows of kind, mention, and mention or quantity.

    Kinds: ``nv`` and ``denied`` (relation, structure); ``same`` and ``denied_same`` (structure,
    structure whose relations it shares); ``lost`` (relation, word that says the plane is lost);
    ``distance`` (relation, quantity); ``apart`` (structure, quantity).
    """

    def __init__(self, rules: RuleBook) -> None:
        self._attachment = Attachment(rules)

    def fill(self, tables: Tables) -> None:
        """Find the relations."""
        tables.relations = self._attachment.rows(tables.words, tables.sentences, tables.mentions, tables.quantities)

    def __call__(self, doc: Doc) -> Doc:
        """Find, then write."""
        tables = Tables.of(doc)
        self.fill(tables)
        doc._.horad_relations = tables.relations
        return doc


@Language.factory(
    "horad_relations",
    default_config={"models": None},
    requires=["doc._.horad_words", "doc._.horad_sentences", "doc._.horad_mentions"],
    assigns=["doc._.horad_relations"],
)
def make(nlp: Language, name: str, models: str | None) -> Relations:
    """Factory; ``models`` is the folder of the rule files (default: the packaged one)."""
    return Relations(load_rules(models))
