import pytest

from horad.grading.clock import time_course
from horad.grading.criteria import load_clock


def timings(days: int | None, **told: list[str]) -> dict[str, str]:
    return {mark["source"]: mark["timing"] for mark in time_course(days, load_clock(), **told)}


@pytest.mark.parametrize(
    ("days", "expected"),
    [(9, "before"), (10, "within"), (28, "within"), (29, "after")],
)
def test_a_day_lies_before_within_or_after(days: int, expected: str) -> None:
    assert timings(days)["RP-HO"] == expected


def test_an_interval_open_above_has_no_after() -> None:
    assert timings(9999, causes=["spinal_cord_injury"])["S003"] == "within"


def test_intervals_of_a_site_or_cause_need_it() -> None:
    assert set(timings(100)) == {"RP-HO", "CAMB87"}
    assert set(timings(100, sites=["elbow"], causes=["burn"])) == {"RP-HO", "CAMB87", "ISAKOS", "CMB"}


def test_without_a_time_there_is_no_course() -> None:
    assert timings(None) == {}
