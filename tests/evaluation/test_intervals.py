import pytest

from horad.evaluation.intervals import Counts, interval, rates, total


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param(Counts(3, 1, 3), (0.75, 0.5, 0.6), id="3 of 4 given, 3 of 6 wanted"),
        pytest.param(Counts(0, 0, 0), (1.0, 1.0, 1.0), id="nothing to get wrong"),
        pytest.param(Counts(0, 0, 4), (1.0, 0.0, 0.0), id="silent"),
        pytest.param(Counts(0, 4, 0), (0.0, 1.0, 0.0), id="over-eager"),
        pytest.param(Counts(0, 1, 1), (0.0, 0.0, 0.0), id="always wrong"),
    ],
)
def test_precision_recall_and_f1(counts: Counts, expected: tuple[float, float, float]) -> None:
    assert tuple(rates(counts)) == pytest.approx(expected)


def test_counts_add_up() -> None:
    assert total([Counts(1, 2, 3), Counts(10, 20, 30)]) == Counts(11, 22, 33)


def test_reports_that_are_all_right_leave_no_doubt() -> None:
    assert interval([Counts(1, 0, 0)] * 5) == (1.0, 1.0)


def test_one_report_has_no_spread() -> None:
    assert interval([Counts(1, 0, 1)]) == pytest.approx((2 / 3, 2 / 3))


def test_two_reports_of_which_one_is_wrong_may_be_both_right_or_both_wrong() -> None:
    assert interval([Counts(1, 0, 0), Counts(0, 1, 1)]) == (0.0, 1.0)


def test_no_report_is_no_error() -> None:
    assert interval([]) == (1.0, 1.0)


def test_the_same_seed_gives_the_same_interval_and_another_one_another() -> None:
    items = [Counts(index % 3, index % 2, index % 5) for index in range(40)]
    assert interval(items, 100, seed=1) == interval(items, 100, seed=1)
    assert interval(items, 100, seed=1) != interval(items, 100, seed=2)
