"""DICOM files: nothing of the header that names a person is left, references hold together, and the files are read."""

from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.sr._concepts_dict import concepts

from horad.datasets.deidentify.dicom import METHODS, DicomOutcome, deidentify_dicom
from horad.datasets.deidentify.keys import Key
from horad.errors import SourceError
from horad.readers.detect import read_source
from horad.records import Report
from tests.readers.dicom_made import CT, PDF, document, item, save

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


def _clean(text: str, days: int) -> str:
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
    made = _header(document([], kind=CT, Modality="CT"), number)
    made.Rows = made.Columns = 2
    made.BitsAllocated = made.BitsStored = 16
    made.HighBit, made.PixelRepresentation, made.SamplesPerPixel = 15, 0, 1
    made.PhotometricInterpretation, made.PixelData = "MONOCHROME2", b"\1\0\2\0\3\0\4\0"
    made.ImageComments, made.FrameOfReferenceUID = "TALLOW seen", "1.2.826.0.99.7"
    return made


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
    assert report.metadata.patient_id == KEY.pseudonym("patient", "K448213")[:16]


def test_the_file_says_how_it_was_cleaned(done: tuple[Path, DicomOutcome]) -> None:
    file = pydicom.dcmread(_paths(done[0])[0])
    assert file.PatientIdentityRemoved == "YES"
    assert file.PatientAge == "090Y"
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
