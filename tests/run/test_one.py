import hashlib

import pytest

import horad
from horad.errors import RecordError
from horad.knowledge.load import load_rules
from horad.records import Metadata, Report
from horad.run.one import pipeline, read_record, read_report
from horad.terms import HoStatus, ReportStatus

TEXT = "CT of the pelvis.\r\nMature heterotopic ossification about the left hip.\n"


def test_a_report_is_read_with_its_metadata() -> None:
    result = horad.read(TEXT, id="7", patient_id="P", study_date="2024-05-06", report_status="final", ward="3")
    assert (result.report_id, result.patient_id, result.study_date) == ("7", "P", "2024-05-06")
    assert (result.report_status, result.extra) == (ReportStatus.FINAL, {"ward": "3"})
    assert result.summary.ho_status is HoStatus.PRESENT


def test_every_span_is_a_slice_of_the_text_as_given() -> None:
    result = horad.read(TEXT)
    assert result.evidence
    assert [TEXT[span.start : span.end] for span in result.evidence] == [span.text for span in result.evidence]


def test_the_result_is_stamped_with_text_version_and_rules() -> None:
    result = horad.read(TEXT)
    assert result.text_sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert result.provenance.model_dump() == {
        "horad": horad.__version__,
        "rules_sha256": load_rules().sha256,
        "created": None,
    }


def test_the_same_report_gives_the_same_bytes() -> None:
    nlp = pipeline()
    assert read_report(nlp, TEXT).model_dump_json() == read_report(nlp, TEXT).model_dump_json()


def test_extra_is_carried_and_changes_nothing() -> None:
    extra = {"gold": {"ho_status": "absent"}, "text": "No heterotopic ossification."}
    plain, loaded = read_report(pipeline(), TEXT), read_report(pipeline(), TEXT, Metadata(extra=extra))
    assert loaded == plain.model_copy(update={"extra": extra})


def test_the_warnings_of_a_reader_are_carried() -> None:
    result = read_record(pipeline(), Report(text=TEXT, source="a", warnings=("read as CP-1252",)))
    assert [(w.code, w.message) for w in result.warnings if w.code == "encoding"] == [("encoding", "read as CP-1252")]


@pytest.mark.parametrize("text", ["", " \n", "\0", "No words of it here.", "…" * 50], ids=repr)
def test_a_text_that_says_nothing_is_out_of_scope(text: str) -> None:
    result = horad.read(text)
    assert (result.in_scope, result.evidence, result.findings) == (False, (), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a" * 1_000_001, "longer than 1,000,000 characters; pass one report at a time", id="too long"),
        pytest.param("HO \ud800", "not valid Unicode", id="half a pair"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(RecordError, match=message):
        horad.read(text)
