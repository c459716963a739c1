"""The phrase language."""

import pytest

from horad.errors import RuleError
from horad.knowledge.phrases import compile_phrase, expand
from horad.knowledge.words import Canon

LISTS = {"nerve": ("sciatic nerve", "(ulnar|median) nerve")}
CANON = Canon({})


@pytest.mark.parametrize(
    ("phrase", "strings"),
    [
        ("corticated", ["corticated"]),
        ("(well |)corticated", ["corticated", "well corticated"]),
        ("encas(es|ed)", ["encased", "encases"]),
        ("peri~articular", ["peri articular", "periarticular"]),
        ("(a (b|c)|d)", ["a b", "a c", "d"]),
        (r"\( brooker \)", ["( brooker )"]),
        ("the <nerve>", ["the median nerve", "the sciatic nerve", "the ulnar nerve"]),
        ("r < l", ["r < l"]),
    ],
)
def test_expand(phrase: str, strings: list[str]) -> None:
    """All readings of a phrase are written out."""
    assert expand(phrase, LISTS) == strings


@pytest.mark.parametrize(
    ("phrase", "message"),
    [("(a|b", "unbalanced"), ("a)", "unbalanced"), ("<vein>", "unknown word list <vein>")],
)
def test_bad_phrases(phrase: str, message: str) -> None:
    """Mistakes are refused with the phrase they stand in."""
    with pytest.raises(RuleError, match=message):
        expand(phrase, LISTS)


def test_sequences_are_canonical() -> None:
    """Phrases pass through the same cutting and stemming as reports."""
    compiled = compile_phrase("soft-tissue masses", LISTS, CANON)
    assert compiled.sequences == {("soft", "tissue", "mass")}
    assert compiled.patterns == ()


def test_gaps_become_patterns() -> None:
    """A gap is up to so many words and crosses no punctuation."""
    compiled = compile_phrase("follows ..2 (fat|marrow)", LISTS, CANON)
    assert compiled.sequences == frozenset()
    assert compiled.patterns == (
        ({"ORTH": "follow"}, {"IS_PUNCT": False, "OP": "{0,2}"}, {"ORTH": {"IN": ["fat", "marrow"]}}),
    )


def test_many_readings_share_patterns() -> None:
    """A phrase of thousands of readings stays a handful of patterns."""
    words = "|".join(f"w{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(60))
    compiled = compile_phrase(f"({words}) of ({words})", LISTS, CANON)
    assert len(compiled.patterns) == 1
