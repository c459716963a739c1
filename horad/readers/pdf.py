"""PDF files with a text layer: one report each; the pages joined with newlines."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from horad.errors import RecordError
from horad.knowledge.sources import load_limits
from horad.readers.documents import confined, need, refuse_large
from horad.readers.rows import Columns
from horad.records import Metadata, Rejection, Report

_MARK = b"%PDF-"
_MARK_WITHIN = 1024  # bytes that may stand before the mark (PDF 1.7, annex H.3)


def looks_like_pdf(head: bytes) -> bool:
    """Whether a file that begins like this is a PDF."""
    return head.startswith(_MARK)


def read(path: Path, name: str, columns: Columns) -> Iterator[Report | Rejection]:
    """Yield the one report of a PDF.

    Raises:
        HoradError: if the extra is not installed.
    """
    del columns  # a page has none; every reader is called alike
    need("pypdf", "PDF")
    try:
        refuse_large(path)
        text = confined(text_of_file, str(path))["text"]
    except RecordError as error:
        yield Rejection(source=name, form="pdf", reason=str(error))
        return
    yield Report(text=text, metadata=Metadata(id=str(PurePosixPath(name).with_suffix(""))), source=name, form="pdf")


def pdf_text(data: bytes) -> str:
    """The text of a PDF that is at hand as bytes.

    Raises:
        RecordError: if there is none: no PDF, damaged, encrypted, scanned, or beyond a limit.
        HoradError: if the extra is not installed.
    """
    need("pypdf", "PDF")
    if _MARK not in data[:_MARK_WITHIN]:
        raise RecordError("holds a document that is no PDF")
    if len(data) > load_limits().documents.file_bytes:
        raise RecordError("holds a PDF that is larger than is read")
    return pdf_text_of_base64(base64.b64encode(data).decode())


def pdf_text_of_base64(data: str) -> str:
    """The text of a PDF in Base64.

    Raises:
        RecordError: if there is none.
        HoradError: if the extra is not installed.
    """
    need("pypdf", "PDF")
    return str(confined(text_of_bytes, data)["text"])


def text_of_file(path: str) -> dict[str, str]:
    """In the child: the text of the PDF at a path, or the problem with it."""
    return _text(Path(path).read_bytes())


def text_of_bytes(data: str) -> dict[str, str]:
    """In the child: the text of a PDF in Base64, or the problem with it."""
    return _text(base64.b64decode(data))


def _text(data: bytes) -> dict[str, str]:
    import pypdf

    limits = load_limits().documents
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not _opens_without_password(reader):
        return {"problem": "is encrypted; save it without a password"}
    if len(reader.pages) > limits.pages:
        return {"problem": f"has more than {limits.pages} pages; a report is shorter"}
    pages: list[str] = []
    for page in reader.pages:
        pages.append(page.extract_text().rstrip("\n"))
        if sum(map(len, pages)) > limits.text_characters:
            return {"problem": "holds more text than a report does"}
    text = "\n".join(pages)
    if not text.strip():
        return {"problem": "has no text layer (a scan?); recognise its text first"}
    return {"text": text.strip("\n")}


def _opens_without_password(reader: Any) -> bool:
    return bool(reader.decrypt(""))
