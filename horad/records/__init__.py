"""What flows between the rooms: frozen, typed values without behaviour."""

from horad.records.context import BoneScan, Context, CordInjury, Lab, Prophylaxis, Symptom, TimeMark
from horad.records.differential import Argument, Candidate
from horad.records.evidence import Evidence, Notice
from horad.records.finding import Finding, Grade, MarrowReading, MaturityReading, NerveVesselRelation
from horad.records.image import ImageResult, Measure, Refusal
from horad.records.record import Record
from horad.records.reference import DicomReference
from horad.records.report import Metadata, Rejection, Report
from horad.records.result import Provenance, ReportResult
from horad.records.summary import Place, Summary, SummaryGrade, SummaryRelation

__all__ = [
    "Argument",
    "BoneScan",
    "Candidate",
    "Context",
    "CordInjury",
    "DicomReference",
    "Evidence",
    "Finding",
    "Grade",
    "ImageResult",
    "Lab",
    "MarrowReading",
    "MaturityReading",
    "Measure",
    "Metadata",
    "NerveVesselRelation",
    "Notice",
    "Place",
    "Prophylaxis",
    "Provenance",
    "Record",
    "Refusal",
    "Rejection",
    "Report",
    "ReportResult",
    "Summary",
    "SummaryGrade",
    "SummaryRelation",
    "Symptom",
    "TimeMark",
]
