"""DICOM documents for tests: structured reports and encapsulated PDFs of invented people."""

from collections.abc import Sequence
from pathlib import Path

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian

BASIC_TEXT, ENHANCED, KEY_OBJECTS = (f"1.2.840.10008.5.1.4.1.1.88.{kind}" for kind in ("11", "22", "59"))
PDF, CT = "1.2.840.10008.5.1.4.1.1.104.1", "1.2.840.10008.5.1.4.1.1.2"


def code(meaning: str, value: str = "1", scheme: str = "99TEST") -> Dataset:
    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = value, scheme, meaning
    return made


def item(
    kind: str, name: str, children: Sequence[Dataset] = (), relation: str = "CONTAINS", **values: object
) -> Dataset:
    made = Dataset()
    made.RelationshipType, made.ValueType = relation, kind
    if name:
        made.ConceptNameCodeSequence = Items([code(name)])
    if children:
        made.ContentSequence = Items(list(children))
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def measured(name: str, value: str, unit: str) -> Dataset:
    number = Dataset()
    number.NumericValue = value
    number.MeasurementUnitsCodeSequence = Items([code(unit, unit, "UCUM")])
    return item("NUM", name, MeasuredValueSequence=Items([number]))


SECTIONS = (
    item("CODE", "Language", relation="HAS CONCEPT MOD", ConceptCodeSequence=Items([code("English")])),
    item("CONTAINER", "Findings", [item("TEXT", "Finding", TextValue="Bone beside the left hip.")]),
    item("CONTAINER", "Impression", [item("TEXT", "Impression", TextValue="Heterotopic ossification.")]),
)


def document(items: Sequence[Dataset] = SECTIONS, kind: str = BASIC_TEXT, **values: object) -> Dataset:
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID, made.file_meta.MediaStorageSOPInstanceUID = kind, "1.2.3.4"
    made.SOPClassUID, made.SOPInstanceUID = kind, "1.2.3.4"
    made.StudyInstanceUID, made.SeriesInstanceUID, made.Modality = "1.2.3", "1.2.3.1", "SR"
    made.PatientID, made.PatientName, made.PatientBirthDate = "77", "TALLOW^OMRI", "19610203"
    made.AccessionNumber, made.StudyDate, made.InstitutionName = "A1", "20240104", "St Mark"
    made.ContentDate, made.ContentTime = "20240105", "101500.25"
    made.CompletionFlag, made.VerificationFlag = "COMPLETE", "VERIFIED"
    if items:
        made.ContentSequence = Items(list(items))
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def save(dataset: Dataset, path: Path) -> Path:
    dataset.save_as(path, enforce_file_format=True)
    return path
