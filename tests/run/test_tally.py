import json

import pytest

from horad.records import Rejection, ReportResult
from horad.run.tally import Tally


def tally_of(result: ReportResult) -> Tally:
    tally = Tally(form="jsonl")
    tally.keep(result)
    tally.reject(Rejection(source="a.jsonl", position=3, reason="'text' is empty"))
    tally.form = "csv"
    tally.count("superseded")
    return tally


def test_outcomes_are_counted_by_form(result: ReportResult) -> None:
    tally = tally_of(result)
    assert (tally.read, tally.written, tally.quarantined, tally.superseded, tally.cancelled) == (3, 1, 1, 1, 0)
    assert tally.forms == {"jsonl": {"written": 1, "quarantined": 1}, "csv": {"superseded": 1}}
    assert tally.first_reason == "a.jsonl:3: 'text' is empty"


def test_counts_come_back_from_json_and_add_up(result: ReportResult) -> None:
    tally = tally_of(result)
    again = Tally.from_json(json.loads(json.dumps(tally.to_json())))
    again.add(tally)
    assert (again.read, again.written, again.found["reasons"]) == (6, 2, {"'text' is empty": 2})


@pytest.mark.parametrize(
    ("date", "month"),
    [
        ("2026-11-28", "2026-11"),
        ("2026-11", "2026-11"),
        ("20261128", "2026-11"),
        ("20261128093000", "2026-11"),
        ("2026", None),
        ("2026-13-01", None),
        ("November 2026", None),
        (None, None),
    ],
)
def test_a_month_is_read_from_dates_as_standards_write_them(
    date: str | None, month: str | None, result: ReportResult
) -> None:
    tally = Tally()
    tally.keep(result.model_copy(update={"study_date": date}))
    assert list(tally.found.get("status_by_month", {})) == ([f"{month} {result.summary.ho_status}"] if month else [])


def test_too_many_reasons_are_counted_together() -> None:
    tally = Tally()
    for number in range(60):
        tally.reject(Rejection(source="a", reason=f"the row has {number} cells"))
    assert (len(tally.found["reasons"]), tally.found["reasons"]["other reasons"]) == (41, 20)
