import pytest

from horad.datasets.course import as_text, contradictions, events
from horad.records import ReportResult
from tests.datasets.made_course import finding, report, timeline

FIRST, SECOND, THIRD = "2021-01-01", "2021-06-01", "2022-01-01"


def happened(*reports: ReportResult) -> list[tuple[str, str | None, str | None]]:
    return [(event.code, event.before, event.after) for event in events(timeline(*reports))]


def unfit(*reports: ReportResult) -> list[str]:
    return [one.code for one in contradictions(timeline(*reports))]


def test_a_course_is_told_from_first_to_last() -> None:
    assert happened(
        report(FIRST, finding(maturity="immature", size_mm=[10])),
        report(SECOND, finding(maturity="mature", brooker="II", size_mm=[30, 12])),
        report(THIRD, finding("historical")),
        report("2022-06-01", finding(brooker="III")),
    ) == [
        ("first_seen", None, "present"),
        ("maturity", "immature", "mature"),
        ("size", "10 mm", "30 x 12 mm"),
        ("gone", "present", "historical"),
        ("grade", "brooker II", "brooker III"),
        ("recurred", None, "present"),
    ]


def test_resolved_is_gone_once() -> None:
    reports = report(FIRST, finding()), report(SECOND, finding(change="resolved")), report(THIRD, finding("absent"))
    assert [code for code, _, _ in happened(*reports)] == ["first_seen", "gone"]


def test_what_was_never_there_has_no_course() -> None:
    assert happened(report(FIRST, finding("absent")), report(SECOND, finding("historical"))) == []


def test_reports_without_a_date_are_no_part_of_a_course() -> None:
    reports = report(None, finding(brooker="IV"), name="x"), report(FIRST, finding(brooker="I"))
    assert (happened(*reports), unfit(*reports)) == ([("first_seen", None, "present")], [])


@pytest.mark.parametrize(
    ("first", "second", "codes"),
    [
        pytest.param({"brooker": "III"}, {"brooker": "II"}, ["grade_falls"], id="grade"),
        pytest.param({"brooker": "II"}, {"brooker": "III"}, [], id="a grade that rises"),
        pytest.param({"maturity": "mature"}, {"maturity": "immature"}, ["maturity_falls"], id="maturity"),
        pytest.param({"maturity": "immature"}, {"maturity": "mature"}, [], id="maturity that rises"),
        pytest.param({"maturity": "mature"}, {}, [], id="maturity not stated"),
        pytest.param({}, {"assertion": "absent"}, ["present_then_absent"], id="denied"),
        pytest.param({"assertion": "possible"}, {"assertion": "absent"}, [], id="a doubt that is denied"),
        pytest.param({}, {"assertion": "historical"}, [], id="told as past"),
        pytest.param({}, {"change": "new"}, ["new_but_known"], id="called new"),
        pytest.param({"brooker": "III"}, {"brooker": "I", "change": "recurred"}, [], id="recurred"),
        pytest.param({"side": "left"}, {"side": "right"}, ["side_differs"], id="the other side"),
        pytest.param({"side": "left"}, {"side": "bilateral"}, [], id="both sides"),
        pytest.param({"side": "left"}, {"side": "right", "change": "new"}, [], id="new on the other side"),
        pytest.param({"side": "left"}, {"side": "right", "site": "knee"}, [], id="another site"),
        pytest.param({"side": "left"}, {"side": "unspecified"}, [], id="no side"),
    ],
)
def test_two_reports_contradict_each_other_or_not(
    first: dict[str, str], second: dict[str, str], codes: list[str]
) -> None:
    assert unfit(report(FIRST, finding(**first)), report(SECOND, finding(**second))) == codes


def test_both_reports_are_named() -> None:
    (one,) = contradictions(timeline(report(FIRST, finding(brooker="IV")), report(SECOND, finding(brooker="0"))))
    assert (one.place, one.first, one.first_value) == ("left hip", f"r-{FIRST}", "brooker IV")
    assert (one.second, one.second_date, one.second_value) == (f"r-{SECOND}", SECOND, "brooker 0")


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        pytest.param([], ["other_surgery"], [], id="an operation since"),
        pytest.param(["other_surgery"], ["other_surgery"], ["grade_falls"], id="an operation known before"),
        pytest.param([], ["trauma"], ["grade_falls"], id="no operation"),
    ],
)
def test_an_operation_told_for_the_first_time_explains_less_bone(
    before: list[str], after: list[str], codes: list[str]
) -> None:
    first = report(FIRST, finding(brooker="III"), context={"risk_factors": before})
    between = report("2021-03-01", context={"risk_factors": after})
    assert unfit(first, between, report(SECOND, finding(brooker="I"))) == codes


def test_a_side_that_an_earlier_report_knew_does_not_differ() -> None:
    reports = report(FIRST, finding(side="bilateral")), report(SECOND, finding()), report(THIRD, finding(side="right"))
    assert unfit(*reports) == []


def test_the_text_tells_places_labs_events_and_what_does_not_fit() -> None:
    context = {
        "labs": [{"name": "alkaline_phosphatase", "value": 240, "unit": "U/L", "direction": "high"}],
        "bone_scan": {"flow": "increased", "delayed": "normal"},
    }
    made = timeline(
        report(FIRST, finding(maturity="mature", size_mm=[10, 4]), context=context), report(SECOND, finding("absent"))
    )
    assert as_text(made) == (
        "2 reports, 2021-01-01 to 2021-06-01\n"
        "\n"
        "left hip\n"
        "  2021-01-01  r-2021-01-01  present, mature, 10 x 4 mm\n"
        "  2021-06-01  r-2021-06-01  absent\n"
        "\n"
        "2021-01-01  r-2021-01-01  alkaline phosphatase 240 U/L high; bone scan flow increased, delayed normal\n"
        "\n"
        "What happened\n"
        "  2021-01-01  left hip: first seen\n"
        "  2021-06-01  left hip: gone, present to absent\n"
        "\n"
        "What does not fit\n"
        "  present then absent at the left hip: present on 2021-01-01 (r-2021-01-01), "
        "absent on 2021-06-01 (r-2021-06-01)\n"
    )
