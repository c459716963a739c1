"""Documents for the tests of this folder."""

from typing import Any

from hypothesis import strategies as st

from horad.datasets.formats.document import LABELS, SILENT, Document, Span
from horad.datasets.scales import grade_scales
from horad.review.values import normal
from horad.terms import (
    Diagnosis,
    Feature,
    HoStatus,
    MarrowSignal,
    Maturity,
    Modality,
    Presence,
    Relation,
    RiskFactor,
    Side,
    Site,
    Term,
    Tumour,
)

# Words, rare letters that take two UTF-16 units, every line break, blanks, and what tools may trip over.
RARE = ["🦴", "\U0001d538", "é", "e\u0301", "\r\n", "\n", "\t", "  ", "B-x", "<b>", "T1", '"', "\\n", "|"]
PIECES = st.sampled_from([*"ab. #", *RARE])
TEXTS = st.lists(PIECES, max_size=25).map("".join)


def term(terms: type[Term]) -> st.SearchStrategy[str]:
    return st.sampled_from([str(one) for one in terms])


GRADES = [{"system": system, "value": level} for system in ("brooker", "other") for level in grade_scales()[system]]
SOME: dict[str, st.SearchStrategy[Any]] = {
    "ho_status": term(HoStatus),
    "maturity": term(Maturity),
    "marrow_signal": term(MarrowSignal),
    "tumour": term(Tumour),
    "diagnosis": term(Diagnosis),
    "modality": st.lists(term(Modality), max_size=3),
    "risk_factors": st.lists(term(RiskFactor), max_size=3),
    "sites": st.lists(st.fixed_dictionaries({"site": term(Site), "side": term(Side)}), max_size=2),
    "grades": st.lists(st.sampled_from(GRADES), max_size=2),
    "features": st.dictionaries(term(Feature), term(Presence), max_size=3),
    "neurovascular": st.fixed_dictionaries(
        {"relation": term(Relation), "structures": st.lists(st.sampled_from(["sciatic nerve", "🦴"]), max_size=2)}
    ),
}


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A report with any spans that begin and end with a letter, and any labels."""
    text = draw(TEXTS)
    letters = [place for place, letter in enumerate(text) if not letter.isspace()]
    bounds = st.tuples(st.sampled_from(letters), st.sampled_from(letters)) if letters else st.nothing()
    spans = set()
    for (one, two), label in draw(st.lists(st.tuples(bounds, st.sampled_from(LABELS)), max_size=5)) if letters else ():
        spans.add(Span(min(one, two), max(one, two) + 1, label))
    labels = {name: normal(name, draw(values)) for name, values in SOME.items()}
    name = draw(st.sampled_from(["a", "sub/b.txt", "../c", "annotation", "Zoë 🦴", ".hidden", "A"]))
    return Document(name, text, tuple(sorted(spans)), labels, "horad 0", draw(st.none() | st.floats(0, 1)))


def said(**labels: Any) -> dict[str, Any]:
    """Labels; what is not given says nothing."""
    return {**SILENT, **labels}
