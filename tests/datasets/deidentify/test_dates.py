"""Dates keep their form and move by the same days, whatever that form is."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.datasets.deidentify.dates import DateFinder, date_of, moved_field
from horad.knowledge.deidentify import load_identifiers

FINDER = DateFinder(load_identifiers())
NEAR = dt.date(2021, 6, 1)


def _moved(text: str, days: int) -> str:
    found = FINDER.find(text, NEAR)
    for one in reversed(found):
        text = text[: one.span.start] + FINDER.moved(one, days) + text[one.span.end :]
    return text


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("on 04/09/2021.", "on 04/19/2021."),
        ("on 4/9/21", "on 4/19/21"),
        ("on 2021-04-09T10:15", "on 2021-04-19T10:15"),
        ("study 20210409", "study 20210419"),
        ("seen 9 April 2021", "seen 19 April 2021"),
        ("seen April 9, 2021", "seen April 19, 2021"),
        ("the 21st of April 2021", "the 1st of May 2021"),
        ("on 23-APR-2021", "on 3-MAY-2021"),
        ("since Apr 2021", "since Apr 2021"),
        ("since 04/2021", "since 04/2021"),
        ("fell on April 9 and", "fell on April 19 and"),
        ("on 25.04.2021 again", "on 05.05.2021 again"),
        ("31/12/2020 then 01/02/2021", "10/01/2021 then 11/02/2021"),
        ("in 2019", "in 2019"),
        ("power 4/5, 3/4/5 mm", "power 4/5, 3/4/5 mm"),
    ],
)
def test_a_date_moves_in_its_own_form(text: str, moved: str) -> None:
    assert _moved(text, 10) == moved


@given(st.dates(dt.date(1950, 1, 1), dt.date(2049, 12, 31)), st.integers(-365, 365))
def test_to_move_and_move_back_is_nothing(date: dt.date, days: int) -> None:
    text = f"Seen {date:%Y-%m-%d}, on {date.day} {date:%B %Y} and {date.day}-{date:%b-%Y}."
    assert _moved(_moved(text, days), -days) == text


@pytest.mark.parametrize(
    ("value", "moved"),
    [
        ("2021-04-09", "2021-04-10"),
        ("20210409", "20210410"),
        ("2021-12-31T10:15:00+01:00", "2022-01-01T10:15:00+01:00"),
        ("20211231101500.5", "20220101101500.5"),
        ("spring", None),
        ("", None),
    ],
)
def test_a_field_moves_if_it_is_a_date(value: str, moved: str | None) -> None:
    assert moved_field(value, 1) == moved


def test_the_day_of_a_field_is_read() -> None:
    assert date_of("20210409") == date_of("2021-04-09T01:00") == dt.date(2021, 4, 9)
