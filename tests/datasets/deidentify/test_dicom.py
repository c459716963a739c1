"""DICOM files: nothing of the header that names a person is left, references hold together, and the files are read."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.sr._concepts_dict import concepts

from horad.datasets.deidentify.dicom import METHODS, DicomOutcome, deidentify_dicom
from horad.datasets.deidentify.keys import Key
from horad.datasets.deidentify.known import KnownValues
from horad.datasets.deidentify.records import RecordCleaner
from horad.datasets.deidentify.texts import Cleaner, Options
from horad.errors import SourceError
from horad.imaging.series import load_series
from horad.readers.detect import read_source
from horad.records import Metadata, Report
from tests.imaging import made, phantom_files
from tests.readers.dicom_made import CT, PDF, code, document, item, save

KEY = Key(b"d" * 32)
SECRETS = (
    b"TALLOW",
    b"OMRI",
    b"19610203",
    b"A1234567",
    b"Kiln Row",
    b"FARRIER",
    b"1.2.826.0.99",
    b"K448213",
    b"20240104",
)


def _clean(text: str, days: int, _known: KnownValues, _near: dt.date | None) -> str:
    assert days == KEY.days("K448213")
    return text.replace("Tallow", "[NAME]")


def _header(dataset: Dataset, number: int) -> Dataset:
    dataset.PatientID, dataset.AccessionNumber, dataset.PatientAddress = "K448213", "A1234567", "3 Kiln Row"
    dataset.ReferringPhysicianName, dataset.PatientAge = "FARRIER^TESS", "093Y"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.826.0.99.1", "1.2.826.0.99.2"
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.826.0.99.3.{number}"
    dataset.add_new(0x00091001, "LO", "TALLOW private")
    return dataset


def _image(number: int) -> Dataset:
    shown = _header(document([], kind=CT, Modality="CT"), number)
    shown.Rows = shown.Columns = 2
    shown.BitsAllocated = shown.BitsStored = 16
    shown.HighBit, shown.PixelRepresentation, shown.SamplesPerPixel = 15, 0, 1
    shown.PhotometricInterpretation, shown.PixelData = "MONOCHROME2", b"\1\0\2\0\3\0\4\0"
    shown.ImageComments, shown.FrameOfReferenceUID = "TALLOW seen", "1.2.826.0.99.7"
    return shown


def _report() -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = CT, "1.2.826.0.99.3.1"
    items = [
        item("TEXT", "Findings", TextValue="Mr Tallow: bone beside the hip."),
        item("PNAME", "Person Observer Name", PersonName="FARRIER^TESS"),
        item("IMAGE", "", ReferencedSOPSequence=Sequence([reference])),
    ]
    return _header(document(items), 9)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DicomOutcome]:
    folder = tmp_path_factory.mktemp("dicom")
    source = folder / "TALLOW_OMRI"
    source.mkdir()
    save(_image(1), source / "TALLOW1.dcm")
    save(_image(2), source / "TALLOW2.dcm")
    save(_report(), source / "report.dcm")
    save(_header(document([], kind=PDF, EncapsulatedDocument=b"%PDF-1."), 8), source / "scan.dcm")
    (source / "notes.txt").write_text("TALLOW")
    (source / "linked.dcm").symlink_to(source / "TALLOW1.dcm")
    return folder / "out", deidentify_dicom(source, folder / "out", KEY, _clean)


def _files(out: Path) -> dict[str, Any]:
    return {
        str(file.get("Modality")) + str(file.get("InstanceNumber", "")): file
        for file in map(pydicom.dcmread, _paths(out))
    }


def _paths(out: Path) -> list[Path]:
    return sorted(out.rglob("*.dcm"))


def test_files_are_written_or_left_out_with_their_reason(done: tuple[Path, DicomOutcome]) -> None:
    assert done[1].written == 3
    assert sorted(reason for _, reason in done[1].left_out) == [
        "holds a document (PDF or other), which is not cleaned",
        "is no DICOM file",
    ]


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_that_names_a_person_is_left(done: tuple[Path, DicomOutcome], secret: bytes) -> None:
    assert [path.name for path in _paths(done[0]) if secret in path.read_bytes()] == []
    assert secret.decode() not in " ".join(map(str, done[0].rglob("*")))
    assert secret.decode() not in str(done[1])


def test_references_still_lead_to_their_files(done: tuple[Path, DicomOutcome]) -> None:
    files = [pydicom.dcmread(path) for path in _paths(done[0])]
    report = next(file for file in files if file.Modality == "SR")
    images = {file.SOPInstanceUID for file in files if file.Modality == "CT"}
    assert report.ContentSequence[2].ReferencedSOPSequence[0].ReferencedSOPInstanceUID in images
    assert len({file.StudyInstanceUID for file in files}) == 1
    assert {file.file_meta.MediaStorageSOPInstanceUID for file in files} == {file.SOPInstanceUID for file in files}


def test_the_text_of_a_report_is_cleaned_and_read_again(done: tuple[Path, DicomOutcome]) -> None:
    (report,) = [record for record in read_source(done[0]) if isinstance(record, Report)]
    assert report.text == "Findings:\nMr [NAME]: bone beside the hip."
    assert report.metadata.patient_id == KEY.pseudonym("patient", "K448213")


def test_the_file_says_how_it_was_cleaned(done: tuple[Path, DicomOutcome]) -> None:
    file = pydicom.dcmread(_paths(done[0])[0])
    assert file.PatientIdentityRemoved == "YES"
    assert "PatientAge" not in file
    assert [code.CodeValue for code in file.DeidentificationMethodCodeSequence] == [value for value, _ in METHODS]
    assert (file.preamble, [element for element in file if element.tag.is_private]) == (bytes(128), [])


@pytest.mark.parametrize(("value", "meaning"), METHODS)
def test_the_codes_stand_in_the_dictionaries(value: str, meaning: str) -> None:
    known = {number: text for entry in concepts["DCM"].values() for number, (text, _) in entry.items()}
    assert known[value] == meaning


def test_the_same_key_gives_the_same_bytes(done: tuple[Path, DicomOutcome], tmp_path: Path) -> None:
    source = tmp_path / "one"
    source.mkdir()
    save(_image(1), source / "a.dcm")
    deidentify_dicom(source, tmp_path / "out", KEY, _clean)
    (again,) = _paths(tmp_path / "out")
    assert again.read_bytes() == (done[0] / again.relative_to(tmp_path / "out")).read_bytes()


def test_images_that_may_show_text_are_told(tmp_path: Path) -> None:
    burned = _image(1)
    burned.BurnedInAnnotation = "YES"
    save(burned, tmp_path / "a.dcm")
    assert deidentify_dicom(tmp_path / "a.dcm", tmp_path / "out", KEY, _clean).risks == [
        ("file 1", "images whose pixels may show text; look at them")
    ]


def test_a_source_without_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(SourceError, match="is no DICOM file"):
        deidentify_dicom(tmp_path / "a.txt", tmp_path / "out", KEY, _clean)


def _really(text: str, days: int, known: KnownValues, near: dt.date | None) -> str:
    return Cleaner(KEY, Options()).clean(text, days, known, near).text


def _cleaned(folder: Path, *files: Dataset) -> tuple[DicomOutcome, list[Any]]:
    source = folder / "source"
    source.mkdir()
    for number, file in enumerate(files):
        save(file, source / f"{number}.dcm")
    outcome = deidentify_dicom(source, folder / "out", KEY, _really)
    return outcome, [pydicom.dcmread(path) for path in _paths(folder / "out")]


@pytest.mark.parametrize(
    "text",
    [
        "Tallow has bone beside the hip.",
        "Compared with TALLOW, hip.",
        "Tallow, Omri: bone.",
        "Omri T. was seen.",
        "Discussed with Farrier.",
        "Patient K448213, request A1234567.",
        "Study 1.2.826.0.99.1 compared.",
    ],
)
def test_what_the_header_says_of_people_is_not_left_in_the_text(tmp_path: Path, text: str) -> None:
    _, (report,) = _cleaned(tmp_path, _header(document([item("TEXT", "Findings", TextValue=text)]), 9))
    held = [secret for secret in map(bytes.decode, SECRETS) if secret.lower() in str(report).lower()]
    assert held == []


@pytest.mark.parametrize("kind", ["CODE", "NUM", ""])
def test_text_in_items_of_any_kind_is_cleaned(tmp_path: Path, kind: str) -> None:
    _, (report,) = _cleaned(tmp_path, _header(document([item(kind, "Findings", TextValue="Mr Tallow")]), 9))
    assert report.ContentSequence[0].TextValue == "Mr [NAME]"


def test_labels_and_notes_in_sequences_are_cleaned(tmp_path: Path) -> None:
    image, segment, note, place = _image(1), Dataset(), Dataset(), Dataset()
    segment.SegmentLabel, segment.SegmentDescription = "Tallow hip", "Mr Tallow"
    segment.SegmentedPropertyTypeCodeSequence = Sequence([code("Bone of Omri Tallow")])
    note.UnformattedTextValue = "Omri Tallow"
    place.TextObjectSequence = Sequence([note])
    image.SegmentSequence, image.GraphicAnnotationSequence = Sequence([segment]), Sequence([place])
    image.EvaluatorName = "FARRIER^TESS"
    image.add_new(0x00400FFE, "LO", "TALLOW in no dictionary")
    outcome, (cleaned,) = _cleaned(tmp_path, image)
    assert outcome.written == 1
    assert [word for word in ("tallow", "omri", "farrier") if word in str(cleaned).lower()] == []


def test_words_in_the_place_of_a_date_or_time_are_not_left(tmp_path: Path) -> None:
    image = _image(1)
    with pydicom.config.disable_value_validation():
        image.add_new("AcquisitionDateTime", "DT", "20240104101500 TALLOW")
        image.add_new("SeriesTime", "TM", "101500 TALLOW")
        save(image, tmp_path / "a.dcm")
    deidentify_dicom(tmp_path / "a.dcm", tmp_path / "out", KEY, _really)
    (cleaned,) = map(pydicom.dcmread, _paths(tmp_path / "out"))
    assert (str(cleaned.AcquisitionDateTime), str(cleaned.SeriesTime)) == ("", "")


def test_age_and_birth_date_go_though_other_dates_move(tmp_path: Path) -> None:
    image = _image(1)
    image.PatientBirthDate, image.PatientAge, image.StudyDate = "19640203", "060Y", "20240501"
    _, (cleaned,) = _cleaned(tmp_path, image)
    assert (cleaned.PatientBirthDate, "PatientAge" in cleaned) == ("", False)
    moved = dt.date(2024, 5, 1) + dt.timedelta(days=KEY.days("K448213"))
    assert cleaned.StudyDate == f"{moved:%Y%m%d}"


def test_two_files_of_one_instance_are_not_written_over_each_other(tmp_path: Path) -> None:
    other = _image(1)
    other.PixelData = b"\5\0" * 4
    outcome, (cleaned,) = _cleaned(tmp_path, _image(1), other)
    assert (outcome.written, cleaned.PixelData) == (1, b"\1\0\2\0\3\0\4\0")
    assert outcome.left_out == [("file 2", "is the same SOP instance as an earlier file")]


@pytest.mark.parametrize("cut", [1, 3, 7, 10, 40, 300])
@pytest.mark.parametrize("made_of", [_image, lambda _: _report()], ids=["image", "report"])
def test_a_file_that_was_cut_off_is_left_out(tmp_path: Path, cut: int, made_of: Any) -> None:
    buffer = io.BytesIO()
    made_of(1).save_as(buffer, enforce_file_format=True)
    (tmp_path / "a.dcm").write_bytes(buffer.getvalue()[:-cut])
    with pytest.raises(SourceError, match="ends before its end|cannot be read"):
        deidentify_dicom(tmp_path / "a.dcm", tmp_path / "out", KEY, _really)


def test_a_file_that_is_deflated_as_a_whole_is_left_out(tmp_path: Path) -> None:
    deflated = _image(1)
    deflated.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
    save(deflated, tmp_path / "a.dcm")
    with pytest.raises(SourceError, match="is deflated as a whole"):
        deidentify_dicom(tmp_path / "a.dcm", tmp_path / "out", KEY, _really)


def test_nothing_stays_of_a_file_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Dataset.save_as

    def broken(dataset: Dataset, path: Path, **options: Any) -> None:
        whole(dataset, path, **options)
        if dataset.SOPInstanceUID == KEY.uid("1.2.826.0.99.3.2"):
            raise ValueError("TALLOW")

    source = tmp_path / "source"
    source.mkdir()
    save(_image(1), source / "a.dcm")
    save(_image(2), source / "b.dcm")
    monkeypatch.setattr(Dataset, "save_as", broken)
    outcome = deidentify_dicom(source, tmp_path / "out", KEY, _really)
    assert outcome.left_out == [("file 2", "cannot be read or written again (ValueError)")]
    assert [path.stem for path in _paths(tmp_path / "out")] == [KEY.uid("1.2.826.0.99.3.1")]


def test_secondary_captures_may_show_text(tmp_path: Path) -> None:
    captured = _image(1)
    captured.SOPClassUID = captured.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    outcome, _ = _cleaned(tmp_path, captured)
    assert outcome.risks == [("file 1", "images whose pixels may show text; look at them")]


def test_the_patient_is_the_one_of_the_cleaned_reports(tmp_path: Path) -> None:
    _, (image,) = _cleaned(tmp_path, _image(1))
    report = Report(text="Bone.", metadata=Metadata(id="1", patient_id="K448213", accession_number="A1234567"))
    metadata = RecordCleaner(KEY, Options()).report(report)[0].metadata
    assert image.PatientID == metadata.patient_id
    assert image.AccessionNumber == str(metadata.accession_number)[:16]


_TOLD = {
    **dict.fromkeys(("PatientBirthDate", "PatientSex", "StudyTime", "StudyID", "ReferringPhysicianName"), ""),
    "PatientID": "K448213",
    "PatientName": "TALLOW^OMRI",
    "StudyDate": "20240104",
    "AccessionNumber": "A1234567",
    "SeriesNumber": 1,
    "BodyPartExamined": "HIP",
}


def _with_segmentation(folder: Path) -> Path:
    source = made.series(
        folder, made.straight(), {number: {"InstanceNumber": number + 1} for number in range(5)}, **_TOLD
    )
    for path in source.glob("*.dcm"):
        image = pydicom.dcmread(path)
        image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
        save(image, path)
    mask = np.zeros((5, 16, 12), bool)
    mask[1:3, 2:5, 2:5] = True
    phantom_files.write_seg(source / "seg.dcm", source, {"Tallow hip": mask})
    return source


def test_a_series_and_its_segmentation_still_belong_together(tmp_path: Path) -> None:
    outcome = deidentify_dicom(_with_segmentation(tmp_path / "source"), tmp_path / "out", KEY, _really)
    assert (outcome.written, outcome.left_out) == (6, [])
    files = [pydicom.dcmread(path) for path in _paths(tmp_path / "out")]
    (seg,) = [file for file in files if file.Modality == "SEG"]
    referenced = {item.ReferencedSOPInstanceUID for item in seg.ReferencedSeriesSequence[0].ReferencedInstanceSequence}
    assert referenced
    assert referenced <= {file.SOPInstanceUID for file in files if file.Modality == "CT"}
    assert {file.FrameOfReferenceUID for file in files} == {KEY.uid(made.FRAME_UID)}
    assert "tallow" not in str(seg).lower()


def test_a_cleaned_series_is_read_with_the_same_values(tmp_path: Path) -> None:
    source = _with_segmentation(tmp_path / "source")
    deidentify_dicom(source, tmp_path / "out", KEY, _really)
    before = load_series(source, made.SERIES_UID).volume
    after = load_series(tmp_path / "out", KEY.uid(made.SERIES_UID)).volume
    assert before is not None
    assert after is not None
    assert np.array_equal(before.values, after.values)
