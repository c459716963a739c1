"""Sections and sentences."""

import pytest

from horad.pipeline.build import load

NLP = load()


def _sections(text: str) -> list[tuple[str, str]]:
    doc = NLP(text)
    return [(row[2], " ".join(doc._.horad_words[row[0] : row[1]])) for row in doc._.horad_sections]


def _sentences(text: str) -> list[str]:
    doc = NLP(text)
    return [" ".join(doc._.horad_words[row[0] : row[1]]) for row in doc._.horad_sentences]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "XR LEFT HIP\nHISTORY: Fall.\nFINDINGS: Normal.\nIMPRESSION: Normal.",
            ["header", "history", "findings", "impression"],
        ),
        ("FINDINGS: Bone. IMPRESSION: HO.", ["findings", "impression"]),
        ("CT left hip. There is bone.", ["header", "unknown"]),
        ("Clinical details: pain.\nThere is bone in the muscle.", ["history", "unknown"]),
        ("Findings\nBone.\n\nConclusion\nHO.", ["findings", "impression"]),
        ("Indication: ?HO\n\nFindings:\nNone.\nAddendum: HO seen.", ["indication", "findings", "addendum"]),
        ("A bar of bone joins the two.", ["unknown"]),
        ("Right hip: bone. Left hip: none.", ["unknown"]),
    ],
)
def test_sections(text: str, names: list[str]) -> None:
    """Headings with and without a colon, exam lines, and reports without headings."""
    assert [name for name, _ in _sections(text)] == names


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Ulnar n. abutted. PIN not.", ["ulnar n . abutted .", "pin not ."]),
        ("Brooker I. One is new.", ["brooker i .", "one is new ."]),
        ("There is a bar\nof bone. It is mature.", ["there is a bar of bone .", "it is mature ."]),
        ("Loosening? No.\nHO? Yes.", ["loosening ?", "no .", "ho ?", "yes ."]),
        ("• HO right\n• left: nil", ["ho right", "left : nil"]),
        ("Gap 3.5 cm. Dr. Ho agrees.", ["gap 3.5 cm .", "dr . ho agree ."]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    """Abbreviations, wrapped lines, bullets and decimals."""
    assert _sentences(text) == sentences


def test_subheading_is_kept() -> None:
    """A sentence knows the label it stands under, until a blank line."""
    doc = NLP("FINDINGS:\nRight hip: bone. It is mature.\n\nNo fracture.")
    heads = [" ".join(doc._.horad_words[row[3] : row[4]]) for row in doc._.horad_sentences]
    assert heads == ["", "right hip", "right hip", ""]
