from pathlib import Path
from typing import Any

import pytest

from horad.datasets.timeline import day_of, read_timeline
from horad.errors import HoradError
from tests.datasets.made import result, write_results
from tests.datasets.made_course import finding, report, timeline


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2021-03-04", "2021-03-04"),
        ("20210304", "2021-03-04"),
        ("2021-03-04T10:11:12Z", "2021-03-04"),
        ("20210304101112", "2021-03-04"),
        ("2021", None),
        ("20211304", None),
        ("4/3/2021", None),
        ("", None),
        (None, None),
    ],
)
def test_a_day_is_read_from_its_usual_forms(given: str | None, day: str | None) -> None:
    assert day_of(report(given)) == day


def test_reports_stand_in_the_order_of_their_days_and_those_without_one_last() -> None:
    made = timeline(report(None, name="x"), report("20220101"), report("2021-05-01"))
    assert [study.report_id for study in made.studies] == ["r-2021-05-01", "r-20220101", "x"]


def test_a_bilateral_lesion_is_one_on_each_side() -> None:
    made = timeline(report("2021-01-01", finding(side="bilateral", maturity="mature")))
    assert [(track.name, track.seen[0].maturity) for track in made.tracks] == [
        ("left hip", "mature"),
        ("right hip", "mature"),
    ]


def test_a_lesion_that_is_there_outweighs_one_that_was() -> None:
    made = timeline(report("2021-01-01", finding("historical", brooker="IV"), finding(brooker="I", size_mm=[4, 9])))
    (seen,) = made.tracks[0].seen
    assert (seen.assertion, seen.grades, seen.size_mm) == ("present", {"brooker": "I"}, (4.0, 9.0))


@pytest.mark.parametrize("kind", ["tumour", "mimic"])
def test_what_is_no_ossification_has_no_track(kind: str) -> None:
    assert timeline(report("2021-01-01", {**finding(), "kind": kind})).tracks == ()


@pytest.mark.parametrize("change", [{"basis": "inferred"}, {"when": "prior"}])
def test_grades_that_are_inferred_or_of_another_study_do_not_count(change: dict[str, str]) -> None:
    own = finding()
    own["grades"] = [{"system": "brooker", "value": "II", **change}]
    assert timeline(report("2021-01-01", own)).tracks[0].seen[0].grades == {}


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("preliminary", "final", "b"),
        ("final", "preliminary", "a"),
        ("final", "corrected", "b"),
        ("cancelled", "final", "b"),
    ],
)
def test_of_one_study_the_most_final_version_counts(first: str, second: str, kept: str) -> None:
    rows = [
        report("2021-01-01", name=n, report_status=s, accession_number="1") for n, s in (("a", first), ("b", second))
    ]
    made = timeline(*rows)
    assert ([study.report_id for study in made.studies], made.superseded) == ([kept], tuple({"a", "b"} - {kept}))


def test_only_the_patient_asked_for_is_read(tmp_path: Path) -> None:
    rows: list[Any] = [report("2021-01-01", finding()), result("other", "p'2"), result("nobody")]
    table = write_results(tmp_path / "r.parquet", rows)
    assert [study.report_id for study in read_timeline(table, "p").studies] == ["r-2021-01-01"]
    assert [study.report_id for study in read_timeline(table, "p'2").studies] == ["other"]


def test_an_unknown_patient_is_refused_without_the_id(tmp_path: Path) -> None:
    table = write_results(tmp_path / "r.parquet", [report("2021-01-01")])
    with pytest.raises(HoradError, match=r"r.parquet: no result is of this patient$"):
        read_timeline(table, "SECRET")
