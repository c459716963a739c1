"""The reading copy: layout dropped, slips repaired, offsets exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.knowledge.load import load_rules
from horad.text.reading import Reader

RULES = load_rules()
READER = Reader(RULES.canon, RULES.vocabulary, RULES.tables["text/spelling.toml"]["repairs"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hetero-\ntopic ossification", "heterotopic ossification"),
        ("well-\ncorticated bone", "well corticated bone"),
        ("rnature heter0topic ossificati0n", "mature heterotopic ossification"),
        ("heterotopc ossificaton", "heterotopic ossification"),
        ("SOFT-TISSUE  MASS", "soft tissue mass"),
        ("1. HO.\n2. None.", "ho . none ."),
        ("no bone period no mass comma no edema full stop", "no bone . no mass , no oedema full stop"),
        ("T1 bright at C5", "t1 bright at c5"),
        ("“Bone” – in the muscle*", "bone in the muscle"),
    ],
)
def test_reads(text: str, words: str) -> None:
    """Slips go towards known words only, layout goes altogether."""
    assert " ".join(READER.read(text).words) == words


@pytest.mark.parametrize(
    "word", ["photographic", "classification", "modification", "orthotropic", "hypertrophic", "ossicular"]
)
def test_fuzzy_matching_is_conservative(word: str) -> None:
    """Ordinary words near a head term stay what they are."""
    assert READER.canonical(word) == word


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_offsets_stay_inside(text: str) -> None:
    """Offsets are ordered, non-empty and inside the text, whatever the text."""
    reading = READER.read(text)
    assert all(0 <= a < b <= len(text) for a, b in zip(reading.starts, reading.ends, strict=True))
    assert all(a < b for a, b in zip(reading.starts, reading.starts[1:], strict=False))
