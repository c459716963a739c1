"""FHIR resources for tests: reports of invented people."""

import base64
from typing import Any

Resource = dict[str, Any]
TEXT = "Heterotopic ossification of the left hip."


def form(text: str | bytes = TEXT, kind: str | None = "text/plain") -> Resource:
    data = text.encode() if isinstance(text, str) else text
    made = {"data": base64.b64encode(data).decode()}
    return {**made, "contentType": kind} if kind else made


def report(**changes: Any) -> Resource:
    made = {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "status": "final",
        "subject": {"reference": "Patient/p1"},
        "basedOn": [{"reference": "ServiceRequest/s1"}],
        "imagingStudy": [{"reference": "ImagingStudy/i1"}],
        "performer": [{"reference": "Practitioner/d1", "display": "Tess Farrier"}, {"reference": "Organization/o1"}],
        "effectiveDateTime": "2024-01-04T09:00:00+01:00",
        "issued": "2024-01-05T10:15:00+01:00",
        "presentedForm": [form()],
        **changes,
    }
    return {key: value for key, value in made.items() if value is not None}


PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [
        {"value": "S-1", "type": {"coding": [{"code": "SS"}]}},
        {"value": "77", "type": {"coding": [{"code": "MR"}]}},
    ],
    "name": [{"use": "official", "family": "Tallow", "given": ["Omri"]}],
    "birthDate": "1961-02-03",
    "address": [{"line": ["3 Kiln Row"], "city": "Barrowmere", "postalCode": "BM1 2AA"}],
    "telecom": [{"system": "phone", "value": "01632 960 001"}],
}
REQUEST = {
    "resourceType": "ServiceRequest",
    "id": "s1",
    "identifier": [{"value": "A1", "type": {"coding": [{"code": "ACSN"}]}}],
}
STUDY = {
    "resourceType": "ImagingStudy",
    "id": "i1",
    "identifier": [{"system": "urn:dicom:uid", "value": "urn:oid:1.2.826.0.1.99"}],
    "modality": [{"code": "CT"}],
    "series": [{"bodySite": {"display": "Hip"}}],
}
ORGANISATION = {"resourceType": "Organization", "id": "o1", "name": "St Mark Radiology"}


def bundle(*resources: Resource) -> Resource:
    entries = [{"fullUrl": f"urn:uuid:{number}", "resource": one} for number, one in enumerate(resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def whole(**changes: Any) -> Resource:
    return bundle(PATIENT, REQUEST, STUDY, ORGANISATION, report(**changes))
