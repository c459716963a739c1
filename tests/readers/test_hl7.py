"""HL7 v2 in: what parts messages, segments and lines, what text means, and what is no report."""

import base64
import io
import random
import time
import tracemalloc
from pathlib import Path

import pytest

from horad.readers import hl7
from horad.readers.detect import read_source
from horad.readers.hl7_escapes import Delimiters, unescaped
from horad.readers.rows import Columns
from horad.records import Rejection, Report
from horad.terms import ReportStatus
from tests.readers.hl7_made import message, mutated, obr, obx, oru

ENVELOPED = "FHS|^~\\&\rBHS|^~\\&\r{0}{0}BTS|2\rFTS|1\r"


def _read(folder: Path, content: str | bytes, name: str = "night.hl7") -> list[Report | Rejection]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_source(path))


def _only(folder: Path, content: str | bytes) -> Report:
    (record,) = _read(folder, content)
    assert isinstance(record, Report)
    return record


@pytest.mark.parametrize("line_end", ["\r", "\n", "\r\n"], ids=["CR", "LF", "CRLF"])
def test_whatever_ends_its_lines_a_message_is_read(tmp_path: Path, line_end: str) -> None:
    record = _only(tmp_path, oru(["First line.", "Second line."]).replace("\r", line_end))
    assert record.text == "First line.\nSecond line."


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(ENVELOPED.format(oru()), id="batch"),
        pytest.param(f"\x0b{oru()}\x1c\r\x0b{oru()}\x1c\r", id="frames"),
        pytest.param(oru() + "\n\n" + oru(), id="blank lines between"),
    ],
)
def test_every_message_of_a_file_is_read(tmp_path: Path, content: str) -> None:
    records = _read(tmp_path, content)
    assert [record.text for record in records if isinstance(record, Report)] == [
        "Heterotopic ossification of the left hip."
    ] * 2
    assert [record.position for record in records] == [1, 2]


def test_hl7_is_recognised_under_any_name_and_behind_a_mark(tmp_path: Path) -> None:
    (record,) = _read(tmp_path, b"\xef\xbb\xbf" + oru().encode(), "report.txt")
    assert isinstance(record, Report)
    assert record.form == "hl7"


def test_a_raw_line_end_inside_a_text_belongs_to_it(tmp_path: Path) -> None:
    assert _only(tmp_path, oru(["FINDINGS:\nNo bone.\nOBXERVED twice."])).text == "FINDINGS:\nNo bone.\nOBXERVED twice."


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("8859/1", "latin-1"), ("UNICODE UTF-8", "utf-8"), ("", "utf-8"), ("8859/15", "iso-8859-15"), ("BIG-5", "big5")],
)
def test_the_declared_character_set_is_read(tmp_path: Path, charset: str, encoding: str) -> None:
    said = "骨化" if encoding == "big5" else "ossification hétérotopique"
    record = _only(tmp_path, message(obr(), obx(said), charset=charset).encode(encoding))
    assert record.text == said
    assert record.warnings == ()


@pytest.mark.parametrize(
    ("charset", "warning"),
    [
        ("UNICODE UTF-8", "not valid utf-8, read as cp1252"),
        ("KLINGON", "names a character set that is not known, read as utf-8"),
    ],
)
def test_another_character_set_is_told(tmp_path: Path, charset: str, warning: str) -> None:
    record = _only(tmp_path, message(obr(), obx("os hétérotopique"), charset=charset).encode("latin-1"))
    assert record.text == "os hétérotopique"
    assert warning in record.warnings


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        ("Brooker III\\.br\\No mass.", "Brooker III\nNo mass."),
        ("a\\.sp2\\b", "a\n\nb"),
        ("a\\.sp\\b", "a\nb"),
        ("a\\.sk3\\b", "a   b"),
        ("a\\.ce\\b", "a\nb"),
        ("a\\.in+5\\b", "ab"),
        ("\\H\\HIP\\N\\ seen", "HIP seen"),
        ("3\\F\\4 \\S\\ \\T\\ \\R\\ \\E\\", "3|4 ^ & ~ \\"),
        ("caf\\XE9\\", "café"),
        ("a\\Z99\\b", "ab"),
        ("C:\\temp is no sequence", "C:\\temp is no sequence"),
        ("a\\unknown\\b", "a\\unknown\\b"),
        ("a\\.xx\\b", "a\\.xx\\b"),
        ("a\\.ti-4\\b", "ab"),
        ("a\\C2842\\b\\M2442B8\\c", "abc"),
        ("CT\\MRI pelvis\\radiograph", "CT\\MRI pelvis\\radiograph"),
        ("hip\\Calcified mass\\pelvis", "hip\\Calcified mass\\pelvis"),
        ("plain", "plain"),
    ],
)
def test_escape_sequences_become_what_they_stand_for(escaped: str, text: str) -> None:
    assert unescaped(escaped, Delimiters(), "latin-1") == text


def test_own_delimiters_are_read(tmp_path: Path) -> None:
    content = oru(["one?two ^ three/.br/four"]).replace("|", "#").replace("MSH#^~\\&", "MSH#$?/&").replace("^", "$", 99)
    record = _only(tmp_path, content)
    assert record.text == "one\ntwo $ three\nfour"
    assert record.metadata.accession_number == "A1"


def test_repetitions_are_lines_and_other_delimiters_in_a_text_are_letters(tmp_path: Path) -> None:
    assert _only(tmp_path, oru(["Seen in A&E~X^Y"])).text == "Seen in A&E\nX^Y"


def test_lines_of_one_code_stand_together_numbered_by_their_sub_id(tmp_path: Path) -> None:
    content = message(
        obr(),
        obx("b2", code="B", sub="2"),
        obx("a1", code="A", sub="1"),
        obx("b1", code="B", sub="1"),
        obx("a2", code="A", sub="2"),
    )
    assert _only(tmp_path, content).text == "b1\nb2\na1\na2"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (obx("83323007^Ossification^SCT", kind="CE"), "Ossification"),
        (obx("X^Code^L^^^^^^Bone beside the hip", kind="CWE"), "Bone beside the hip"),
        ("OBX|1|NM|LEN^Length^L||34|mm^mm^UCUM|||||F", "Length: 34 mm"),
    ],
)
def test_coded_values_and_numbers_are_text_too(tmp_path: Path, line: str, text: str) -> None:
    assert _only(tmp_path, message(obr(), line)).text == text


@pytest.mark.parametrize(
    ("request_status", "line_status", "status"),
    [
        ("F", "F", ReportStatus.FINAL),
        ("P", "P", ReportStatus.PRELIMINARY),
        ("R", "R", ReportStatus.PRELIMINARY),
        ("C", "C", ReportStatus.CORRECTED),
        ("F", "C", ReportStatus.CORRECTED),
        ("", "C", ReportStatus.CORRECTED),
        ("", "P", ReportStatus.PRELIMINARY),
        ("", "", ReportStatus.UNKNOWN),
        ("X", "X", ReportStatus.CANCELLED),
        ("F", "X", ReportStatus.CANCELLED),
        ("Y", "", ReportStatus.UNKNOWN),
    ],
)
def test_the_status_is_honoured(tmp_path: Path, request_status: str, line_status: str, status: ReportStatus) -> None:
    record = _only(tmp_path, message(obr(status=request_status), obx("Bone.", status=line_status)))
    assert record.metadata.report_status is status
    assert not record.is_withdrawn


@pytest.mark.parametrize(("request_status", "line_status"), [("W", "F"), ("F", "W"), ("F", "D")])
def test_what_was_entered_in_error_is_withdrawn(tmp_path: Path, request_status: str, line_status: str) -> None:
    assert _only(tmp_path, message(obr(status=request_status), obx("Bone.", status=line_status))).is_withdrawn


def test_lines_taken_back_are_left_out(tmp_path: Path) -> None:
    content = message(obr(), obx("Bone."), obx("Tumour.", status="D"), obx("Mass.", status="W"), obx("x", status="X"))
    assert _only(tmp_path, content).text == "Bone."


def test_what_is_known_of_the_report_is_carried(tmp_path: Path) -> None:
    metadata = _only(tmp_path, oru()).metadata
    assert metadata.model_dump(exclude_defaults=True) == {
        "id": "F1",
        "patient_id": "77",
        "accession_number": "A1",
        "sender": "RIS|STMARK",
        "issued": "2024-01-05T10:15:00",
        "study_date": "2024-01-04",
        "modality": "CT",
        "report_status": ReportStatus.FINAL,
    }


def test_the_record_number_is_taken_among_several(tmp_path: Path) -> None:
    content = message(obr(), obx("Bone."), patient="1^^^S^SS~2^^^H^MR~3^^^H^PI")
    assert _only(tmp_path, content).metadata.patient_id == "2"


def test_what_names_people_is_for_the_de_identifier_alone(tmp_path: Path) -> None:
    record = _only(tmp_path, oru())
    assert record.identifiers["patient_name"] == "TALLOW\nOMRI"
    assert record.identifiers["requesting_physician"] == "9\nFARRIER\nTESS"
    assert record.metadata.extra == {}


@pytest.mark.parametrize(
    ("stamp", "issued"),
    [
        ("20240105101500.5+0100", "2024-01-05T10:15:00.500000+01:00"),
        ("202401051015", "2024-01-05T10:15:00"),
        ("20240105", "2024-01-05T00:00:00"),
        ("202401", "2024-01-01T00:00:00"),
        ("", "2024-01-05T12:00:00"),
        ("20241305", "2024-01-05T12:00:00"),
        ("yesterday", "2024-01-05T12:00:00"),
    ],
)
def test_the_time_of_issue_is_obr_22_else_that_of_the_message(tmp_path: Path, stamp: str, issued: str) -> None:
    assert _only(tmp_path, oru(at=stamp)).metadata.issued == issued


def test_every_request_of_a_message_is_a_report(tmp_path: Path) -> None:
    content = message(obr(filler="F1"), obx("One."), obr(filler="F2"), obx("Two."))
    assert [(record.metadata.id, record.text) for record in _read(tmp_path, content) if isinstance(record, Report)] == [
        ("F1", "One."),
        ("F2", "Two."),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(
            oru().replace("ORU^R01", "ADT^A01"), "is an HL7 message of type ADT, not an observation report", id="ADT"
        ),
        pytest.param(message(obr()), "has no text", id="no text"),
        pytest.param(message(), "holds no report", id="no request"),
        pytest.param(message(obr(), obx("x^IM^PNG^Base64^AAAA", kind="ED")), "only a document", id="picture"),
        pytest.param(message(obr(), obx("http://x", kind="RP")), "only values of other types", id="pointer"),
        pytest.param("FHS|^~\\&\rBHS|^~\\&\rBTS|0\rFTS|1\r", "holds no HL7 v2 message", id="empty batch"),
    ],
)
def test_what_is_no_report_is_rejected_with_its_reason(tmp_path: Path, content: str, reason: str) -> None:
    (record,) = _read(tmp_path, content)
    assert isinstance(record, Rejection)
    assert record.reason.startswith(reason) or reason in record.reason
    assert "TALLOW" not in record.reason


def test_one_bad_message_loses_none_of_the_others(tmp_path: Path) -> None:
    records = _read(tmp_path, oru() + oru().replace("ORU^R01", "ACK") + "MSH|\r" + oru())
    assert [type(record) for record in records] == [Report, Rejection, Rejection, Report]


@pytest.mark.parametrize("block", [1 << 20, 500, 7])
@pytest.mark.parametrize("piece", ["x", "\n"], ids=["one line", "many lines"])
def test_a_message_beyond_the_limit_is_rejected_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: str, block: int
) -> None:
    from horad.knowledge.sources import load_limits
    from horad.readers import hl7_messages

    limits = load_limits()
    small = limits.model_copy(update={"hl7": limits.hl7.model_copy(update={"message_bytes": 2_000})})
    monkeypatch.setattr(hl7_messages, "load_limits", lambda: small)
    monkeypatch.setattr(hl7_messages, "_BLOCK", block)
    path = tmp_path / "night.hl7"
    path.write_text(oru([piece * 5_000]) + oru(), newline="")
    (_, first), (place, second) = hl7.read_from(path, "night.hl7", Columns())
    assert [record for _, record in hl7.read_from(path, "night.hl7", Columns(), place)] == [second]
    assert isinstance(first, Rejection)
    assert first.reason == "the message is larger than is read; send documents apart"
    assert isinstance(second, Report)


def test_a_file_without_line_ends_fills_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from horad.knowledge.sources import load_limits
    from horad.readers import hl7_messages

    limits = load_limits()
    small = limits.model_copy(update={"hl7": limits.hl7.model_copy(update={"message_bytes": 1_000_000})})
    monkeypatch.setattr(hl7_messages, "load_limits", lambda: small)
    path = tmp_path / "night.hl7"
    path.write_bytes(b"MSH|^~\\&|" + b"x" * 40_000_000)
    tracemalloc.start()
    try:
        (record,) = hl7.read(path, "night.hl7", Columns())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(record, Rejection)
    assert peak < 10_000_000


def test_a_text_of_very_many_raw_lines_takes_time_by_its_length(tmp_path: Path) -> None:
    lines = [f"line {number}" for number in range(600_000)]
    started = time.process_time()
    assert _only(tmp_path, oru(["\n".join(lines)])).text.count("\n") == 599_999
    assert time.process_time() - started < 20


def test_the_text_of_a_pdf_value_is_read(tmp_path: Path) -> None:
    from reportlab.pdfgen import canvas

    page = io.BytesIO()
    drawn = canvas.Canvas(page)
    drawn.drawString(72, 720, "Heterotopic ossification, left hip.")
    drawn.save()
    value = f"^application^pdf^Base64^{base64.b64encode(page.getvalue()).decode()}"
    assert _only(tmp_path, message(obr(), obx(value, kind="ED"))).text == "Heterotopic ossification, left hip."


def test_reading_goes_on_from_any_record(tmp_path: Path) -> None:
    path = tmp_path / "night.hl7"
    path.write_bytes((oru() + message(obr(filler="F2"), obx("a"), obr(filler="F3"), obx("b")) + oru()).encode())
    places = list(hl7.read_from(path, "night.hl7", Columns()))
    assert [[record for _, record in hl7.read_from(path, "night.hl7", Columns(), place)] for place, _ in places] == [
        [record for _, record in places[number:]] for number in range(len(places))
    ]


def test_utf_16_is_read(tmp_path: Path) -> None:
    assert _only(tmp_path, oru(["ossificação"]).encode("utf-16")).text == "ossificação"


@pytest.mark.slow
def test_mutated_messages_are_read_or_rejected(tmp_path: Path, portion: object) -> None:
    assert callable(portion)
    chance = random.Random(20240105)
    seed = (
        message(obr(), obx("Bone\\.br\\x~y"), obx("2", kind="NM"), charset="8859/1") + ENVELOPED.format(oru())
    ).encode()
    path = tmp_path / "mutated.hl7"
    records = 0
    for _ in range(portion(10_000)):
        path.write_bytes(mutated(seed, chance))
        records += len([*hl7.read(path, "mutated.hl7", Columns())])
    assert records >= portion(10_000)


def test_reports_of_one_message_with_one_accession_number_are_told_apart(tmp_path: Path) -> None:
    content = message(obr(filler="F1"), obx("One."), obr(filler="F2"), obx("Two."))
    assert [record.part for record in _read(tmp_path, content) if isinstance(record, Report)] == ["F1", "F2"]
    assert _only(tmp_path, oru()).part is None
