"""One FHIR DiagnosticReport, with the resources it refers to → a report."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from typing import Any

from horad.errors import HoradError, RecordError
from horad.knowledge.sources import load_fhir_source
from horad.readers.decode import decode
from horad.readers.html import html_text
from horad.readers.pdf import pdf_text
from horad.records import Metadata, Report
from horad.terms import ReportStatus

Resource = dict[str, Any]


class Resources:
    """The resources of a Bundle, found as others refer to them."""

    def __init__(self, entries: Iterable[Resource]) -> None:
        self._known: dict[str, Resource] = {}
        for entry in entries:
            resource = entry["resource"]
            for name in (entry.get("fullUrl"), f"{resource.get('resourceType')}/{resource.get('id')}"):
                if isinstance(name, str):
                    self._known[name] = resource

    def found(self, reference: Any, owner: Resource) -> Resource:
        """What a reference points at, in the Bundle or contained in its owner; empty where it is not at hand."""
        target = _text(_dict(reference).get("reference"))
        if target.startswith("#"):
            return next((one for one in _dicts(owner.get("contained")) if one.get("id") == target[1:]), {})
        return self._known.get(target) or self._known.get("/".join(target.split("/")[-2:])) or {}


def report_of(resource: Resource, known: Resources) -> Report:
    """The report of a resource.

    Raises:
        RecordError: if it has no text that can be read, or no status of the standard.
    """
    meaning = _status(resource)
    is_withdrawn = meaning == "withdrawn"
    status = ReportStatus.UNKNOWN if is_withdrawn else ReportStatus(meaning)
    text, warnings = _report_text(resource, needed=not is_withdrawn and status is not ReportStatus.CANCELLED)
    return Report(
        text=text,
        metadata=_metadata(resource, known, status),
        is_withdrawn=is_withdrawn,
        warnings=warnings,
        identifiers=_identifiers(resource, known),
    )


def _status(resource: Resource) -> str:
    said = resource.get("status")
    for meaning, codes in load_fhir_source().status.items():
        if isinstance(said, str) and said in codes:
            return meaning
    raise RecordError("has no status of the standard (DiagnosticReport.status)")


def _report_text(resource: Resource, *, needed: bool) -> tuple[str, tuple[str, ...]]:
    """The text in the form that is easiest to read of those given."""
    problems: list[str] = []
    for kind, form in _forms(resource):
        try:
            text, warnings = _form_text(kind, form)
        except HoradError as error:
            problems.append(str(error))
            continue
        if text.strip():
            return text, warnings
    conclusion = _text(resource.get("conclusion"))
    if conclusion.strip():
        return conclusion, ()
    if needed:
        raise RecordError(f"has no text that can be read{': ' if problems else ''}{'; '.join(problems[:1])}")
    return "", ()


def _forms(resource: Resource) -> Iterator[tuple[str, bytes | str]]:
    """Every form with its kind, in the order of preference; the narrative stands for one of HTML after all."""
    attachments = [one for one in _dicts(resource.get("presentedForm")) if isinstance(one.get("data"), str)]
    for kind, types in load_fhir_source().content_type.items():
        for one in attachments:
            if _text(one.get("contentType")).split(";")[0].strip().lower() in types:
                yield kind, one["data"]
    narrative = _text(_dict(resource.get("text")).get("div"))
    if narrative:
        yield "narrative", narrative


def _form_text(kind: str, form: Any) -> tuple[str, tuple[str, ...]]:
    if kind == "narrative":
        return html_text(form), ()
    try:
        data = base64.b64decode("".join(form.split()), validate=True)
    except (binascii.Error, ValueError):
        raise RecordError("its data is not Base64") from None
    if kind == "pdf":
        return pdf_text(data), ()
    decoded = decode(data)
    return (html_text(decoded.text) if kind == "html" else decoded.text), decoded.warnings


def _metadata(resource: Resource, known: Resources, status: ReportStatus) -> Metadata:
    types = load_fhir_source().identifier_type
    orders = [known.found(one, resource) or _dict(one) for one in _dicts(resource.get("basedOn"))]
    references = [*_dicts(resource.get("imagingStudy")), *_dicts(resource.get("study"))]
    studies = [known.found(one, resource) or _dict(one) for one in references]
    accession = _number([resource, *orders, *studies], types["accession"])
    own = [one for one in _all_numbers(resource) if _type(one) not in types["accession"]]
    number = _number([resource], types["report"]) or next((_text(one.get("value")) for one in own), "")
    effective = _text(resource.get("effectiveDateTime")) or _text(_dict(resource.get("effectivePeriod")).get("start"))
    return Metadata(
        id=number or _text(resource.get("id")) or None,
        patient_id=_patient_id(resource, known, types["patient"]) or None,
        accession_number=accession or None,
        sender=_sender(resource, known) or None,
        issued=_text(resource.get("issued")) or None,
        study_date=effective[:10] or None,
        study_uid=_study_uid(studies) or None,
        modality=next(iter(_modalities(studies)), None),
        body_part=next(iter(_body_parts(studies)), None),
        report_status=status,
    )


def _patient_id(resource: Resource, known: Resources, types: frozenset[str]) -> str:
    subject = _dict(resource.get("subject"))
    patient = known.found(subject, resource)
    first = next((_text(one.get("value")) for one in _all_numbers(patient)), "")
    own = _text(_dict(subject.get("identifier")).get("value"))
    reference = _text(subject.get("reference"))
    return _number([patient], types) or first or own or ("" if reference.startswith("#") else reference.split("/")[-1])


def _sender(resource: Resource, known: Resources) -> str:
    """The organisation that reports: who reports may change between versions."""
    for one in _dicts(resource.get("performer")):
        organisation = known.found(one, resource)
        if organisation.get("resourceType") == "Organization" or "Organization/" in _text(one.get("reference")):
            return _text(organisation.get("name")) or _text(one.get("display")) or _text(one.get("reference"))
    return _text(_dict(resource.get("meta")).get("source")).split("#")[0]


def _all_numbers(resource: Resource) -> list[Resource]:
    value = resource.get("identifier")
    return [value] if isinstance(value, dict) else _dicts(value)


def _number(owners: Iterable[Resource], types: frozenset[str]) -> str:
    numbers = (one for owner in owners for one in _all_numbers(owner) if _type(one) in types)
    return next((value for one in numbers if (value := _text(one.get("value")))), "")


def _type(identifier: Resource) -> str:
    codings = _dicts(_dict(identifier.get("type")).get("coding"))
    return next((_text(one.get("code")) for one in codings), "")


def _study_uid(studies: Iterable[Resource]) -> str:
    values = (_text(one.get("value")) for study in studies for one in _all_numbers(study))
    return next((value.removeprefix("urn:oid:") for value in values if value.startswith("urn:oid:")), "")


def _modalities(studies: Iterable[Resource]) -> Iterator[str]:
    """Codes of the studies and their series: R4 codings, or R5 concepts with codings."""
    for study in studies:
        for holder in (study, *_dicts(study.get("series"))):
            given = holder.get("modality")
            for one in [given] if isinstance(given, dict) else _dicts(given):
                for coding in (one, *_dicts(one.get("coding"))):
                    if code := _text(coding.get("code")):
                        yield code


def _body_parts(studies: Iterable[Resource]) -> Iterator[str]:
    for study in studies:
        for series in _dicts(study.get("series")):
            site = _dict(series.get("bodySite"))
            if name := _text(site.get("display")) or _text(_dict(site.get("concept")).get("text")):
                yield name


def _identifiers(resource: Resource, known: Resources) -> dict[str, str]:
    """What the resources say of people, every piece on its own, joined by line ends."""
    patient = known.found(resource.get("subject"), resource)
    people = [*_dicts(resource.get("performer")), *_dicts(resource.get("resultsInterpreter"))]
    found = {
        "patient_name": [*_leaves(patient.get("name")), _text(_dict(resource.get("subject")).get("display"))],
        "patient_birth_date": [_text(patient.get("birthDate"))],
        "patient_address": [*_leaves(patient.get("address"))],
        "patient_phone": [*_leaves([one.get("value") for one in _dicts(patient.get("telecom"))])],
        "patient_number": [_text(one.get("value")) for one in _all_numbers(patient)],
        "contact_name": [*_leaves([one.get("name") for one in _dicts(patient.get("contact"))])],
        "physician_name": [
            piece
            for one in people
            for piece in (_text(one.get("display")), *_leaves(known.found(one, resource).get("name")))
        ],
    }
    kept = {name: "\n".join(dict.fromkeys(piece for piece in pieces if piece)) for name, pieces in found.items()}
    return {name: value for name, value in kept.items() if value}


_CODES = frozenset({"use", "type", "system", "country", "start", "end"})


def _leaves(value: Any) -> Iterator[str]:
    """Every text in a value, without the codes that tell its use."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in _CODES:
                yield from _leaves(one)


def _dicts(value: Any) -> list[Resource]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _dict(value: Any) -> Resource:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
