"""Lengths in reports: how they are written, in millimetres, and what they are the length of."""

import pytest
from spacy.language import Language

from horad.pipeline.build import load
from horad.pipeline.quantities import lengths

WRITTEN = [
    ("3.4 x 1.2 x 5 cm", [[34.0, 12.0, 50.0]]),
    ("34x12mm", [[34.0, 12.0]]),
    ("1·2 x .9 x 11 cms", [[12.0, 9.0, 110.0]]),
    ("1,1 x 0.8 cm", [[11.0, 8.0]]),
    ("3.4cm x 12mm", [[34.0, 12.0]]),
    ("34 (AP) x 12 (TR) x 5 (CC) mm", [[34.0, 12.0, 5.0]]),
    ("3.4 AP x 1.2 TR cm", [[34.0, 12.0]]),
    ("34 mm craniocaudal by 12 mm", [[34.0, 12.0]]),
    ("3.4 X 2 CM", [[34.0, 20.0]]),
    ("a 1.5-cm nodule", [[15.0]]),
    ("3-4 cm and 4 to 5 cm", [[30.0, 40.0], [40.0, 50.0]]),
    ("<1cm gap", [[10.0]]),
    ("2 inches", [[50.8]]),
    ("Size (mm): 12 x 13", [[12.0, 13.0]]),
    ("SUV 3.4, 40 degrees", []),
    ("12 ml, 5 cm3, 3 cm² and 4.5 cm^2", []),
    ("120 mmHg on 10/12/2020", []),
    ("Brooker 2 x 3", []),
]


@pytest.mark.parametrize(("text", "expected"), WRITTEN, ids=[text for text, _ in WRITTEN])
def test_lengths_in_millimetres(text: str, expected: list[list[float]]) -> None:
    assert [values for _, _, values in lengths(text)] == expected


@pytest.fixture(scope="module", name="nlp")
def _nlp() -> Language:
    return load()


KINDS = [
    ("A mass of 34 x 12 mm.", ["size"]),
    ("The ossification measures 5 cm.", ["size"]),
    ("It lies 8 mm from the artery.", ["distance"]),
    ("A gap of 9 mm remains.", ["gap"]),
    ("The nerve is encased over 3 cm.", ["length"]),
    ("3 mm slices.", ["other"]),
]


@pytest.mark.parametrize(("text", "expected"), KINDS, ids=[text for text, _ in KINDS])
def test_kind(nlp: Language, text: str, expected: list[str]) -> None:
    assert [row[2] for row in nlp(text)._.horad_quantities] == expected


def test_words_and_spans_cover_the_length(nlp: Language) -> None:
    doc = nlp("A mass, 34x12mm, of bone.")
    first, last, _, _ = doc._.horad_quantities[0]
    assert doc._.horad_words[first:last] == ["34", "x", "12", "mm"]
    assert len(doc.spans["horad_quantities"]) == 1
