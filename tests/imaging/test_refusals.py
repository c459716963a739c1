import pytest

from horad.imaging.refusals import is_refused, refuse
from horad.knowledge.imaging import load_refusals


def test_a_refusal_names_each_measure_it_takes_away() -> None:
    assert [refusal.measure for refusal in refuse("tilted", degrees=16.5)] == ["min_distance_mm", "contact_area_mm2"]


def test_a_refusal_fills_in_its_numbers() -> None:
    assert "16.5 degrees" in refuse("tilted", degrees=16.5)[0].reason


def test_a_refusal_of_everything_names_no_measure() -> None:
    (refusal,) = refuse("deflated")
    assert refusal.measure is None
    assert is_refused("volume_ml", [refusal])


def test_a_refusal_of_one_measure_leaves_the_others() -> None:
    assert not is_refused("volume_ml", refuse("tilted", degrees=1.0))


@pytest.mark.parametrize("rule", range(1, 13))
def test_every_rule_of_refusal_has_a_code(rule: int) -> None:
    assert [row.code for row in load_refusals().values() if row.rule == rule]
