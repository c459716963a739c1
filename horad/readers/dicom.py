"""DICOM documents: structured reports and encapsulated PDFs are one report each; images and the rest are none.

The file is opened in a child process under limits. Where a value stands: docs/sources.md.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from horad.errors import RecordError
from horad.readers.dicom_document import document_of_file
from horad.readers.documents import confined, refuse_large
from horad.readers.pdf import pdf_text_of_base64
from horad.readers.rows import Columns
from horad.records import DicomReference, Metadata, Rejection, Report

_MARK_AT = 128
# Without a preamble a file begins with an element of its header or of its identification, and soon names its class.
_FIRST_GROUPS = (b"\x02\x00", b"\x08\x00")
_CLASSES, _CLASSES_WITHIN = b"1.2.840.10008.", 1024


def looks_like_dicom(head: bytes) -> bool:
    """Whether a file that begins like this is a DICOM file; some are kept without the preamble that says so."""
    if head[_MARK_AT : _MARK_AT + 4] == b"DICM":
        return True
    return head.startswith(_FIRST_GROUPS) and _CLASSES in head[:_CLASSES_WITHIN]


def read(path: Path, name: str, columns: Columns) -> Iterator[Report | Rejection]:
    """Yield the report of a document, or why there is none."""
    del columns  # a document has none; every reader is called alike
    try:
        refuse_large(path)
        yield _report(confined(document_of_file, str(path)), name)
    except RecordError as error:
        yield Rejection(source=name, form="dicom", reason=str(error))


def _report(document: dict[str, Any], name: str) -> Report:
    """The report of what the child read."""
    text = document["text"] if document["pdf"] is None else pdf_text_of_base64(document["pdf"])
    if not text.strip():
        raise RecordError("is a structured report without text")
    return Report(
        text=text,
        metadata=Metadata.model_validate(document["metadata"]),
        source=name,
        form="dicom",
        reference=DicomReference.model_validate(document["reference"]),
        identifiers=document["identifiers"],
    )
