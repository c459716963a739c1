"""Cutting text and the canonical form of a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.knowledge.words import Canon, cut, fold, singular


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("8mm", ["8", "mm"]),
        ("3.4x1.2x5cm", ["3.4", "x", "1.2", "x", "5", "cm"]),
        ("1·2 x .9", ["1·2", "x", ".9"]),
        ("T1-weighted", ["T1", "-", "weighted"]),
        ("C5/6", ["C5", "/", "6"]),
        ("Brooker III.", ["Brooker", "III", "."]),
        ("h/o HO", ["h", "/", "o", "HO"]),
    ],
)
def test_cut(text: str, pieces: list[str]) -> None:
    """Units come off numbers; letters keep their digits."""
    assert [piece for piece, _, _ in cut(text)] == pieces


@given(st.text())
def test_offsets_are_exact(text: str) -> None:
    """Every piece is the slice its offsets say."""
    assert all(text[start:end] == piece for piece, start, end in cut(text))


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("nerves", "nerve"),
        ("masses", "mass"),
        ("bodies", "body"),
        ("pelvis", "pelvis"),
        ("humerus", "humerus"),
        ("is", "is"),
    ],
)
def test_singular(word: str, stem: str) -> None:
    """Plurals lose their ending, Latin words keep theirs."""
    assert singular(word) == stem


@pytest.mark.parametrize(
    ("word", "folded"), [("RÖNTGEN", "rontgen"), ("Ⅱ", "ii"), ("ﬂuid", "fluid"), ("\u0301", "\u0301")]
)
def test_fold(word: str, folded: str) -> None:
    """Diacritics and compatibility forms are folded."""
    assert fold(word) == folded


@pytest.mark.parametrize(
    ("word", "canonical"),
    [
        ("mineralized", "mineralised"),
        ("Mineralization", "mineralisation"),
        ("sized", "sized"),
        ("edema", "oedema"),
        ("Tumors", "tumour"),
        ("heterotrophic", "heterotopic"),
    ],
)
def test_canon(word: str, canonical: str) -> None:
    """American becomes British, known misspellings their word."""
    canon = Canon({"edema": "oedema", "tumor": "tumour", "heterotrophic": "heterotopic"})
    assert canon(word) == canonical
