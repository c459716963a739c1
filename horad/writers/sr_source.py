"""The DICOM object that a document refers to as its source: known by its header, or made from the report's text."""

from typing import Any

from horad.knowledge.codes import Code
from horad.knowledge.standards import load_dicom_sr
from horad.records import DicomReference, Report
from horad.terms import ReportStatus
from horad.writers import identity
from horad.writers.statements import plain

UTF_8 = "ISO_IR 192"

_BASIC_TEXT_SR = "1.2.840.10008.5.1.4.1.1.88.11"
_EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
_LO_LONGEST, _SH_LONGEST, _NAME_PARTS, _NAME_GROUPS = 64, 16, 5, 3
_SEXES = ("M", "F", "O")
# Control characters that a DICOM text may not hold become blanks, so that every other character keeps its place; so do
# tabs, which validators refuse.
_BLANKED = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - set(map(ord, "\n\f\r")), " ")


def header(report: Report, key: str) -> Any:
    """Patient, study and identity of the source, as a document in the same study must repeat them."""
    from pydicom import Dataset

    reference = known(report) or _invented(report, key)
    made = Dataset()
    made.SpecificCharacterSet = UTF_8
    made.SOPClassUID, made.SOPInstanceUID = reference.sop_class_uid, reference.sop_uid
    made.StudyInstanceUID, made.SeriesInstanceUID = reference.study_uid, reference.series_uid
    made.PatientID = _fitting(reference.patient_id, _LO_LONGEST)
    made.PatientName = _name(reference.patient_name)
    made.PatientBirthDate = _date(reference.patient_birth_date)
    made.PatientSex = reference.patient_sex if reference.patient_sex in _SEXES else ""
    made.AccessionNumber = _fitting(reference.accession_number, _SH_LONGEST)
    made.StudyDate, made.StudyTime = _date(reference.study_date), _time(reference.study_time)
    made.StudyID = _fitting(reference.study_id, _SH_LONGEST)
    made.ReferringPhysicianName = _name(reference.referring_physician)
    return made


def known(report: Report) -> DicomReference | None:
    """The source, if it is a DICOM object that can be referred to."""
    reference = report.reference
    if reference is None:
        return None
    uids = (reference.study_uid, reference.series_uid, reference.sop_uid)
    holds_reports = reference.sop_class_uid in load_dicom_sr().source
    return reference if holds_reports and all(map(identity.is_uid, uids)) else None


def long_accession(report: Report) -> str:
    """The accession number, where DICOM's attribute of at most sixteen characters cannot hold it."""
    accession = plain(report.metadata.accession_number or "")
    return "" if _fitting(accession, _SH_LONGEST) else accession


def basic_text_sr(report: Report, made: Any) -> Any:
    """The text of a report that came from no DICOM object, as a Basic Text SR with the given header."""
    from pydicom.dataset import FileMetaDataset

    about = load_dicom_sr().document
    date, time = identity.moment(report)
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID, made.file_meta.MediaStorageSOPInstanceUID = (
        made.SOPClassUID,
        made.SOPInstanceUID,
    )
    made.file_meta.TransferSyntaxUID = _EXPLICIT_LITTLE_ENDIAN
    made.file_meta.ImplementationClassUID = identity.uid("implementation")
    made.Modality, made.Manufacturer = "SR", about.manufacturer
    made.ManufacturerModelName, made.SeriesDescription = about.model, about.source_description
    made.SeriesNumber, made.InstanceNumber = about.source_series_number, 1
    made.ContentDate, made.ContentTime = date, time or "000000"
    is_final = report.metadata.report_status in (ReportStatus.FINAL, ReportStatus.CORRECTED)
    made.CompletionFlag, made.VerificationFlag = "COMPLETE", "UNVERIFIED"
    made.PreliminaryFlag = "FINAL" if is_final else "PRELIMINARY"
    made.ReferencedPerformedProcedureStepSequence, made.PerformedProcedureCodeSequence = [], []
    _add_text(made, report.text)
    return made


def _add_text(made: Any, text: str) -> None:
    from pydicom import Dataset

    concept = load_dicom_sr().concept
    made.ValueType, made.ContinuityOfContent = "CONTAINER", "SEPARATE"
    made.ConceptNameCodeSequence = [_coded(concept["source_document"])]
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", "TEXT"
    item.ConceptNameCodeSequence = [_coded(concept["source_text"])]
    item.TextValue = readable(text)
    made.ContentSequence = [item]


def readable(text: str) -> str:
    """A text as DICOM can hold it."""
    return text.translate(_BLANKED)


def _coded(code: Code) -> Any:
    from pydicom import Dataset

    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code.code, code.scheme, code.meaning
    return item


def _invented(report: Report, key: str) -> DicomReference:
    """An identity for the text itself, in the study that the source names, else in one made from its identity."""
    metadata, given = report.metadata, report.metadata.study_uid
    return DicomReference(
        study_uid=given if given and identity.is_uid(given) else identity.uid(identity.study_key(report)),
        series_uid=identity.uid(key, "source series"),
        sop_uid=identity.uid(key, "source"),
        sop_class_uid=_BASIC_TEXT_SR,
        patient_id=metadata.patient_id,
        accession_number=metadata.accession_number,
        study_date=identity.study_day(report),
    )


def _date(value: str | None) -> str:
    return value if value and identity.is_date(value) else ""


def _time(value: str | None) -> str:
    return value if value and identity.is_time(value) else ""


def _name(value: str | None) -> str:
    """A person's name, if DICOM can hold it."""
    groups = (value or "").split("=")
    fits = all(_fitting(group, _LO_LONGEST) == group and group.count("^") < _NAME_PARTS for group in groups)
    return value or "" if fits and len(groups) <= _NAME_GROUPS else ""


def _fitting(value: str | None, longest: int) -> str:
    """The value if DICOM can hold it, else nothing: a shortened number would be another one."""
    value = (value or "").strip()
    return value if len(value) <= longest and "\\" not in value and value.isprintable() else ""
