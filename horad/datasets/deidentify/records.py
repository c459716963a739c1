"""Reports and results without identifiers: new ids, moved dates, clean text, evidence cut from the new text."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from horad.datasets.deidentify.dates import date_of, moved_field
from horad.datasets.deidentify.keys import Key
from horad.datasets.deidentify.known import KnownValues, known_values
from horad.datasets.deidentify.rewrite import Rewritten
from horad.datasets.deidentify.texts import Cleaner, Options
from horad.datasets.texts import sha256
from horad.records import Metadata, Report, ReportResult


class LeakError(Exception):
    """A value that the source names as identifying would still be in the output."""


class RecordCleaner:
    """Takes identifiers out of reports and results; the same patient, report and key give the same pseudonyms."""

    def __init__(self, key: Key, options: Options) -> None:
        self._key, self._options = key, options
        self.cleaner = Cleaner(key, options)

    def report(self, report: Report) -> tuple[Report, Rewritten]:
        """A report without identifiers, and where its words went.

        Raises:
            LeakError: if a known identifier is left in it after all.
        """
        metadata, known = report.metadata, known_values(report, self.cleaner.recogniser.tables)
        days = self.days(metadata.patient_id, metadata.accession_number, report.report_id)
        near = date_of(metadata.study_date) or date_of(metadata.issued)
        rewritten = self.cleaner.clean(report.text, days, known, near)
        made = Report(text=rewritten.text, metadata=self._metadata(report, days, known, near), warnings=report.warnings)
        self._refuse_leak(made, known)
        return made, rewritten

    def result(self, result: ReportResult, report: Report) -> ReportResult:
        """A result for the cleaned text of the report it was made from.

        Raises:
            LeakError: if a known identifier is left in it after all.
        """
        made, rewritten = self.report(report)
        row = result.model_dump(mode="json")
        days = self.days(result.patient_id, result.accession_number, result.report_id)
        row |= {
            "report_id": self._key.pseudonym("report", result.report_id),
            "patient_id": self._named("patient", result.patient_id),
            "accession_number": self._named("accession", result.accession_number),
            "study_date": self._moved(result.study_date, days),
            "text_sha256": sha256(made.text),
            "extra": made.metadata.extra,
            "evidence": [_cut_again(span, rewritten) for span in row["evidence"]],
            "image": self._image(row["image"], days),
        }
        for notices in ("alerts", "conflicts", "warnings"):
            row[notices] = [
                {**notice, "message": self.cleaner.clean(notice["message"], days).text} for notice in row[notices]
            ]
        return ReportResult.model_validate(row)

    def days(self, *names: str | None) -> int:
        """How far the dates of a record move: by its patient, else by itself."""
        return self._key.days(next((name for name in names if name), ""))

    def _metadata(self, report: Report, days: int, known: KnownValues, near: dt.date | None) -> Metadata:
        given = report.metadata
        return Metadata(
            id=self._key.pseudonym("report", report.report_id),
            patient_id=self._named("patient", given.patient_id),
            accession_number=self._named("accession", given.accession_number),
            issued=self._moved(given.issued, days),
            study_date=self._moved(given.study_date, days),
            study_uid=self._key.uid(given.study_uid) if given.study_uid else None,
            modality=given.modality,
            body_part=given.body_part,
            injury_date=self._moved(given.injury_date, days),
            report_status=given.report_status,
            extra={
                key: self._value(value, days, known, near)
                for key, value in given.extra.items()
                if key in self._options.keep_extra
            },
        )

    def _value(self, value: Any, days: int, known: KnownValues, near: dt.date | None) -> Any:
        """A value of a column that is kept, its texts cleaned."""
        if isinstance(value, str):
            return self.cleaner.clean(value, days, known, near).text
        if isinstance(value, list):
            return [self._value(one, days, known, near) for one in value]
        if isinstance(value, dict):
            return {key: self._value(one, days, known, near) for key, one in value.items()}
        return value

    def _named(self, kind: str, value: str | None) -> str | None:
        return self._key.pseudonym(kind, value) if value else None

    def _moved(self, value: str | None, days: int) -> str | None:
        """A moved date; what is no date is left out, since it may say anything."""
        return moved_field(value, days) if value and self._options.keep_dates else None

    def _image(self, image: dict[str, Any] | None, days: int) -> dict[str, Any] | None:
        if image is None:
            return None
        uid, age = image.get("series_uid"), image.get("age_years")
        return {
            **image,
            "series_uid": self._key.uid(uid) if uid else None,
            "study_date": self._moved(image.get("study_date"), days),
            "age_years": min(age, 90.0) if age is not None else None,
        }

    def _refuse_leak(self, made: Report, known: KnownValues) -> None:
        """Look again for what the source itself names; a record that still holds some of it is withheld."""
        kept = " \n".join([made.text, *_texts(made.metadata.extra)])
        if known.left_in(kept, self.cleaner.recogniser.ordinary):
            raise LeakError


def _cut_again(span: dict[str, Any], rewritten: Rewritten) -> dict[str, Any]:
    start, end = rewritten.place(span["start"], span["end"])
    return {**span, "start": start, "end": end, "text": rewritten.text[start:end]}


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
