"""``horad_quantities``: in the making."""

from spacy.language import Language
from spacy.tokens import Doc

from horad.knowledge.load import RuleBook, load_rules
from horad.pipeline import attributes as attributes


class Quantities:
    """Placeholder until its owner writes it."""

    def __init__(self, nlp: Language, rules: RuleBook) -> None:
        self.rules = rules

    def __call__(self, doc: Doc) -> Doc:
        """Pass the Doc on."""
        return doc


@Language.factory("horad_quantities", default_config={"models": None}, requires=["doc._.horad_mentions"])
def make(nlp: Language, name: str, models: str | None) -> Quantities:
    """Factory."""
    return Quantities(nlp, load_rules(models))
