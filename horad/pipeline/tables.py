"""What the steps of the pipeline know of one report, handed from step to step.

A spaCy component reads these tables from its ``Doc`` and writes what it adds back to it; ``build.Steps`` runs the same
steps on the tables alone, without a ``Doc`` of the report, span groups or sentence starts that nobody reads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from horad.text.page import Page

Row = Sequence[Any]
Said = tuple[str, bool, tuple[tuple[int, int, str], ...]]
"""What is asserted of a mention, whether it was there before, and the cues: (first word, last word + 1, rule id)."""

_PRESENT: Said = ("present", False, ())


@dataclass(eq=False)
class Tables:
    """The columns and tables of ``attributes.TABLES`` in their order; what no step has filled yet is empty."""

    text: str
    words: Sequence[str] = ()
    offsets: Sequence[Sequence[int]] = ()
    breaks: Sequence[int] = ()
    sections: Sequence[Row] = ()
    sentences: Sequence[Row] = ()
    mentions: Sequence[Row] = ()
    quantities: Sequence[Row] = ()
    said: Callable[[int], Said] = field(default=lambda _: _PRESENT)  # by the number of the mention
    relations: Sequence[Row] = ()

    @classmethod
    def of(cls, doc: Doc) -> "Tables":
        """The tables that a Doc carries."""
        table = doc._
        assertions = table.horad_assertions
        tables = cls(
            text=doc.text if table.horad_text is None else table.horad_text,
            words=table.horad_words or (),
            offsets=table.horad_offsets or (),
            breaks=table.horad_breaks or (),
            sections=table.horad_sections or (),
            sentences=table.horad_sentences or (),
            mentions=table.horad_mentions or (),
            quantities=table.horad_quantities or (),
            relations=table.horad_relations or (),
        )
        if assertions:
            tables.said = lambda number: _said(assertions[number])
        return tables

    @cached_property
    def page(self) -> Page:
        """The words as they lie on the page."""
        return Page(self.text, self.words, self.offsets, self.breaks)

    @cached_property
    def home(self) -> list[int]:
        """For each word the number of its sentence."""
        home = [0] * len(self.words)
        for number, row in enumerate(self.sentences):
            home[row[0] : row[1]] = [number] * (row[1] - row[0])
        return home

    def shadow(self, vocab: Vocab) -> Doc:
        """The reading copy as a Doc, which spaCy's matchers search; made once for matchers of one vocabulary."""
        made: Doc | None = self.__dict__.get("_shadow")
        if made is None or made.vocab is not vocab:
            made = self.__dict__["_shadow"] = Doc(vocab, words=list(self.words))
        return made


def _said(row: dict[str, Any]) -> Said:
    return row["value"], row["historical"], tuple((a, b, c) for a, b, c in row["cues"])
