import pytest

from horad.knowledge.check import bibliography
from horad.knowledge.headers import Weighting, holds, load_body_parts, load_header_words, load_sequences, plain
from horad.knowledge.load import load_rules

SEQUENCES = load_sequences()


@pytest.mark.parametrize("row", SEQUENCES.weighting, ids=lambda row: f"{row.name} {'+'.join(sorted(row.kinds))}")
def test_a_weighting_has_a_source_a_known_name_and_ranges_that_are_not_empty(row: Weighting) -> None:
    assert row.source in bibliography(load_rules())
    assert row.name in SEQUENCES.names
    assert row.kinds <= set(SEQUENCES.kinds)
    ranges = [row.repetition_ms, row.echo_ms, row.inversion_ms, row.flip_degrees]
    assert [pair for pair in ranges if pair and not pair[0] < pair[1]] == []


def test_the_words_of_a_body_part_are_written_as_they_are_looked_for() -> None:
    words = [word for part in load_body_parts() for word in part.words]
    assert [word for word in words if plain(word) != word] == []
    assert len(words) == len(set(words))


def test_no_modality_is_measured_in_two_ways() -> None:
    kinds = load_header_words().modality
    names = [*kinds.ct, *kinds.mr, *kinds.radiograph, *kinds.no_image]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("description", "words", "found"),
    [
        ("e+1 KNEE-RT.", ["KNEE"], ["KNEE"]),
        ("whiplash", ["HIP"], []),
        ("hip_joint left", ["HIP JOINT"], ["HIP JOINT"]),
        ("", ["HIP"], []),
    ],
)
def test_words_are_found_whole_whatever_stands_between_them(
    description: str, words: list[str], found: list[str]
) -> None:
    assert list(holds(plain(description), words)) == found
