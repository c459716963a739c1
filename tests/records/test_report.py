import math

import pytest

from horad.errors import RecordError
from horad.records import Metadata, Report
from horad.terms import ReportStatus


def test_known_keys_become_texts_and_the_rest_is_carried() -> None:
    made = Metadata.from_mapping(
        {"id": 7, "patient_id": "P", "modality": None, "study_date": "", "ward": "3", "gold": {"a": 1}}
    )
    assert made == Metadata(id="7", patient_id="P", extra={"ward": "3", "gold": {"a": 1}})


@pytest.mark.parametrize(
    ("given", "status", "extra"),
    [
        pytest.param("corrected", ReportStatus.CORRECTED, {}, id="known"),
        pytest.param("F", ReportStatus.UNKNOWN, {"report_status": "F"}, id="foreign word is carried"),
        pytest.param(None, ReportStatus.UNKNOWN, {}, id="none"),
    ],
)
def test_a_status_is_taken_when_it_is_known(given: str | None, status: ReportStatus, extra: dict[str, str]) -> None:
    made = Metadata.from_mapping({"report_status": given})
    assert (made.report_status, made.extra) == (status, extra)


@pytest.mark.parametrize("value", [["a"], {"a": 1}, True], ids=["list", "table", "truth value"])
def test_a_known_key_must_hold_a_text_or_a_number(value: object) -> None:
    with pytest.raises(RecordError, match="the value of 'id' must be a text or a number"):
        Metadata.from_mapping({"id": value})


def test_what_has_no_json_form_is_refused() -> None:
    with pytest.raises(RecordError, match="the value of 'extra.x' is not plain JSON"):
        Metadata.from_mapping({"x": object()})


def test_a_number_that_is_none_is_carried() -> None:
    assert math.isnan(Metadata.from_mapping({"x": math.nan}).extra["x"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        pytest.param(Report(text="a", metadata=Metadata(id="7"), source="x.csv", position=2), "7", id="own id"),
        pytest.param(Report(text="a", source="x.csv", position=2), "x.csv:2", id="source and position"),
        pytest.param(Report(text="a", source="x"), "x", id="source"),
    ],
)
def test_the_report_id(report: Report, expected: str) -> None:
    assert report.report_id == expected
