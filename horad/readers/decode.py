"""Bytes → text: the mark removed, newlines untouched, the encoding found and never guessed silently."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from horad.errors import RecordError
from horad.readers.compressed import open_bytes

# A report is a few kilobytes; what is far beyond that is not one report.
MAX_REPORT_BYTES = 1_000_000

CP1252_WARNING = "not valid UTF-8, read as CP-1252"

# What a wrong file usually is, by its first bytes, with the way out.
_FOREIGN = (
    (b"%PDF-", "is a PDF", "extract its text first"),
    (b"PK\x03\x04", "is a ZIP or Office file", "export it as text, CSV or JSON lines"),
    (b"\x1f\x8b", "is gzip-compressed", "decompress it first"),
    (b"\xd0\xcf\x11\xe0", "is an Office file", "export it as text, CSV or JSON lines"),
    (b"{\\rtf", "is an RTF document", "save it as plain text"),
    (b"PAR1", "is a Parquet file", "name it *.parquet"),
)


@dataclass(frozen=True)
class Decoded:
    """A text, and the warning to carry if its encoding had to be assumed."""

    text: str
    warnings: tuple[str, ...] = ()


def decode(raw: bytes) -> Decoded:
    """Decode one report: UTF-8, UTF-16 with its mark, else CP-1252 with a warning.

    Raises:
        RecordError: if the bytes are no text; the message says what they look like and the remedy.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Decoded(_strict(raw, "utf-16"))
    refuse_binary(raw)
    try:
        return Decoded(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Decoded(_strict(raw, "cp1252"), (CP1252_WARNING,))


def refuse_binary(raw: bytes) -> None:
    """Refuse what is plainly not text.

    Raises:
        RecordError: naming what the bytes look like, and the remedy.
    """
    for magic, what, remedy in _FOREIGN:
        if raw.startswith(magic):
            raise RecordError(f"{what}; {remedy}")
    if raw[128:132] == b"DICM":
        raise RecordError("is a DICOM file; export the report as text first")
    if b"\0" in raw:
        raise RecordError("holds NUL bytes (a binary file, or UTF-16 without its mark); save it as UTF-8 text")
    if (len(raw) - len(raw.translate(None, _CONTROL))) * 50 > len(raw):
        raise RecordError("is binary data, not text; export the report as UTF-8 text")


def column_encoding(path: Path) -> str:
    """The encoding of a whole table file, found in one pass over its bytes: "utf-8-sig", "utf-16" or "cp1252".

    Raises:
        RecordError: if the bytes are no text.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding = "utf-8-sig"
    with open_bytes(path) as file:
        first = True
        while block := file.read(1 << 20):
            if first and block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            refuse_binary(block) if first else _refuse_nul(block)
            first = False
            if encoding == "utf-8-sig":
                encoding = _still_utf8(decoder, block)
    if encoding == "utf-8-sig":
        encoding = _still_utf8(decoder, b"", final=True)
    return encoding


def _still_utf8(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> str:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _refuse_nul(block: bytes) -> None:
    if b"\0" in block:
        raise RecordError("holds NUL bytes; save it as UTF-8 text")


def _strict(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise RecordError(_UNDECODABLE[encoding]) from None


_UNDECODABLE = {
    "utf-16": "starts with the mark of UTF-16 but is not; save it as UTF-8 text",
    "cp1252": "is neither UTF-8 nor CP-1252; save it as UTF-8 text",
}
_CONTROL = bytes(code for code in range(32) if code not in (8, 9, 10, 11, 12, 13, 27))
