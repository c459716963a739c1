"""``horad_relations``: which nerve or vessel each relation is said of."""

from spacy.language import Language
from spacy.tokens import Doc

from horad.knowledge.load import RuleBook, load_rules
from horad.pipeline import attributes as attributes
from horad.pipeline.attachment import Attachment, Row


class Relations:
    """Writes ``doc._.horad_relations``: rows of kind, mention, and mention or quantity.

    Kinds: ``nv`` and ``denied`` (relation, structure); ``same`` and ``denied_same`` (structure,
    structure whose relations it shares); ``lost`` (relation, word that says the plane is lost);
    ``distance`` (relation, quantity); ``apart`` (structure, quantity).
    """

    def __init__(self, rules: RuleBook) -> None:
        self._attachment = Attachment(rules)

    def __call__(self, doc: Doc) -> Doc:
        """Find, then write."""
        table = doc._
        rows: list[Row] = self._attachment.rows(
            table.horad_words, table.horad_sentences, table.horad_mentions, table.horad_quantities or []
        )
        table.horad_relations = rows
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
