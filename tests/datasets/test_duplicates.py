import pytest

from horad.datasets.duplicates import Twins, twins

TEXT = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon"


@pytest.mark.parametrize(
    ("other", "similarity"),
    [
        pytest.param(TEXT, 1.0, id="the same"),
        pytest.param(TEXT.upper().replace(" ", "\n  "), 1.0, id="case and spacing"),
        pytest.param(TEXT + ".", 1.0, id="signs"),
        pytest.param(TEXT + " phi", 18 / 19, id="a word more"),
        pytest.param(TEXT.replace("kappa", "chi"), 15 / 21, id="a word in the middle"),
    ],
)
def test_the_share_of_common_runs_is_exact(other: str, similarity: float) -> None:
    assert list(twins({"b": TEXT, "a": other}, 0.5)) == [Twins("a", "b", round(similarity, 4))]


def test_the_digits_of_numbers_do_not_count_but_how_many_there_are_does() -> None:
    texts = {"a": TEXT + " 12 mm", "b": TEXT + " 34 mm", "c": TEXT + " 345 mm"}
    assert list(twins(texts, 1.0)) == [Twins("a", "b", 1.0)]


def test_what_is_less_alike_than_asked_is_no_twin() -> None:
    assert list(twins({"a": TEXT, "b": TEXT.replace("kappa", "chi")}, 0.8)) == []


def test_empty_texts_are_nobodys_twins() -> None:
    assert list(twins({"a": "", "b": " . ", "c": TEXT})) == []


def test_short_texts_can_be_twins() -> None:
    assert list(twins({"a": "No HO.", "b": "no ho"})) == [Twins("a", "b", 1.0)]


def test_twins_of_each_of_a_group_are_found() -> None:
    texts = {"a": TEXT, "b": TEXT, "c": TEXT + " phi"}
    found = [(pair.one, pair.other) for pair in twins(texts)]
    assert sorted(found) == [("a", "b"), ("a", "c"), ("b", "c")]
