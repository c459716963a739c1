"""Names for what is written, from the report's identity and the rules: the same in every run, and telling nothing."""

import datetime as dt
import hashlib
import json
import re

from horad.records import Report, ReportResult

# Stands where a standard demands a date and the report tells none: the time of writing would differ in every run.
NO_DATE = "19000101"

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d))?)?", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,6})?)?)?", re.ASCII)
_UUID_BYTES = 16
_UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+", re.ASCII)
_UID_LONGEST = 64


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


def is_uid(given: str | None) -> bool:
    """Whether a text is a UID as DICOM knows them."""
    return given is not None and len(given) <= _UID_LONGEST and bool(_UID.fullmatch(given))


def moment(report: Report) -> tuple[str, str]:
    """When the report was issued, else the study was made, as DICOM's DA and TM; the time may be empty."""
    for given in (report.metadata.issued, report.metadata.study_date):
        if found := _DATE.match(given or ""):
            year, month, day, *clock = found.groups()
            date, time = f"{year}{month}{day}", "".join(part or "00" for part in clock) if clock[0] else ""
            if is_date(date) and (not time or is_time(time)):
                return date, time
    return NO_DATE, ""


def study_day(report: Report) -> str:
    """The study's date as DICOM's DA; empty if there is none, or it is none."""
    day = (report.metadata.study_date or "").replace("-", "")[: len(NO_DATE)]
    return day if is_date(day) else ""


def is_date(given: str) -> bool:
    """Whether a text is a date as DICOM writes it."""
    try:
        return len(given) == len(NO_DATE) and given.isascii() and bool(dt.datetime.strptime(given, "%Y%m%d"))  # noqa: DTZ007
    except ValueError:
        return False


def is_time(given: str) -> bool:
    """Whether a text is a time as DICOM writes it, to the second or finer."""
    return bool(_TIME.fullmatch(given))


def _whose(report: Report) -> tuple[str, str, str]:
    metadata = report.metadata
    return metadata.sender or "", metadata.patient_id or "", metadata.accession_number or ""
