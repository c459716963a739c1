"""DICOM documents in: the text of a tree, what is known of it, and what is no report."""

import io
import re
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.sr.codedict import codes
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from horad.knowledge.codes import load_codes
from horad.knowledge.sources import load_dicom_source
from horad.readers.detect import read_source
from horad.records import Rejection, Report
from horad.terms import ReportStatus
from tests.readers.dicom_made import (
    BASIC_TEXT,
    CT,
    ENHANCED,
    KEY_OBJECTS,
    PDF,
    SECTIONS,
    code,
    document,
    item,
    measured,
    save,
)


def _read(folder: Path, dataset: Dataset) -> Report | Rejection:
    (record,) = read_source(save(dataset, folder / "report.dcm"))
    return record


def _only(folder: Path, dataset: Dataset) -> Report:
    record = _read(folder, dataset)
    assert isinstance(record, Report), record
    return record


def test_headings_and_texts_are_read_in_their_order(tmp_path: Path) -> None:
    assert _only(tmp_path, document()).text == (
        "Findings:\nBone beside the left hip.\nImpression:\nHeterotopic ossification."
    )


def test_texts_under_the_root_are_sections(tmp_path: Path) -> None:
    items = [item("TEXT", "Findings", TextValue="Bone.\r\nNo mass."), item("TEXT", "Impression", TextValue="Bone.")]
    assert _only(tmp_path, document(items)).text == "Findings:\nBone.\nNo mass.\nImpression:\nBone."


def test_codes_and_numbers_are_told_with_their_names(tmp_path: Path) -> None:
    nested = item("CONTAINER", "Lesion", [measured("Length", "34", "mm")])
    coded = item("CODE", "Side", ConceptCodeSequence=Items([code("Left")]))
    image = item("IMAGE", "")
    dataset = document([item("CONTAINER", "Findings", [coded, nested, image])], kind=ENHANCED)
    assert _only(tmp_path, dataset).text == "Findings:\nSide: Left\nLesion:\nLength: 34 mm"


def test_the_character_set_is_read(tmp_path: Path) -> None:
    items = [item("TEXT", "Befund", TextValue="Verknöcherung der Hüfte")]
    assert _only(tmp_path, document(items, SpecificCharacterSet="ISO_IR 100")).text == "Verknöcherung der Hüfte"


def test_what_is_known_of_the_report_is_carried(tmp_path: Path) -> None:
    record = _only(tmp_path, document())
    assert record.metadata.model_dump(exclude_defaults=True) == {
        "id": "1.2.3.4",
        "patient_id": "77",
        "accession_number": "A1",
        "sender": "St Mark",
        "issued": "2024-01-05T10:15:00",
        "study_date": "2024-01-04",
        "study_uid": "1.2.3",
        "report_status": ReportStatus.FINAL,
    }
    assert record.reference is not None
    assert (record.reference.series_uid, record.reference.patient_name) == ("1.2.3.1", "TALLOW^OMRI")
    assert record.identifiers["patient_name"] == "TALLOW^OMRI"
    assert record.form == "dicom"


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, ReportStatus.FINAL),
        ({"VerificationFlag": "UNVERIFIED"}, ReportStatus.PRELIMINARY),
        ({"CompletionFlag": "PARTIAL"}, ReportStatus.PRELIMINARY),
        ({"PreliminaryFlag": "PRELIMINARY"}, ReportStatus.PRELIMINARY),
        ({"VerificationFlag": "UNVERIFIED", "PreliminaryFlag": "FINAL"}, ReportStatus.FINAL),
        ({"PredecessorDocumentsSequence": Items([Dataset()])}, ReportStatus.CORRECTED),
    ],
)
def test_the_flags_are_honoured(tmp_path: Path, values: dict[str, object], status: ReportStatus) -> None:
    assert _only(tmp_path, document(**values)).metadata.report_status is status


def _pdf() -> bytes:
    from reportlab.pdfgen import canvas

    page = io.BytesIO()
    drawn = canvas.Canvas(page)
    drawn.drawString(72, 720, "No heterotopic ossification.")
    drawn.save()
    return page.getvalue() + b"\n" * (len(page.getvalue()) % 2)


def test_an_encapsulated_pdf_is_read(tmp_path: Path) -> None:
    assert _only(tmp_path, document([], kind=PDF, EncapsulatedDocument=_pdf())).text == "No heterotopic ossification."


@pytest.mark.parametrize(
    ("dataset", "reason"),
    [
        pytest.param(document([], kind=CT, Modality="CT", Rows=4), "is an image (CT) that is no report", id="image"),
        pytest.param(document(kind=KEY_OBJECTS), "is a selection of key images, no report", id="key images"),
        pytest.param(document([]), "is a structured report without content", id="no content"),
        pytest.param(document([item("IMAGE", "x")]), "is a structured report without text", id="no text"),
        pytest.param(
            document([], kind="1.2.840.10008.5.1.4.1.1.481.3", Modality="RTSTRUCT"),
            "is a DICOM object (RTSTRUCT) that is no report",
            id="contours",
        ),
    ],
)
def test_what_is_no_report_is_rejected_with_its_reason(tmp_path: Path, dataset: Dataset, reason: str) -> None:
    record = _read(tmp_path, dataset)
    assert isinstance(record, Rejection)
    assert record.reason == reason


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9, 0.99])
def test_a_file_that_is_cut_short_is_rejected(tmp_path: Path, kept: float) -> None:
    whole = save(document(), tmp_path / "whole.dcm").read_bytes()
    (tmp_path / "cut.dcm").write_bytes(whole[: int(len(whole) * kept)])
    (record,) = read_source(tmp_path / "cut.dcm")
    assert isinstance(record, Rejection)
    assert "cut short" in record.reason


def _evidence(*classes: str) -> Items:
    objects = []
    for number, kind in enumerate(classes):
        one = Dataset()
        one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID = kind, f"1.2.9.{number}"
        objects.append(one)
    series, study = Dataset(), Dataset()
    series.SeriesInstanceUID, series.ReferencedSOPSequence = "1.2.9", Items(objects)
    study.StudyInstanceUID, study.ReferencedSeriesSequence = "1.2.3", Items([series])
    return Items([study])


def _named(value: Dataset, name: Dataset, relation: str = "HAS ACQ CONTEXT") -> Dataset:
    made = item("CODE", "", relation=relation, ConceptCodeSequence=Items([value]))
    made.ConceptNameCodeSequence = Items([name])
    return made


TOLD = _named(code("Computed Tomography", "CT", "DCM"), code("Modality", "121139", "DCM"))
IMAGE = item("IMAGE", "", ReferencedSOPSequence=_evidence(CT)[0].ReferencedSeriesSequence[0].ReferencedSOPSequence)
REGION = _named(code("Hip", "24136001", "SCT"), code("Target Region", "123014", "DCM"))


@pytest.mark.parametrize(
    ("items", "values", "known"),
    [
        pytest.param((), {}, (None, None), id="nothing"),
        pytest.param((), {"ModalitiesInStudy": "CT"}, ("CT", None), id="study"),
        pytest.param((), {"ModalitiesInStudy": ["CT", "SR", "KO"]}, ("CT", None), id="study, with documents"),
        pytest.param((), {"ModalitiesInStudy": ["CT", "MR"]}, (None, None), id="study of two"),
        pytest.param((), {"ModalitiesInStudy": "SR", "BodyPartExamined": "HIP"}, (None, "HIP"), id="a document's own"),
        pytest.param((item("CONTAINER", "x", [TOLD, REGION]),), {}, ("CT", "Hip"), id="content"),
        pytest.param((TOLD,), {"ModalitiesInStudy": ["MR", "SR"]}, ("MR", None), id="study before content"),
        pytest.param((), {"CurrentRequestedProcedureEvidenceSequence": _evidence(CT, CT)}, ("CT", None), id="evidence"),
        pytest.param((), {"CurrentRequestedProcedureEvidenceSequence": _evidence(BASIC_TEXT)}, (None, None), id="text"),
        pytest.param((IMAGE,), {}, ("CT", None), id="image"),
        pytest.param((), {"AnatomicRegionSequence": Items([code("Elbow")])}, (None, "Elbow"), id="coded body part"),
    ],
)
def test_the_examination_is_told_where_a_document_tells_it(
    tmp_path: Path, items: tuple[Dataset, ...], values: dict[str, object], known: tuple[str | None, str | None]
) -> None:
    metadata = _only(tmp_path, document([*SECTIONS, *items], **values)).metadata
    assert (metadata.modality, metadata.body_part) == known


def test_the_tables_of_the_examination_are_those_of_the_standard() -> None:
    table = load_dicom_source()
    words = {"CT": "CT", "MR": "MR", "CR": "Computed Radiography", "DX": "Digital X-Ray", "US": "Ultrasound|US Volume"}
    words |= {"NM": "Nuclear Medicine", "PT": "Positron|PET", "XA": "Angiographic|XA", "RF": "Radiofluoroscopic|XRF"}
    names = {uid: UID(uid).name for uid in table.image_class}
    wrong = {uid: names[uid] for uid, kind in table.image_class.items() if not re.search(words[kind], names[uid])}
    assert wrong == {}
    assert {name.code for name in table.item.values()} == {codes.DCM.Modality.value, codes.DCM.TargetRegion.value}
    assert set(table.image_class.values()) <= set(load_codes().modalities)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian], ids=["explicit", "implicit"])
@pytest.mark.parametrize("is_bare", [False, True], ids=["with its header", "bare"])
def test_a_file_without_preamble_is_read(tmp_path: Path, syntax: UID, *, is_bare: bool) -> None:
    dataset = document()
    dataset.file_meta.TransferSyntaxUID = syntax
    whole = save(dataset, tmp_path / "whole.dcm").read_bytes()[132:]
    if is_bare:
        whole = whole[whole.index(b"\x08\x00\x16\x00") :]
    (tmp_path / "kept").write_bytes(whole)
    (tmp_path / "kept-cut").write_bytes(whole[:-40])
    read, cut = (record for name in ("kept", "kept-cut") for record in read_source(tmp_path / name))
    assert isinstance(read, Report)
    assert isinstance(cut, Rejection)
    assert (read.text.count("\n"), read.metadata.accession_number, read.form) == (3, "A1", "dicom")
    assert cut.reason == "is cut short (truncated)"


def test_a_tree_without_end_is_rejected_and_the_next_file_read(tmp_path: Path) -> None:
    deep = item("TEXT", "x", TextValue="x")
    for _ in range(150):
        deep = item("CONTAINER", "x", [deep])
    assert isinstance(_read(tmp_path, document([deep])), Rejection)
    assert isinstance(_read(tmp_path, document()), Report)


def test_a_document_has_the_id_of_its_predecessor(tmp_path: Path) -> None:
    one, series, study = Dataset(), Dataset(), Dataset()
    one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID = BASIC_TEXT, "1.2.3.1.9"
    series.SeriesInstanceUID, series.ReferencedSOPSequence = "1.2.3.1", Items([one])
    study.StudyInstanceUID, study.ReferencedSeriesSequence = "1.2.3", Items([series])
    assert _only(tmp_path, document(PredecessorDocumentsSequence=Items([study]))).metadata.id == "1.2.3.1.9"
