"""A DICOM file → what is known of its report, as plain data: in a child process, where a crafted file harms none."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from horad.knowledge.standards import load_dicom_sr
from horad.readers.dicom_exam import body_part_of, modality_of

_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
_KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
_STRUCTURED_REPORTS = "1.2.840.10008.5.1.4.1.1.88."
_OWN_SCHEME = "99HORAD"  # what horad wrote of a report is no part of the report
_CONTEXT = frozenset({"HAS OBS CONTEXT", "HAS CONCEPT MOD", "HAS ACQ CONTEXT"})
_DEEPEST = 60
_MOST_ITEMS = 50_000
_IMPLICIT = "1.2.840.10008.1.2"
_EXPLICIT = "1.2.840.10008.1.2.1"
_BIG_ENDIAN = "1.2.840.10008.1.2.2"
_DEFLATED = "1.2.840.10008.1.2.1.99"
_END = 0xFFFCFFFC  # Data Set Trailing Padding
_END_VALUE = b"THE END."


def document_of_file(path: str) -> dict[str, Any]:
    """In the child: text or PDF, metadata, reference and identifiers of a document, or the problem with it."""
    import pydicom
    from pydicom.errors import InvalidDicomError

    data = _with_preamble(Path(path).read_bytes())
    try:
        meta = pydicom.filereader.read_partial(io.BytesIO(data), stop_when=lambda *_: True).file_meta
        syntax = str(meta.get("TransferSyntaxUID", _IMPLICIT))
        dataset = pydicom.dcmread(io.BytesIO(data + _end_mark(syntax)), stop_before_pixels=True)
    except (InvalidDicomError, EOFError):
        return {"problem": "is not a DICOM file that can be read; it may be cut short"}
    is_whole = syntax == _DEFLATED or "Rows" in dataset or getattr(dataset.get(_END), "value", b"") == _END_VALUE
    problem = _problem(dataset) if is_whole else "is cut short (truncated)"
    return {"problem": problem} if problem else _document(dataset)


def _with_preamble(data: bytes) -> bytes:
    """The file as it should be: some are kept without the preamble, or without preamble and header."""
    if data[128:132] == b"DICM":
        return data
    header = b""
    if not data.startswith(b"\x02\x00"):
        syntax = (_EXPLICIT if data[4:6].isalpha() else _IMPLICIT).encode()
        value = syntax + b"\0" * (len(syntax) % 2)
        header = b"\x02\x00\x10\x00UI" + len(value).to_bytes(2, "little") + value
    return bytes(128) + b"DICM" + header + data


def _end_mark(syntax: str) -> bytes:
    """An element to follow the last one: in a file that is cut short, it is swallowed by what is not whole."""
    length = len(_END_VALUE)
    if syntax == _IMPLICIT:
        return b"\xfc\xff\xfc\xff" + length.to_bytes(4, "little") + _END_VALUE
    order = "big" if syntax == _BIG_ENDIAN else "little"
    tag = b"\xff\xfc\xff\xfc" if syntax == _BIG_ENDIAN else b"\xfc\xff\xfc\xff"
    return tag + b"OB\0\0" + length.to_bytes(4, order) + _END_VALUE  # type: ignore[arg-type]


def _problem(dataset: Any) -> str:
    kind = str(dataset.get("SOPClassUID", ""))
    modality = "".join(letter for letter in str(dataset.get("Modality", ""))[:8] if letter.isalnum()) or "no modality"
    if kind == _PDF:
        return ""
    if kind == _KEY_OBJECTS:
        return "is a selection of key images, no report"
    if kind.startswith(_STRUCTURED_REPORTS) or (not kind and "ContentSequence" in dataset):
        return "" if "ContentSequence" in dataset else "is a structured report without content"
    if "Rows" in dataset or "NumberOfFrames" in dataset:
        return f"is an image ({modality}) that is no report"
    return f"is a DICOM object ({modality}) that is no report"


def _document(dataset: Any) -> dict[str, Any]:
    is_pdf = str(dataset.get("SOPClassUID", "")) == _PDF
    return {
        "text": "" if is_pdf else "\n".join(_lines(dataset)).strip("\n"),
        "pdf": base64.b64encode(dataset.get("EncapsulatedDocument", b"") or b"").decode() if is_pdf else None,
        "metadata": _metadata(dataset),
        "reference": _reference(dataset),
        "identifiers": _identifiers(dataset),
    }


def _lines(dataset: Any) -> Iterator[str]:
    """The text of a tree in its order; a heading stands on its own line."""
    items = [item for item in dataset.ContentSequence if not _is_own(dataset) or _is_source_text(item)]
    todo: list[tuple[Any, int]] = [(item, 1 if len(items) > 1 else 2) for item in reversed(items)]
    seen = 0
    while todo:
        item, depth = todo.pop()
        seen += 1
        if seen > _MOST_ITEMS or depth > _DEEPEST:
            raise ValueError("the tree has more items, or goes deeper, than a report's does")
        if str(item.get("RelationshipType", "")) in _CONTEXT or _concept(item)[1] == _OWN_SCHEME:
            continue
        yield from _said(item, depth)
        todo.extend((child, depth + 1) for child in reversed(item.get("ContentSequence", []) or []))


def _said(item: Any, depth: int) -> Iterator[str]:
    """What one item says; under the root a text is told apart by its name, as a section."""
    kind, name = str(item.get("ValueType", "")), _concept(item)[0]
    if kind == "CONTAINER" and name:
        yield f"{name}:"
    elif kind == "TEXT" and item.get("TextValue"):
        if depth == 1 and name:
            yield f"{name}:"
        yield str(item.TextValue).replace("\r\n", "\n").replace("\r", "\n")
    elif kind == "CODE" and (value := _meaning(item.get("ConceptCodeSequence"))):
        yield f"{name}: {value}" if name else value
    elif kind == "NUM" and item.get("MeasuredValueSequence"):
        measured = item.MeasuredValueSequence[0]
        unit = _meaning(measured.get("MeasurementUnitsCodeSequence"), "CodeValue")
        yield f"{name}: {measured.get('NumericValue', '')} {unit}".rstrip()


def _concept(item: Any) -> tuple[str, str]:
    """The meaning of an item's name, and the scheme of its code."""
    names = item.get("ConceptNameCodeSequence")
    if not names:
        return "", ""
    return str(names[0].get("CodeMeaning", "")), str(names[0].get("CodingSchemeDesignator", ""))


def _meaning(codes: Any, keyword: str = "CodeMeaning") -> str:
    return str(codes[0].get(keyword, "")) if codes else ""


def _metadata(dataset: Any) -> dict[str, Any]:
    study_date = _text(dataset, "StudyDate") or ""
    return {
        "id": _own_source(dataset) or _predecessor(dataset) or _text(dataset, "SOPInstanceUID"),
        "patient_id": _text(dataset, "PatientID"),
        "accession_number": _text(dataset, "AccessionNumber"),
        "sender": _text(dataset, "InstitutionName"),
        "issued": _issued(dataset),
        "study_date": f"{study_date[:4]}-{study_date[4:6]}-{study_date[6:8]}" if _is_date(study_date) else None,
        "study_uid": _text(dataset, "StudyInstanceUID"),
        "modality": modality_of(dataset),
        "body_part": body_part_of(dataset),
        "report_status": _status(dataset),
    }


def _own_source(dataset: Any) -> str | None:
    """For a document that horad wrote: the document it was written of, so that both are versions of one report."""
    return _referenced(dataset, "CurrentRequestedProcedureEvidenceSequence") if _is_own(dataset) else None


def _predecessor(dataset: Any) -> str | None:
    """The first document that this one takes the place of: it is the same report."""
    return _referenced(dataset, "PredecessorDocumentsSequence")


def _referenced(dataset: Any, keyword: str) -> str | None:
    for study in dataset.get(keyword) or []:
        for series in study.get("ReferencedSeriesSequence") or []:
            for one in series.get("ReferencedSOPSequence") or []:
                return _text(one, "ReferencedSOPInstanceUID")
    return None


def _is_own(dataset: Any) -> bool:
    schemes = dataset.get("CodingSchemeIdentificationSequence") or []
    return any(str(one.get("CodingSchemeDesignator", "")) == _OWN_SCHEME for one in schemes)


def _is_source_text(item: Any) -> bool:
    names = item.get("ConceptNameCodeSequence")
    return bool(names) and str(names[0].get("CodeValue", "")) == load_dicom_sr().concept["source_text"].code


def _status(dataset: Any) -> str:
    """Preliminary unless it is verified or said to be final; a final one with predecessors corrects them."""
    is_final = _text(dataset, "PreliminaryFlag") == "FINAL" or _text(dataset, "VerificationFlag") == "VERIFIED"
    if "VerificationFlag" not in dataset and "PreliminaryFlag" not in dataset:
        return "unknown"
    if (
        not is_final
        or _text(dataset, "CompletionFlag") == "PARTIAL"
        or _text(dataset, "PreliminaryFlag") == "PRELIMINARY"
    ):
        return "preliminary"
    return "corrected" if dataset.get("PredecessorDocumentsSequence") else "final"


def _issued(dataset: Any) -> str | None:
    day = _text(dataset, "ContentDate") or ""
    if not _is_date(day):
        return None
    clock = (_text(dataset, "ContentTime") or "").split(".")[0].ljust(6, "0")[:6]
    clock = clock if clock.isdecimal() else "000000"
    zone = _text(dataset, "TimezoneOffsetFromUTC") or ""
    zone = f"{zone[:3]}:{zone[3:5]}" if len(zone) == 5 and zone[1:].isdecimal() else ""
    return f"{day[:4]}-{day[4:6]}-{day[6:8]}T{clock[:2]}:{clock[2:4]}:{clock[4:6]}{zone}"


def _is_date(value: str | None) -> bool:
    return bool(value) and len(value or "") == 8 and (value or "").isdecimal()


def _reference(dataset: Any) -> dict[str, str | None]:
    names = {
        "study_uid": "StudyInstanceUID",
        "series_uid": "SeriesInstanceUID",
        "sop_uid": "SOPInstanceUID",
        "sop_class_uid": "SOPClassUID",
    }
    optional = {
        "patient_id": "PatientID",
        "patient_name": "PatientName",
        "patient_birth_date": "PatientBirthDate",
        "patient_sex": "PatientSex",
        "accession_number": "AccessionNumber",
        "study_date": "StudyDate",
        "study_time": "StudyTime",
        "study_id": "StudyID",
        "referring_physician": "ReferringPhysicianName",
        "character_set": "SpecificCharacterSet",
    }
    required = {name: _text(dataset, keyword) or "" for name, keyword in names.items()}
    return {**required, **{name: _text(dataset, keyword) for name, keyword in optional.items()}}


_PEOPLE = {
    "patient_name": ("PatientName", "OtherPatientNames", "PatientBirthName", "PatientMotherBirthName"),
    "patient_birth_date": ("PatientBirthDate",),
    "patient_number": ("PatientID", "OtherPatientIDs", "IssuerOfPatientID"),
    "patient_address": ("PatientAddress",),
    "patient_phone": ("PatientTelephoneNumbers",),
    "physician_name": ("ReferringPhysicianName", "PhysiciansOfRecord", "NameOfPhysiciansReadingStudy", "OperatorsName"),
    "institution_hospital": ("InstitutionName", "InstitutionAddress"),
}


def _identifiers(dataset: Any) -> dict[str, str]:
    """What the header and the observers say of people, joined by line ends."""
    found = {name: [_text(dataset, keyword) for keyword in keywords] for name, keywords in _PEOPLE.items()}
    observers = [*(dataset.get("VerifyingObserverSequence") or []), *(dataset.get("AuthorObserverSequence") or [])]
    found["physician_name"] += [
        _text(one, word) for one in observers for word in ("VerifyingObserverName", "PersonName")
    ]
    kept = {name: "\n".join(value for value in values if value) for name, values in found.items()}
    return {name: value for name, value in kept.items() if value}


def _text(dataset: Any, keyword: str) -> str | None:
    """A value as DICOM writes it, several joined by a backslash; None where it is empty."""
    value = dataset.get(keyword)
    if value in (None, ""):
        return None
    many = not isinstance(value, str) and hasattr(value, "__iter__") and not hasattr(value, "components")
    return "\\".join(map(str, value)) if many else str(value).strip() or None
