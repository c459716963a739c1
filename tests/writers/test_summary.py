from pathlib import Path
from typing import Any

import pytest

from horad.writers.summary import bars_of, columns_of, write_summary


def report(**found: dict[str, int]) -> dict[str, Any]:
    outcomes = {"read": 5, "written": 3, "quarantined": 2, "superseded": 0, "cancelled": 0, "left_out": 0}
    forms = {"jsonl": {"written": 3, "quarantined": 2}}
    return {**outcomes, "by_form": forms, "found": found, "version": "0.1.0", "rules_sha256": "0", "finished": "now"}


def page(folder: Path, **found: dict[str, int]) -> str:
    write_summary(report(**found), folder / "summary.html")
    return (folder / "summary.html").read_text("utf-8")


def test_the_page_is_self_contained_and_says_what_it_is_for(tmp_path: Path) -> None:
    text = page(tmp_path, status_by_month={"2026-01 present": 2}, sites={"hip": 2})
    assert "For research, dataset building and quality review; not a medical device" in text
    assert [word for word in ("<script", "http", "url(", "<link", 'src="') if word in text] == ["http"]  # http-equiv
    assert text.count("<svg") == 2


def test_what_sources_say_is_escaped(tmp_path: Path) -> None:
    assert "<b>" not in page(tmp_path, reasons={"<b>x": 1}).split("<h2>Reasons")[1]


def test_a_batch_without_findings_says_so(tmp_path: Path) -> None:
    assert "no report in scope has a study date" in page(tmp_path)


def test_the_most_frequent_values_come_first_and_the_rest_together() -> None:
    bars = bars_of({f"v{number:02}": number for number in range(1, 21)})
    assert [(bar.label, bar.count, bar.share) for bar in (bars[0], bars[-1])] == [
        ("v20", 20, 1.0),
        ("5 others", 15, 0.75),
    ]


@pytest.mark.parametrize(("months", "unit", "columns"), [(12, "month", 12), (37, "year", 4)])
def test_many_months_become_years(months: int, unit: str, columns: int) -> None:
    counts = {f"{2020 + number // 12}-{number % 12 + 1:02} present": 1 for number in range(months)}
    drawn, highest, found = columns_of(counts)
    assert (len(drawn), found, highest) == (columns, unit, 1 if unit == "month" else 12)


def test_the_statuses_of_a_month_stand_on_each_other() -> None:
    [column], highest, _ = columns_of({"2026-01 absent": 1, "2026-01 present": 3, "2026-01 not_mentioned": 9})
    assert highest == 4
    assert [(block.status, block.top, block.height) for block in column.blocks] == [
        ("present", 50.0, 150.0),
        ("absent", 0.0, 50.0),
    ]
