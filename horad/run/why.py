"""Why a diagnosis stands where it stands: the sum behind its probability, line by line."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from horad.records import Metadata
from horad.run.agreement import with_metadata

if TYPE_CHECKING:
    from spacy.language import Language

_SAID = frozenset({"present", "possible"})


@dataclass(frozen=True)
class Sum:
    """One diagnosis: what, how much and by which source; the lines add up to its log score."""

    diagnosis: str
    rank: int
    probability: float
    lines: tuple[tuple[str, float, str], ...]


def why(nlp: "Language", text: str, diagnosis: str, metadata: Metadata | None = None) -> Sum | None:
    """The sum of one diagnosis for a report; None if the report has no differential."""
    from horad.differential.differentiate import rank
    from horad.differential.explain import breakdown
    from horad.findings import assemble
    from horad.knowledge.differential import load_differential
    from horad.knowledge.load import load_rules
    from horad.pipeline.build import read

    rules = load_rules()
    content = with_metadata(assemble(read(nlp, text), rules), metadata or Metadata())
    findings = [finding for finding in content["findings"] if finding["assertion"] in _SAID]
    if not findings:
        return None
    ranked = rank(content, load_differential(), rules.values, findings, content.get("stated", ()))
    for number, item in enumerate(ranked, 1):
        if item.diagnosis == diagnosis:
            return Sum(diagnosis, number, item.probability, tuple(breakdown(item)))
    return None
