import pytest
from pydantic import ValidationError

from horad.records import DicomReference, Report


def test_a_report_carries_the_dicom_object_it_came_from() -> None:
    reference = DicomReference(study_uid="1.2.3", series_uid="1.2.3.4", sop_uid="1.2.3.4.5", sop_class_uid="1.2.840")
    report = Report(text="No bone.", reference=reference)
    assert Report.model_validate_json(report.model_dump_json()).reference == reference


def test_a_reference_names_study_series_and_object() -> None:
    with pytest.raises(ValidationError, match="series_uid"):
        DicomReference.model_validate({"study_uid": "1.2.3", "sop_uid": "1", "sop_class_uid": "1"})
