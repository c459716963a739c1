"""A report on its way in, with what its source says about it."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, JsonValue, ValidationError

from horad.errors import RecordError
from horad.records.record import Record
from horad.records.reference import DicomReference
from horad.terms import ReportStatus


class Metadata(Record):
    """What the source says of a report; never read by the rules that read the text.

    ``id`` is the report's or the filler's number. ``issued`` orders the versions of one report: the ISO 8601 form of
    OBR-22, else MSH-7, of FHIR's ``issued``, or of DICOM's content date and time.
    """

    id: str | None = None
    patient_id: str | None = None
    accession_number: str | None = None
    sender: str | None = None
    issued: str | None = None
    study_date: str | None = None
    study_uid: str | None = None
    modality: str | None = None
    body_part: str | None = None
    injury_date: str | None = None
    report_status: ReportStatus = ReportStatus.UNKNOWN
    extra: dict[str, JsonValue] = Field(default_factory=dict)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Take the known keys; carry every other one under ``extra``.

        Raises:
            RecordError: if a known key holds a list or a table, or a value has no JSON form.
        """
        known = {key: _scalar(key, values[key]) for key in _TEXT_KEYS if values.get(key) not in (None, "")}
        status = values.get("report_status")
        if isinstance(status, str) and status in _STATUSES:
            known["report_status"] = str(status)
        extra = {str(key): value for key, value in values.items() if key not in _TEXT_KEYS and key != "report_status"}
        if status is not None and "report_status" not in known:
            extra["report_status"] = status
        try:
            return cls.model_validate({**known, "extra": extra})
        except ValidationError as error:
            place = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise RecordError(f"the value of {place!r} is not plain JSON") from None


_TEXT_KEYS = frozenset(Metadata.model_fields) - {"report_status", "extra"}
_STATUSES = frozenset(ReportStatus)


def _scalar(key: str, value: Any) -> str:
    if isinstance(value, list | dict | bool):
        raise RecordError(f"the value of {key!r} must be a text or a number, not a {type(value).__name__}")
    return str(value)


class Report(Record):
    """One text to read: where it came from, and what is known of it.

    ``form`` is the form of its source ("text", "jsonl", "hl7", …). A report that its source has cancelled, or withdrawn
    as entered in error, may have no text. ``reference`` is the DICOM object that the text came from, if it was one.
    ``identifiers`` are what the source says of people (names, addresses, numbers): they never reach a result; the
    de-identifier looks for them in the text. ``part`` tells reports apart that one message gives one accession number.
    """

    text: str
    metadata: Metadata = Metadata()
    source: str = ""
    position: int | None = None
    form: str = "text"
    is_withdrawn: bool = False
    part: str | None = None
    warnings: tuple[str, ...] = ()
    reference: DicomReference | None = None
    identifiers: dict[str, str] = Field(default_factory=dict)

    @property
    def report_id(self) -> str:
        """The id of the source, else ``source:position``."""
        if self.metadata.id is not None:
            return self.metadata.id
        return self.source if self.position is None else f"{self.source}:{self.position}"


class Rejection(Record):
    """One record that could not be read; the reason never holds report text."""

    source: str
    position: int | None = None
    form: str = "text"
    reason: str
