"""FHIR in: where a report's text, status and numbers stand, and what is no report."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from horad.readers import fhir
from horad.readers.detect import read_source
from horad.readers.rows import Columns
from horad.records import Rejection, Report
from horad.terms import ReportStatus
from tests.readers.fhir_made import PATIENT, REQUEST, STUDY, TEXT, Resource, bundle, form, report, whole


def _read(folder: Path, content: str, name: str = "reports.json") -> list[Report | Rejection]:
    path = folder / name
    path.write_text(content, "utf-8")
    return list(read_source(path))


def _only(folder: Path, resource: Resource) -> Report:
    (record,) = _read(folder, json.dumps(resource, indent=2))
    assert isinstance(record, Report), record
    return record


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(json.dumps(report()), id="one line"),
        pytest.param(json.dumps(report(), indent=2), id="indented"),
        pytest.param(json.dumps(whole()), id="bundle"),
        pytest.param(json.dumps([report()]), id="array on one line"),
        pytest.param("\ufeff" + json.dumps([PATIENT, report()], indent=2), id="array behind a mark"),
        pytest.param("[\n" + json.dumps(report()) + "\n]\n", id="array, a line each"),
        pytest.param(json.dumps([bundle(report())]), id="array of a bundle"),
        pytest.param("\ufeff" + json.dumps(report()), id="behind a mark"),
    ],
)
def test_a_report_is_read_from_every_form(tmp_path: Path, content: str) -> None:
    (record,) = _read(tmp_path, content, "night.txt")
    assert isinstance(record, Report)
    assert (record.text, record.form) == (TEXT, "fhir")


def test_every_line_is_a_resource_of_its_own(tmp_path: Path) -> None:
    lines = [json.dumps(one) for one in (report(id="a"), PATIENT, report(id="b"))]
    first, second, third = _read(tmp_path, "\n".join([*lines, ""]), "night.ndjson")
    assert isinstance(first, Report)
    assert isinstance(third, Report)
    assert isinstance(second, Rejection)
    assert second.reason == "is a FHIR Patient, not a DiagnosticReport or a Bundle"
    assert [first.metadata.id, third.metadata.id, second.position] == ["a", "b", 2]


def test_what_else_stands_in_an_array_is_what_its_reports_refer_to(tmp_path: Path) -> None:
    first, second = _read(tmp_path, json.dumps([report(id="a"), STUDY, "x", REQUEST, PATIENT, report(id="b")]))
    assert isinstance(first, Report)
    assert isinstance(second, Report)
    known = first.metadata
    assert (known.id, known.patient_id, known.accession_number, known.modality) == ("a", "77", "A1", "CT")
    assert (second.metadata.id, second.position) == ("b", 2)


def test_an_array_without_reports_is_one_rejection(tmp_path: Path) -> None:
    (record,) = _read(tmp_path, json.dumps([PATIENT, STUDY]))
    assert isinstance(record, Rejection)
    assert (record.reason, record.position) == ("is an array that holds no DiagnosticReport", 1)


def test_lines_of_plain_json_stay_json_lines(tmp_path: Path) -> None:
    row = {"id": "1", "text": 'The "resourceType" is bone.', "kind": "resourceType"}
    (record,) = _read(tmp_path, json.dumps(row) + "\n", "night.jsonl")
    assert isinstance(record, Report)
    assert (record.metadata.id, record.text) == ("1", row["text"])


def test_what_is_known_of_the_report_is_carried(tmp_path: Path) -> None:
    assert _only(tmp_path, whole()).metadata.model_dump(exclude_defaults=True) == {
        "id": "r1",
        "patient_id": "77",
        "accession_number": "A1",
        "sender": "St Mark Radiology",
        "issued": "2024-01-05T10:15:00+01:00",
        "study_date": "2024-01-04",
        "study_uid": "1.2.826.0.1.99",
        "modality": "CT",
        "body_part": "Hip",
        "report_status": ReportStatus.FINAL,
    }


def test_contained_resources_are_found(tmp_path: Path) -> None:
    contained = report(
        contained=[PATIENT, REQUEST, STUDY],
        subject={"reference": "#p1"},
        basedOn=[{"reference": "#s1"}],
        imagingStudy=[{"reference": "#i1"}],
    )
    metadata = _only(tmp_path, contained).metadata
    assert (metadata.patient_id, metadata.accession_number, metadata.modality) == ("77", "A1", "CT")


def test_what_names_people_is_for_the_de_identifier_alone(tmp_path: Path) -> None:
    record = _only(tmp_path, whole())
    assert record.metadata.extra == {}
    assert record.identifiers == {
        "patient_name": "Tallow\nOmri",
        "patient_birth_date": "1961-02-03",
        "patient_address": "3 Kiln Row\nBarrowmere\nBM1 2AA",
        "patient_phone": "01632 960 001",
        "patient_number": "S-1\n77",
        "physician_name": "Tess Farrier\nSt Mark Radiology",
    }


@pytest.mark.parametrize(
    ("status", "read_as"),
    [
        ("registered", ReportStatus.PRELIMINARY),
        ("partial", ReportStatus.PRELIMINARY),
        ("preliminary", ReportStatus.PRELIMINARY),
        ("final", ReportStatus.FINAL),
        ("amended", ReportStatus.CORRECTED),
        ("corrected", ReportStatus.CORRECTED),
        ("appended", ReportStatus.CORRECTED),
        ("cancelled", ReportStatus.CANCELLED),
        ("unknown", ReportStatus.UNKNOWN),
    ],
)
def test_the_status_is_honoured(tmp_path: Path, status: str, read_as: ReportStatus) -> None:
    assert _only(tmp_path, report(status=status)).metadata.report_status is read_as


def test_what_was_entered_in_error_is_withdrawn_even_without_text(tmp_path: Path) -> None:
    assert _only(tmp_path, report(status="entered-in-error", presentedForm=None)).is_withdrawn


def test_a_cancelled_report_needs_no_text(tmp_path: Path) -> None:
    assert _only(tmp_path, report(status="cancelled", presentedForm=None)).text == ""


def _pdf() -> bytes:
    from reportlab.pdfgen import canvas

    page = io.BytesIO()
    drawn = canvas.Canvas(page)
    drawn.drawString(72, 720, TEXT)
    drawn.save()
    return page.getvalue()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"presentedForm": [form(kind=None)]}, id="no type"),
        pytest.param(
            {"presentedForm": [form(f"<p>{TEXT}</p><script>x</script>", "text/html; charset=utf-8")]}, id="HTML"
        ),
        pytest.param({"presentedForm": [form(_pdf(), "application/pdf")]}, id="PDF"),
        pytest.param({"presentedForm": [form("%PDF", "application/pdf"), form()]}, id="text before PDF"),
        pytest.param({"presentedForm": None, "text": {"div": f"<div><b>{TEXT}</b></div>"}}, id="narrative"),
        pytest.param({"presentedForm": [{"url": "http://x"}], "conclusion": TEXT}, id="conclusion"),
    ],
)
def test_the_text_is_found_where_it_is_given(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert _only(tmp_path, report(**changes)).text == TEXT


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(report(status="bogus"), "has no status of the standard (DiagnosticReport.status)", id="status"),
        pytest.param(report(presentedForm=[{"url": "http://x"}]), "has no text that can be read", id="only a link"),
        pytest.param(
            report(presentedForm=[{"contentType": "text/plain", "data": "%%"}]),
            "has no text that can be read: its data is not Base64",
            id="no Base64",
        ),
        pytest.param(bundle(PATIENT), "is a Bundle that holds no DiagnosticReport", id="bundle"),
        pytest.param(
            {"resourceType": "Left hip pain"}, "is no FHIR resource, not a DiagnosticReport or a Bundle", id="no type"
        ),
    ],
)
def test_what_is_no_report_is_rejected_with_its_reason(tmp_path: Path, content: Resource, reason: str) -> None:
    (record,) = _read(tmp_path, json.dumps(content))
    assert isinstance(record, Rejection)
    assert record.reason == reason


def test_broken_json_is_rejected(tmp_path: Path) -> None:
    (record,) = _read(tmp_path, json.dumps(report(), indent=1)[:-5])
    assert isinstance(record, Rejection)
    assert record.reason == "is not usable JSON"


def test_a_bundle_may_hold_several_reports(tmp_path: Path) -> None:
    records = _read(tmp_path, json.dumps(bundle(report(id="a"), report(id="b", status="nonsense"), report(id="c"))))
    assert [type(record) for record in records] == [Report, Rejection, Report]


def test_reading_goes_on_from_any_record(tmp_path: Path) -> None:
    path = tmp_path / "night.ndjson"
    lines = [report(id="a"), bundle(report(id="b"), report(id="c")), PATIENT, report(id="d")]
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    places = list(fhir.read_from(path, "night.ndjson", Columns()))
    assert [
        [record for _, record in fhir.read_from(path, "night.ndjson", Columns(), place)] for place, _ in places
    ] == [[record for _, record in places[number:]] for number in range(len(places))]
