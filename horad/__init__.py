"""Structured findings on heterotopic ossification from radiology reports, each with its evidence.

Research, dataset building and quality review; not a medical device.
"""

import importlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.vocab import Vocab

    from horad.pipeline.context import assert_span
    from horad.run.many import read_many
    from horad.run.one import read

__version__ = "0.1.0"
__all__ = ["assert_span", "load", "read", "read_many"]

# Imported on first use: importing any part of horad must not pull in spaCy.
_HOMES = {
    "assert_span": "horad.pipeline.context",
    "read": "horad.run.one",
    "read_many": "horad.run.many",
}


def load(
    vocab: "Vocab | bool" = True,  # noqa: FBT002 - the signature that spacy.load("horad") calls
    *,
    disable: str | Iterable[str] = (),
    enable: str | Iterable[str] = (),
    exclude: str | Iterable[str] = (),
    config: Mapping[str, Any] | None = None,
) -> "Language":
    """The spaCy pipeline; ``spacy.load("horad")`` gives the same.

    Raises:
        RuleError: if the rule files do not load.
    """
    from horad.pipeline.build import load as build  # noqa: PLC0415 - spaCy loads on use

    nlp = build(vocab=vocab, config=dict(config or {}))
    for name in _names(exclude):
        nlp.remove_pipe(name)
    kept = _names(enable) or nlp.component_names
    for name in nlp.component_names:
        if name in _names(disable) or name not in kept:
            nlp.disable_pipe(name)
    return nlp


def _names(names: str | Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
