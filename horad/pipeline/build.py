"""The pipeline: a blank English spaCy ``Language`` with horad's components in order."""

from typing import Any

import spacy
from spacy.language import Language

# Importing a component's module registers its factory, installed or not.
from horad.pipeline import context, mentions, normalise, quantities, relations, sections, sentences
from horad.pipeline.tables import Tables

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


def read(nlp: Language, text: str) -> Tables:
    """What a pipeline's components find in a text, without the parts of a Doc that no finding reads.

    A pipeline that holds other components than horad's runs as it is, as these may change what ours find.
    """
    steps = nlp.pipeline
    if tuple(name for name, _ in steps) != COMPONENTS:
        return Tables.of(nlp(text))
    tables = Tables(text)
    for _, step in steps:
        step.fill(tables)  # type: ignore[attr-defined]  # COMPONENTS all have it
    return tables
