import json
import re
import shutil
import subprocess
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from pydicom import dcmread

from horad.knowledge.standards import load_dicom_sr
from horad.records import DicomReference, Metadata, Report, ReportResult
from horad.terms import ReportStatus
from horad.writers.dicom_sr import DicomSrWriter
from horad.writers.identity import NO_DATE
from horad.writers.statements import says_something
from tests.made_results import results
from tests.writers import sr_back, statements_back

TEXT = (Path(__file__).parent.parent / "records" / "full-text.txt").read_text("utf-8")
METADATA = Metadata(
    id="case-1", patient_id="P-1", accession_number="A-1", study_date="2024-05-06", issued="2024-05-07T08:09:10+02:00"
)
PLAIN = Report(text=TEXT, metadata=METADATA)
REFERENCE = DicomReference(
    study_uid="1.2.3",
    series_uid="1.2.3.4",
    sop_uid="1.2.3.4.5",
    sop_class_uid="1.2.840.10008.5.1.4.1.1.104.1",
    patient_id="MRN 7",
    patient_name="Grün^Ada",
    patient_birth_date="19600102",
    patient_sex="F",
    accession_number="ACC9",
    study_date="20240506",
    study_time="070809",
    study_id="S1",
    referring_physician="Wong^L",
)
FROM_DICOM = PLAIN.model_copy(update={"reference": REFERENCE})


def written(folder: Path, result: ReportResult, report: Report = PLAIN) -> Path:
    """The document of one result."""
    folder.mkdir(exist_ok=True)
    with DicomSrWriter(folder) as writer:
        writer.write(result, report)
    [path] = [path for path in folder.glob("*.dcm") if not path.name.endswith(".source.dcm")]
    return path


def test_a_document_reads_back_to_summary_and_findings(result: ReportResult, tmp_path: Path) -> None:
    assert sr_back.read(written(tmp_path, result)) == statements_back.expected(result)


# No shrinking: a document takes a while to make.
@settings(max_examples=15, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(result=results())
def test_any_result_reads_back(result: ReportResult, tmp_path_factory: pytest.TempPathFactory) -> None:
    assume(says_something(result))
    assert sr_back.read(written(tmp_path_factory.mktemp("sr"), result)) == statements_back.expected(result)


def test_the_document_says_preliminary_unverified_and_by_a_device(result: ReportResult, tmp_path: Path) -> None:
    made = dcmread(written(tmp_path, result))
    assert (made.PreliminaryFlag, made.VerificationFlag, made.CompletionFlag) == (
        "PRELIMINARY",
        "UNVERIFIED",
        "COMPLETE",
    )
    observer = next(item for item in made.ContentSequence if item.RelationshipType == "HAS OBS CONTEXT")
    assert observer.ConceptCodeSequence[0].CodeMeaning == "Device"


def test_the_document_says_that_it_is_for_research(result: ReportResult, tmp_path: Path) -> None:
    made = dcmread(written(tmp_path, result))
    comments = [
        item.TextValue for item in made.ContentSequence if item.ConceptNameCodeSequence[0].CodeValue == "121106"
    ]
    assert made.SeriesDescription == "horad findings, for research, not a medical device"
    assert comments == [
        "For research, dataset building and quality review; not a medical device.",
        f"horad 0.1.0, rules {'0' * 64}",
    ]


def test_the_text_stands_in_the_document(result: ReportResult, tmp_path: Path) -> None:
    made = dcmread(written(tmp_path, result))
    texts = [item.TextValue for item in made.ContentSequence if item.ConceptNameCodeSequence[0].CodeValue == "11528-7"]
    assert texts == [TEXT]


def test_what_dicom_cannot_hold_becomes_blank_and_all_else_keeps_its_place(
    result: ReportResult, tmp_path: Path
) -> None:
    written(tmp_path, result, Report(text="a\tb\x00c\r\nd\fe\x1bf"))
    [path] = tmp_path.glob("*.source.dcm")
    assert dcmread(path).ContentSequence[0].TextValue == "a b c\r\nd\fe f"


def test_the_private_scheme_is_identified(result: ReportResult, tmp_path: Path) -> None:
    [scheme] = dcmread(written(tmp_path, result)).CodingSchemeIdentificationSequence
    assert (scheme.CodingSchemeDesignator, scheme.CodingSchemeUID[:5]) == ("99HORAD", "2.25.")


def test_a_document_joins_the_study_of_its_source(result: ReportResult, tmp_path: Path) -> None:
    made = dcmread(written(tmp_path, result, FROM_DICOM))
    [study] = made.CurrentRequestedProcedureEvidenceSequence
    [series] = study.ReferencedSeriesSequence
    [source] = series.ReferencedSOPSequence
    assert (made.StudyInstanceUID, study.StudyInstanceUID, series.SeriesInstanceUID) == ("1.2.3", "1.2.3", "1.2.3.4")
    assert (source.ReferencedSOPInstanceUID, source.ReferencedSOPClassUID) == (
        "1.2.3.4.5",
        "1.2.840.10008.5.1.4.1.1.104.1",
    )
    assert (made.PatientID, str(made.PatientName), made.PatientBirthDate, made.PatientSex) == (
        "MRN 7",
        "Grün^Ada",
        "19600102",
        "F",
    )
    assert (made.AccessionNumber, made.StudyDate, made.StudyTime, made.StudyID, str(made.ReferringPhysicianName)) == (
        "ACC9",
        "20240506",
        "070809",
        "S1",
        "Wong^L",
    )
    assert [path.name for path in tmp_path.glob("*.source.dcm")] == []


def test_a_text_from_elsewhere_becomes_the_source_that_the_document_refers_to(
    result: ReportResult, tmp_path: Path
) -> None:
    made = dcmread(written(tmp_path, result))
    [path] = tmp_path.glob("*.source.dcm")
    source = dcmread(path)
    [study] = made.CurrentRequestedProcedureEvidenceSequence
    [referred] = study.ReferencedSeriesSequence[0].ReferencedSOPSequence
    assert referred.ReferencedSOPInstanceUID == source.SOPInstanceUID
    assert source.StudyInstanceUID == made.StudyInstanceUID
    assert source.SeriesInstanceUID != made.SeriesInstanceUID
    assert source.ContentSequence[0].TextValue == TEXT
    assert (source.PatientID, source.AccessionNumber, source.StudyDate) == ("P-1", "A-1", "20240506")


def test_no_name_of_a_patient_is_warned_of(
    result: ReportResult, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    report = PLAIN.model_copy(update={"reference": REFERENCE.model_copy(update={"patient_name": "ADA GRUEN"})})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = dcmread(written(tmp_path, result, report))
    assert (str(made.PatientName), caplog.text) == ("ADA GRUEN", "")


@pytest.mark.parametrize("source", load_dicom_sr().source)
def test_a_document_refers_to_every_class_of_source(source: str, result: ReportResult, tmp_path: Path) -> None:
    report = PLAIN.model_copy(update={"reference": REFERENCE.model_copy(update={"sop_class_uid": source})})
    [study] = dcmread(written(tmp_path, result, report)).CurrentRequestedProcedureEvidenceSequence
    assert study.ReferencedSeriesSequence[0].ReferencedSOPSequence[0].ReferencedSOPClassUID == source


@pytest.mark.parametrize(
    "change", [{"sop_class_uid": "1.2.840.10008.5.1.4.1.1.2"}, {"sop_uid": "1.02"}, {"study_uid": ""}]
)
def test_what_cannot_be_referred_to_is_replaced_by_its_text(
    change: dict[str, str], result: ReportResult, tmp_path: Path
) -> None:
    report = PLAIN.model_copy(update={"reference": REFERENCE.model_copy(update=change)})
    written(tmp_path, result, report)
    assert len(list(tmp_path.glob("*.source.dcm"))) == 1


@pytest.mark.parametrize(
    ("study_uid", "kept"),
    [
        pytest.param("1.2.840.9.1", True, id="a UID"),
        pytest.param("1.02.3", False, id="a leading zero"),
        pytest.param("study 7", False, id="words"),
        pytest.param("1." + "2" * 63, False, id="too long"),
    ],
)
def test_the_study_of_the_source_is_kept_if_it_is_one(
    study_uid: str, kept: bool, result: ReportResult, tmp_path: Path
) -> None:
    report = PLAIN.model_copy(update={"metadata": METADATA.model_copy(update={"study_uid": study_uid})})
    assert (dcmread(written(tmp_path, result, report)).StudyInstanceUID == study_uid) == kept


@pytest.mark.parametrize(
    ("status", "flag"),
    [
        (ReportStatus.FINAL, "FINAL"),
        (ReportStatus.CORRECTED, "FINAL"),
        (ReportStatus.PRELIMINARY, "PRELIMINARY"),
        (ReportStatus.UNKNOWN, "PRELIMINARY"),
    ],
)
def test_only_a_report_that_is_final_becomes_a_final_source(
    status: ReportStatus, flag: str, result: ReportResult, tmp_path: Path
) -> None:
    report = PLAIN.model_copy(update={"metadata": METADATA.model_copy(update={"report_status": status})})
    written(tmp_path, result, report)
    [path] = tmp_path.glob("*.source.dcm")
    assert dcmread(path).PreliminaryFlag == flag


def test_an_accession_number_too_long_for_dicom_stands_in_the_tree(result: ReportResult, tmp_path: Path) -> None:
    long = "ACCESSION-2024-000017"
    report = PLAIN.model_copy(update={"metadata": METADATA.model_copy(update={"accession_number": long})})
    made = dcmread(written(tmp_path, result, report))
    stated = [item.TextValue for item in made.ContentSequence if item.ConceptNameCodeSequence[0].CodeValue == "121022"]
    assert (made.AccessionNumber, stated) == ("", [long])


def test_content_dates_are_those_of_the_report(result: ReportResult, tmp_path: Path) -> None:
    made = dcmread(written(tmp_path / "a", result))
    none = dcmread(written(tmp_path / "b", result, Report(text=TEXT)))
    assert (made.ContentDate, made.ContentTime, none.ContentDate) == ("20240507", "080910", NO_DATE)


def test_the_same_report_and_rules_give_the_same_files(result: ReportResult, tmp_path: Path) -> None:
    for name in ("a", "b"):
        written(tmp_path / name, result)
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("a", "b"))
    assert len(first) == 4
    assert first == second


@pytest.mark.parametrize(
    "change",
    [
        {"text_sha256": "1" * 64},
        {"provenance": {"horad": "0.1.0", "rules_sha256": "1" * 64}},
        {"provenance": {"horad": "0.2.0", "rules_sha256": "0" * 64}},
    ],
    ids=["text", "rules", "version"],
)
def test_another_text_or_other_rules_give_another_document(
    change: dict[str, object], result: ReportResult, tmp_path: Path
) -> None:
    other = ReportResult.model_validate({**result.model_dump(), **change})
    first, second = dcmread(written(tmp_path / "a", result)), dcmread(written(tmp_path / "b", other))
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert first.StudyInstanceUID == second.StudyInstanceUID


def test_file_names_are_digests(result: ReportResult, tmp_path: Path) -> None:
    written(tmp_path, result)
    assert sorted(re.sub(r"^[0-9a-f]{64}", "KEY", path.name) for path in tmp_path.iterdir()) == [
        "KEY.dcm",
        "KEY.html",
        "KEY.source.dcm",
        "index.jsonl",
    ]


def test_the_index_tells_which_report_a_document_is_of(result: ReportResult, tmp_path: Path) -> None:
    path = written(tmp_path, result)
    made = dcmread(path)
    assert json.loads((tmp_path / "index.jsonl").read_text("utf-8")) == {
        "report_id": "case-1",
        "document": path.name,
        "study_uid": made.StudyInstanceUID,
        "sop_uid": made.SOPInstanceUID,
    }


def test_the_page_beside_it_shows_the_report_and_its_use(result: ReportResult, tmp_path: Path) -> None:
    page = written(tmp_path, result).with_suffix(".html").read_text("utf-8")
    assert "heterotopic ossification" in page
    assert "not a medical device" in page


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name}, of the Debian packages dcmtk and dicom3tools")
    return found


@pytest.mark.parametrize(
    "report", [PLAIN, FROM_DICOM, Report(text="Grüße.\tA\x00\x0b\r\nB\f\x1b\x85.")], ids=["text", "dicom", "bare"]
)
def test_the_validator_finds_no_error(report: Report, result: ReportResult, tmp_path: Path) -> None:
    dciodvfy = tool("dciodvfy")
    written(tmp_path, result, report)
    found = [
        line
        for path in sorted(tmp_path.glob("*.dcm"))
        for line in subprocess.run([dciodvfy, path], capture_output=True, text=True, check=False).stderr.splitlines()
    ]
    kinds = {line for line in found if line.startswith("Error")}
    unknown = {
        line for line in found if "Warning" in line and not re.search("DICOMDIR|Unrecognized defined term", line)
    }
    terms = {match[1] for line in found if (match := re.search("Unrecognized defined term <([^>]+)>", line))}
    assert kinds | unknown == set()
    assert {term[:5] for term in terms} <= {"99HOR", "2.25."}


@pytest.mark.parametrize("report", [PLAIN, FROM_DICOM], ids=["text", "dicom"])
def test_the_document_can_be_printed(report: Report, result: ReportResult, tmp_path: Path) -> None:
    dsrdump = tool("dsrdump")
    path = written(tmp_path, result, report)
    printed = subprocess.run([dsrdump, path], capture_output=True, text=True, check=True).stdout
    assert re.findall(r"(\w+) Flag +: (\w+)", printed) == [
        ("Preliminary", "PRELIMINARY"),
        ("Completion", "COMPLETE"),
        ("Verification", "UNVERIFIED"),
    ]
    assert '<contains NUM:(,,"Diameter")="34.0" (mm,UCUM,"mm")>' in printed
