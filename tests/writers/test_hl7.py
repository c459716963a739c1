import re
from pathlib import Path

import hl7
import pytest
from hl7apy.parser import parse_message
from hypothesis import given, settings
from hypothesis import strategies as st

from horad.knowledge.standards import load_hl7
from horad.records import DicomReference, Metadata, Report, ReportResult, Summary
from horad.terms import ReportStatus
from horad.writers.hl7 import Hl7Writer, escaped, message
from tests.made_results import results
from tests.writers import hl7_back, statements_back

REPORT = Report(
    text="Mature bone.",
    metadata=Metadata(
        id="case-1",
        patient_id="P-1",
        accession_number="A-1",
        sender="RIS",
        study_date="2024-05-06",
        issued="2024-05-07T08:09:10+02:00",
    ),
)


def text_of(result: ReportResult, report: Report = REPORT) -> str:
    return "\r".join(message(result, report)) + "\r"


def fields(result: ReportResult, segment: str, report: Report = REPORT) -> list[str]:
    """The fields of the first segment of a kind."""
    return next(one for one in message(result, report) if one.startswith(segment)).split("|")


def test_a_message_reads_back_to_summary_and_findings(result: ReportResult) -> None:
    assert hl7_back.read(text_of(result)) == statements_back.expected(result)


@given(result=results())
def test_any_result_reads_back(result: ReportResult) -> None:
    assert hl7_back.read(text_of(result)) == statements_back.expected(result)


@settings(max_examples=5)
@given(result=results())
def test_any_message_is_a_valid_oru(result: ReportResult) -> None:
    parse_message(text_of(result), find_groups=True).validate()


def test_a_bare_report_is_a_valid_oru(result: ReportResult) -> None:
    silent = result.model_copy(update={"summary": Summary(), "findings": (), "alerts": (), "in_scope": False})
    parse_message(text_of(silent, Report(text="")), find_groups=True).validate()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_text_is_read_back_and_breaks_no_field(text: str) -> None:
    inside = escaped(text)
    assert not set("|^~&\r\n") & set(inside)
    unescape = hl7.parse(f"MSH|^~\\&|A|B|||||ORU^R01|1|P|2.5.1\rOBX|1|ST|a||{inside}\r").unescape
    assert unescape(inside) == text


def test_line_ends_are_breaks_and_other_control_characters_go() -> None:
    assert escaped("a\r\nb\nc\x00\x0bd\te") == "a\\.br\\b\\.br\\cd\te"


def test_the_text_goes_along_as_it_was_read(result: ReportResult) -> None:
    made = hl7.parse(text_of(result, REPORT.model_copy(update={"text": "Line 1 | a^b\nLine 2 & c"})))
    line = made.segments("OBX")[0]
    assert str(line[3]) == "18748-4^Diagnostic imaging study^LN"
    assert str(line[5]) == "Line 1 \\F\\ a\\S\\b\\.br\\Line 2 \\T\\ c"


def test_of_a_sender_the_facility_is_named(result: ReportResult) -> None:
    metadata = REPORT.metadata.model_copy(update={"sender": "RIS|General Hospital"})
    assert fields(result, "MSH", REPORT.model_copy(update={"metadata": metadata}))[3] == "General Hospital"


def test_the_header_says_what_it_is(result: ReportResult) -> None:
    head = fields(result, "MSH")
    assert (head[2], head[3], head[8], head[10], head[11], head[17]) == (
        "HORAD",
        "RIS",
        "ORU^R01^ORU_R01",
        "P",
        "2.5.1",
        "UNICODE UTF-8",
    )


def test_the_control_id_is_the_same_in_every_run_and_another_for_another_text(result: ReportResult) -> None:
    other = result.model_copy(update={"text_sha256": "1" * 64})
    first, again, changed = (fields(one, "MSH")[9] for one in (result, result, other))
    assert re.fullmatch("[0-9a-f]{20}", first)
    assert (first == again, first == changed) == (True, False)


def test_the_request_tells_whose_report_it_is(result: ReportResult) -> None:
    request = fields(result, "OBR")
    assert (request[3], request[7], request[18], request[22], request[24]) == (
        "case-1",
        "20240506",
        "A-1",
        "20240507080910",
        "RAD",
    )
    assert fields(result, "PID")[3:6] == ["P-1", "", "^^^^^^U"]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (ReportStatus.FINAL, "P"),
        (ReportStatus.PRELIMINARY, "P"),
        (ReportStatus.UNKNOWN, "P"),
        (ReportStatus.CORRECTED, "C"),
        (ReportStatus.CANCELLED, "X"),
    ],
)
def test_results_are_preliminary_and_a_correction_is_told_in_the_request(
    status: ReportStatus, code: str, result: ReportResult
) -> None:
    made = message(result.model_copy(update={"report_status": status}), REPORT)
    assert next(one for one in made if one.startswith("OBR")).split("|")[25] == code
    assert {one.split("|")[11] for one in made if one.startswith("OBX")} == {"P"}


def test_every_status_has_its_code() -> None:
    assert set(load_hl7().status) == set(ReportStatus)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Grün^Ada^M^Dr^Jr", "Grün^Ada^M^Jr^Dr"),
        ("Wong", "Wong"),
        ("Wang^XiaoDong=王^小東", "Wang^XiaoDong"),
        ("A|B^C", "A\\F\\B^C"),
        ("^^", "^^^^^^U"),
        (None, "^^^^^^U"),
    ],
)
def test_a_name_of_dicom_stands_in_the_order_of_hl7(name: str | None, field: str, result: ReportResult) -> None:
    reference = DicomReference(
        study_uid="1.2",
        series_uid="1.2.3",
        sop_uid="1.2.3.4",
        sop_class_uid="1.2",
        patient_name=name,
        patient_birth_date="19600102",
        patient_sex="F",
    )
    patient = fields(result, "PID", REPORT.model_copy(update={"reference": reference}))
    assert (patient[5], patient[7], patient[8]) == (field, "19600102", "F")


def test_the_use_and_the_version_stand_beside_the_request(result: ReportResult) -> None:
    notes = [one for one in message(result, REPORT) if one.startswith("NTE")][:2]
    assert notes == [
        "NTE|1|L|For research, dataset building and quality review; not a medical device.",
        f"NTE|2|L|horad 0.1.0, rules {'0' * 64}",
    ]


def test_words_follow_their_value(result: ReportResult) -> None:
    made = message(result, REPORT)
    place = made.index("NTE|1|L|Follows fat on T1")
    assert made[place - 1].split("|")[3:6] == ["1013^Marrow signal^99HORAD", "", "2701^Fat inside the new bone^99HORAD"]


def test_a_file_is_a_batch_of_all_messages(result: ReportResult, tmp_path: Path) -> None:
    silent = result.model_copy(update={"summary": Summary(), "findings": (), "report_id": "b"})
    with Hl7Writer(tmp_path / "out.hl7") as writer:
        writer.write(result, REPORT)
        writer.write(silent, REPORT)
    text = (tmp_path / "out.hl7").read_bytes().decode("utf-8")
    [batch] = hl7.parse_file(text)
    assert [str(one.segment("MSH")[9]) for one in batch] == ["ORU^R01^ORU_R01"] * 2
    assert text.split("\r")[-3:] == ["BTS|2", "FTS|1", ""]


def test_no_result_is_an_empty_batch(tmp_path: Path) -> None:
    with Hl7Writer(tmp_path / "out.hl7"):
        pass
    assert (tmp_path / "out.hl7").read_bytes() == b"FHS|^~\\&|HORAD\rBHS|^~\\&|HORAD\rBTS|0\rFTS|1\r"


def test_the_same_report_and_rules_give_the_same_bytes(result: ReportResult, tmp_path: Path) -> None:
    for name in ("a", "b"):
        with Hl7Writer(tmp_path / name) as writer:
            writer.write(result, REPORT)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
