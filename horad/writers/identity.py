"""Names for what is written, from the report's identity and the rules: the same in every run, and telling nothing."""

import hashlib
import json
import re

from horad.records import Report, ReportResult

# Stands where a standard demands a date and the report tells none: the time of writing would differ in every run.
NO_DATE = "19000101"

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d))?)?")
_UUID_BYTES = 16


def key(result: ReportResult, report: Report) -> str:
    """A digest of whose report this is, its text, and what read it: the same text read by other rules has another."""
    made_by = (result.provenance.horad, result.provenance.rules_sha256)
    return digest(*_whose(report), report.report_id, result.text_sha256, *made_by)


def study_key(report: Report) -> str:
    """A digest of the study a report belongs to: its accession number, else the report, of this patient and sender."""
    return digest("study", *_whose(report), report.metadata.accession_number or report.report_id)


def digest(*parts: str) -> str:
    """A SHA-256 over some texts, kept apart."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def uid(*parts: str) -> str:
    """A DICOM UID under 2.25, from a digest."""
    return f"2.25.{int.from_bytes(hashlib.sha256(json.dumps(parts).encode()).digest()[:_UUID_BYTES])}"


def moment(report: Report) -> tuple[str, str]:
    """When the report was issued, else the study was made, as DICOM's DA and TM; the time may be empty."""
    for given in (report.metadata.issued, report.metadata.study_date):
        if found := _DATE.match(given or ""):
            year, month, day, *clock = found.groups()
            return f"{year}{month}{day}", "".join(part or "00" for part in clock) if clock[0] else ""
    return NO_DATE, ""


def _whose(report: Report) -> tuple[str, str, str]:
    metadata = report.metadata
    return metadata.sender or "", metadata.patient_id or "", metadata.accession_number or ""
