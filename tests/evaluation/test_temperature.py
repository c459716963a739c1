import random

import pytest

from horad.evaluation.calibration import Judged
from horad.evaluation.temperature import FOLDS, best, fit, log_loss, scaled

NAMES = ("ho", "osteosarcoma", "infection")


def made(n: int, temperature: float, seed: int = 5) -> list[Judged]:
    """Reports whose labels follow their probabilities, which are then made surer by the temperature."""
    source = random.Random(seed)
    items = []
    for number in range(n):
        weights = [source.random() ** 3 for _ in NAMES]
        chances = {name: weight / sum(weights) for name, weight in zip(NAMES, weights, strict=True)}
        gold = source.choices(NAMES, weights=list(chances.values()))[0]
        honest = Judged(str(number), dict(sorted(chances.items(), key=lambda pair: -pair[1])), gold)
        items.append(scaled(honest, 1 / temperature))
    return items


@pytest.mark.parametrize("temperature", [0.7, 1.0, 2.0, 3.0])
def test_the_temperature_that_was_put_in_is_found(temperature: float) -> None:
    assert best(made(3000, temperature)) == pytest.approx(temperature, rel=0.1)


def test_too_sure_answers_err_less_out_of_fold() -> None:
    items = made(600, 3.0)
    found = fit(items)
    assert found is not None
    assert len(found.folds) == FOLDS
    assert found.temperature > 2
    assert log_loss(items, found.temperature) < log_loss(items, 1.0)
    assert found.out_of_fold.n == len(items)
    assert found.out_of_fold.ece < 0.1


def test_the_order_of_the_reports_does_not_matter() -> None:
    items = made(60, 2.0)
    assert fit(items) == fit(items[::-1])


def test_scaling_keeps_the_order_and_the_sum() -> None:
    plain = Judged("a", {"ho": 0.7, "osteosarcoma": 0.2, "infection": 0.1}, "ho")
    warm = scaled(plain, 2.0)
    assert sum(warm.chances.values()) == pytest.approx(1)
    assert list(warm.chances) == list(plain.chances)
    assert warm.confidence < plain.confidence


def test_too_few_reports_are_not_fitted() -> None:
    assert fit(made(FOLDS - 1, 1.0)) is None
