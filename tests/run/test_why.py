import math

import pytest

from horad.run.one import pipeline, read
from horad.run.why import why

TEXT = "CT left hip. Mature heterotopic ossification with a cortical rim after trauma. No cortical destruction."


def test_the_sum_is_that_of_the_differential() -> None:
    result = read(TEXT)
    for candidate in (result.differential[0], result.differential[-1]):
        found = why(pipeline(), TEXT, candidate.diagnosis)
        assert found is not None
        assert found.rank == candidate.rank
        assert found.probability == pytest.approx(candidate.probability, abs=0.001)


def test_the_lines_of_two_diagnoses_tell_their_odds() -> None:
    first, second = (why(pipeline(), TEXT, name) for name in ("ho", "osteosarcoma"))
    assert first is not None
    assert second is not None
    gap = sum(weight for _, weight, _ in first.lines) - sum(weight for _, weight, _ in second.lines)
    assert gap > 0
    assert math.log(first.probability / second.probability) > 0


@pytest.mark.parametrize("text", ["Chest radiograph. Clear lungs.", "CT left hip. No heterotopic ossification."])
def test_without_a_differential_there_is_no_sum(text: str) -> None:
    assert why(pipeline(), text, "ho") is None
