"""Compartments and soft-tissue structures around an anchor."""

import pytest
from spacy.language import Language

from horad.findings import surroundings
from horad.findings.view import View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load

# text → compartments, structures of the first anchor
CASES = {
    "Heterotopic ossification lies anterior to the left hip.": ("anterior", ""),
    "Heterotopic ossification anteromedially, within the iliopsoas.": ("anteromedial", "iliopsoas"),
    "Heterotopic bone in front of and behind the elbow.": ("anterior, posterior", ""),
    "Heterotopic bone encircles the hip.": ("circumferential", ""),
    "Heterotopic bone in the right Vastus\nlateralis and rectus femoris.": ("", "vastus lateralis, rectus femoris"),
    "Heterotopic bone posteriorly; the anterior joint is clear.": ("posterior", ""),
    "AP and lateral views. Heterotopic ossification of the hip.": ("", ""),
    "Heterotopic ossification of the hip beside the posterior tibial artery.": ("", ""),
    "Heterotopic bone at the anterior inferior iliac spine.": ("", ""),
    "Heterotopic ossification along the medial aspect of the knee in the medial collateral ligament.": (
        "medial",
        "medial collateral ligament",
    ),
}


@pytest.fixture(scope="module")
def nlp() -> Language:
    """The pipeline, once for the table."""
    return load()


@pytest.mark.parametrize("text", CASES)
def test_surroundings(nlp: Language, text: str) -> None:
    view = View(nlp(text), load_rules())
    anchor = view.of("ho")[0]
    places = ", ".join(name for name, _ in surroundings.compartments(view, anchor))
    named = ", ".join(name for name, _ in surroundings.structures(view, anchor))
    assert (places, named) == CASES[text]


def test_marks_are_the_words(nlp: Language) -> None:
    view = View(nlp("Heterotopic ossification BEHIND the knee."), load_rules())
    ((value, mark),) = surroundings.compartments(view, view.of("ho")[0])
    assert (value, view.slice(mark)[2]) == ("posterior", "BEHIND")
