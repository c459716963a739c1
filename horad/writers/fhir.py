"""FHIR R4: a transaction Bundle per report, one a line, whose resources have the same ids in every run.

A Bundle holds a DiagnosticReport and Observations: one of the report as a whole, one per lesion, and one for each value
that has parts (a relation, a grade). Everything is preliminary, and tagged as no medical device.
"""

import base64
import json
import re
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from horad.knowledge.codes import load_codes
from horad.knowledge.standards import Coding, load_fhir
from horad.records import Report, ReportResult
from horad.writers import fhir_coding as coding
from horad.writers import identity
from horad.writers.fhir_observations import observations
from horad.writers.layout import INTENDED_USE, rows
from horad.writers.statements import plain

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-](0\d|1[0-3]):[0-5]\d)", re.ASCII)


class FhirWriter:
    """Write Bundles as lines."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()

    def write(self, result: ReportResult, report: Report) -> None:
        """Add the Bundle of one result."""
        line = json.dumps(bundle(result, report), ensure_ascii=False, separators=(",", ":"))
        self._file.write(line.encode() + b"\n")


def bundle(result: ReportResult, report: Report) -> dict[str, Any]:
    """The Bundle of one result; to send it again changes nothing."""
    key = identity.key(result, report)
    shared = {"subject": _subject(report), "effectiveDateTime": _date(report)}
    shared = {name: value for name, value in shared.items() if value}
    made = observations(result, key, shared)
    resources = [_diagnostic_report(result, report, key, shared), *made]
    entries = [
        {"resource": resource, "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}}
        for resource in resources
    ]
    return {"resourceType": "Bundle", "id": identity.digest(key, "bundle"), "type": "transaction", "entry": entries}


def _diagnostic_report(result: ReportResult, report: Report, key: str, shared: dict[str, Any]) -> dict[str, Any]:
    about = load_fhir().report
    lesions = [coding.reference(key, finding.id) for finding in result.findings]
    made = {
        "resourceType": "DiagnosticReport",
        "id": key,
        "meta": coding.meta(),
        "text": {"status": "generated", "div": _narrative(result)},
        "identifier": _identifiers(report),
        "status": "preliminary",
        "category": [{"coding": [about.category.model_dump()]}],
        "code": {"coding": [about.code.model_dump()], "text": load_codes().private["field"]["result"].meaning},
        **shared,
        "issued": _issued(report),
        "result": [coding.reference(key), *lesions],
        "imagingStudy": _study(report),
        "conclusion": f"{'; '.join(_lines(result))}. {INTENDED_USE}",
        "presentedForm": [_presented(report)] if report.text else None,
    }
    return {name: value for name, value in made.items() if value}


def _presented(report: Report) -> dict[str, str]:
    data = base64.b64encode(report.text.encode("utf-8", "replace")).decode()
    return {"contentType": "text/plain; charset=utf-8", "data": data, "title": "Report text as it was read"}


def _identifiers(report: Report) -> list[dict[str, Any]]:
    about, metadata = load_fhir().report, report.metadata
    given = [(about.accession, metadata.accession_number), (about.filler, report.report_id)]
    return [_identifier(kind, number, metadata.sender) for kind, value in given if (number := plain(value or ""))]


def _identifier(kind: Coding | None, value: str, sender: str | None) -> dict[str, Any]:
    made: dict[str, Any] = {"type": {"coding": [kind.model_dump()]}} if kind else {}
    made["value"] = value
    if name := plain(sender or ""):
        made["assigner"] = {"display": name}
    return made


def _subject(report: Report) -> dict[str, Any] | None:
    """A logical reference: nothing but the number is known of the patient."""
    patient = plain(report.metadata.patient_id or (report.reference and report.reference.patient_id) or "")
    return {"identifier": _identifier(None, patient, report.metadata.sender)} if patient else None


def _study(report: Report) -> list[dict[str, Any]] | None:
    study = report.reference.study_uid if report.reference else report.metadata.study_uid
    if not identity.is_uid(study):
        return None
    return [{"identifier": {"system": "urn:dicom:uid", "value": f"urn:oid:{study}"}}]


def _date(report: Report) -> str | None:
    day = identity.study_day(report)
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else None


def _issued(report: Report) -> str | None:
    """The time of issue, if it is one and tells its zone."""
    given = report.metadata.issued or ""
    return given if _INSTANT.fullmatch(given) and identity.moment(report)[1] else None


def _lines(result: ReportResult) -> list[str]:
    return [plain(f"{row.label}: {', '.join(row.values)}") for row in rows(result)]


def _narrative(result: ReportResult) -> str:
    lines = "".join(f"<li>{coding.escaped(line)}</li>" for line in _lines(result))
    made_by = f"horad {result.provenance.horad}, rules {result.provenance.rules_sha256}"
    return f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{INTENDED_USE}</p><ul>{lines}</ul><p>{made_by}</p></div>'
