"""The DICOM object that a text came from, as far as a result in the same study must repeat it."""

from horad.records.record import Record


class DicomReference(Record):
    """The identity of one DICOM object; values stand as in DICOM: UIDs, DA and TM strings, names with carets.

    ``character_set`` is its Specific Character Set, values joined by a backslash; the texts here are decoded already.
    """

    study_uid: str
    series_uid: str
    sop_uid: str
    sop_class_uid: str
    patient_id: str | None = None
    patient_name: str | None = None
    patient_birth_date: str | None = None
    patient_sex: str | None = None
    accession_number: str | None = None
    study_date: str | None = None
    study_time: str | None = None
    study_id: str | None = None
    referring_physician: str | None = None
    character_set: str | None = None
