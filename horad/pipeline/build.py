"""The pipeline: a blank English spaCy ``Language`` with horad's components in order."""

from typing import Any

import spacy
from spacy.language import Language

# Importing a component's module registers its factory, installed or not.
from horad.pipeline import context, mentions, normalise, quantities, relations, sections, sentences

COMPONENTS = tuple(
    f"horad_{module.__name__.rsplit('.', 1)[-1]}"
    for module in (normalise, sections, sentences, mentions, quantities, context, relations)
)


def load(models: str | None = None, **spacy_options: Any) -> Language:
    """A fresh pipeline; ``models`` is a folder of rule files (default: the packaged one).

    ``spacy_options`` are those of ``spacy.blank`` (vocab, config, meta).

    Raises:
        RuleError: if a rule file does not load.
    """
    nlp = spacy.blank("en", **spacy_options)
    for name in COMPONENTS:
        nlp.add_pipe(name, config={"models": models})
    return nlp
