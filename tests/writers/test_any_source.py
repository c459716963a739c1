"""Whatever a source says of a report, each standard's writer makes something well-formed of it."""

import json
import shutil
import subprocess
from pathlib import Path

import hl7
import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydicom import dcmread

from horad.records import DicomReference, Metadata, Report, ReportResult
from horad.writers.dicom_sr import DicomSrWriter
from horad.writers.fhir import bundle
from horad.writers.hl7 import message

_ANY = st.text(max_size=80) | st.sampled_from(
    [
        "",
        " ",
        "20240506",
        "2024-05-06",
        "20241345",
        "07:08",
        "070809.5",
        "1.2.840.1",
        "1.02",
        "A^B^C^D^E^F",
        "=",
        "\\",
        "\0",
    ]
)
_MAYBE = st.none() | _ANY
_REFERENCES = st.builds(
    DicomReference,
    study_uid=_ANY,
    series_uid=_ANY,
    sop_uid=_ANY,
    sop_class_uid=_ANY,
    patient_id=_MAYBE,
    patient_name=_MAYBE,
    patient_birth_date=_MAYBE,
    patient_sex=_MAYBE,
    accession_number=_MAYBE,
    study_date=_MAYBE,
    study_time=_MAYBE,
    study_id=_MAYBE,
    referring_physician=_MAYBE,
)
_UIDS = st.builds(
    lambda made: made.model_copy(
        update={
            "study_uid": "1.2",
            "series_uid": "1.2.3",
            "sop_uid": "1.2.3.4",
            "sop_class_uid": "1.2.840.10008.5.1.4.1.1.104.1",
        }
    ),
    _REFERENCES,
)
_REPORTS = st.builds(
    Report,
    text=st.text(max_size=60).map("a{}".format),
    metadata=st.builds(
        Metadata,
        id=_MAYBE,
        patient_id=_MAYBE,
        accession_number=_MAYBE,
        sender=_MAYBE,
        issued=_MAYBE,
        study_date=_MAYBE,
        study_uid=_MAYBE,
    ),
    reference=st.none() | _REFERENCES | _UIDS,
)
_FIXTURES = [HealthCheck.function_scoped_fixture]


def with_controls(result: ReportResult) -> ReportResult:
    """The result, with a control character in its words."""
    spans = [span.model_copy(update={"text": f"\0{span.text}\x1b"}) for span in result.evidence]
    return result.model_copy(update={"evidence": tuple(spans)})


@settings(phases=[Phase.generate], suppress_health_check=_FIXTURES)
@given(report=_REPORTS)
def test_any_bundle_is_valid(report: Report, result: ReportResult) -> None:
    made = json.loads(json.dumps(bundle(with_controls(result), report)))
    assert Bundle.model_validate(made).get_resource_type() == "Bundle"
    assert not set(map(chr, range(9))) & set(json.dumps(made, ensure_ascii=False))


@settings(phases=[Phase.generate], suppress_health_check=_FIXTURES)
@given(report=_REPORTS)
def test_any_message_has_its_segments_and_no_other(report: Report, result: ReportResult) -> None:
    plain = message(result, Report(text=""))
    made = hl7.parse("\r".join(message(with_controls(result), report)) + "\r")
    assert [str(segment[0]) for segment in made] == [segment[:3] for segment in plain]


@settings(max_examples=20, phases=[Phase.generate], suppress_health_check=_FIXTURES)
@given(report=_REPORTS)
def test_any_document_is_written_and_read_again(
    report: Report, result: ReportResult, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("sr")
    with DicomSrWriter(folder) as writer:
        writer.write(with_controls(result), report)
    made = [dcmread(path) for path in sorted(folder.glob("*.dcm"))]
    assert {one.StudyInstanceUID for one in made} == {made[0].StudyInstanceUID}
    assert _errors(folder) == []


def _errors(folder: Path) -> list[str]:
    """What dciodvfy finds wrong, where it is installed."""
    program = shutil.which("dciodvfy")
    if program is None:
        return []
    lines = [
        line
        for path in folder.glob("*.dcm")
        for line in subprocess.run(
            [program, path], capture_output=True, encoding="utf-8", errors="replace", check=False
        ).stderr.splitlines()
    ]
    return [line for line in lines if line.startswith("Error")]
