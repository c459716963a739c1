"""HL7 v2 files → messages: whatever ends their lines, in batches or frames, one after the other.

Only a line that starts with three letters and the field separator is a segment; any other line goes on the one before,
as text with raw line ends does. Segments of envelopes (FHS, BHS, BTS, FTS) belong to no message.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from horad.errors import RecordError
from horad.knowledge.sources import load_hl7_source, load_limits
from horad.readers.compressed import open_bytes
from horad.readers.hl7_escapes import Delimiters

_BLOCK = 1 << 20
_KEPT = 64  # bytes at either end of a line that is too long to be kept
_LINE_END = re.compile(rb"\r\n|\r|\n")
_ENVELOPES = (b"FHS", b"BHS", b"BTS", b"FTS")
_FRAME = b"\x0b\x1c"
_NAME = re.compile(rb"[A-Z][A-Z0-9]{2}")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DEFAULT_CHARSET = "cp1252"


@dataclass
class RawMessage:
    """The segments of one message as bytes, where it starts in the file, and whether it is too large to be read."""

    offset: int
    segments: list[bytearray] = field(default_factory=list)
    size: int = 0
    is_too_large: bool = False


@dataclass(frozen=True)
class Message:
    """Segments in order, each a list of raw fields (``fields[n]`` is field n of the standard)."""

    segments: tuple[tuple[str, ...], ...]
    delimiters: Delimiters
    charset: str
    warnings: tuple[str, ...] = ()

    def first(self, name: str) -> tuple[str, ...]:
        """The first segment of a name; empty where there is none."""
        return next((segment for segment in self.segments if segment[0] == name), ())


def looks_like_hl7(head: bytes) -> bool:
    """Whether a file that begins like this is one of HL7 v2."""
    if head.startswith(_UTF16):
        head = head.decode("utf-16", "ignore").encode()
    start = head.lstrip(codecs.BOM_UTF8 + b" \t\r\n\x0b\x1c")[:4]
    return start[:3] in (b"MSH", b"FHS", b"BHS") and len(start) > 3 and not chr(start[3]).isalnum() and start[3] > 32


def raw_messages(path: Path, offset: int = 0) -> Iterator[RawMessage]:
    """Yield every message of a file from an offset on; what stands before the first MSH is passed over."""
    limit = load_limits().hl7.message_bytes
    message: RawMessage | None = None
    for place, line, size in _lines(path, offset, limit):
        name = line[:3]
        if name == b"MSH" and _is_header(line):
            if message:
                yield message
            message = RawMessage(place)
        elif name in _ENVELOPES and message and _starts_segment(line, message):
            yield message
            message = None
        if message is not None:
            _add(message, line, size, limit)
    if message:
        yield message


def _add(message: RawMessage, line: bytes, size: int, limit: int) -> None:
    message.size += size + 1
    if message.size > limit:
        message.is_too_large = True
        message.segments = message.segments[:1]
    elif not message.segments or _starts_segment(line, message):
        message.segments.append(bytearray(line))
    else:
        message.segments[-1] += b"\n" + line


def _is_header(line: bytes) -> bool:
    return len(line) > 3 and not chr(line[3]).isalnum() and line[3] > 32


def _starts_segment(line: bytes, message: RawMessage) -> bool:
    if not _NAME.fullmatch(line[:3]):
        return False
    separator = message.segments[0][3:4] if message.segments else line[3:4]
    return line[3:4] == separator or len(line.rstrip()) == 3


def _lines(path: Path, offset: int, most: int) -> Iterator[tuple[int, bytes, int]]:
    """Where lines start, the lines without their end and without frame marks, and how long they are.

    Of a line longer than ``most`` only its ends are kept, so that a file without line ends fills no memory.
    """
    rest, place, lost = b"", offset, 0
    for block in _blocks(path, offset):
        start, scanned = 0, len(rest)
        rest += block
        # A carriage return at the end may be half of a line end.
        for end in _LINE_END.finditer(rest, max(0, scanned - 1), len(rest) - rest.endswith(b"\r")):
            yield place + start, _unframed(rest[start : end.start()]), end.start() - start + lost
            start, place, lost = end.end(), place + lost, 0
        rest, place = rest[start:], place + start
        if len(rest) > most + 2 * _KEPT:
            lost += len(rest) - 2 * _KEPT
            rest = rest[:_KEPT] + rest[-_KEPT:]
    if rest:
        yield place, _unframed(rest.rstrip(b"\r")), len(rest) + lost


def _unframed(line: bytes) -> bytes:
    return line.removeprefix(codecs.BOM_UTF8).strip(_FRAME)


def _blocks(path: Path, offset: int) -> Iterator[bytes]:
    """The bytes of a file from an offset on; UTF-16 as UTF-8, whose bytes the offset then counts."""
    with open_bytes(path) as file:
        if file.read(2) in _UTF16:
            file.seek(0)
            text = io.TextIOWrapper(file, "utf-16", errors="replace", newline="")
            while block := text.read(_BLOCK).encode():
                if block[offset:]:
                    yield block[offset:]
                offset = max(0, offset - len(block))
            return
        file.seek(offset)
        while block := file.read(_BLOCK):
            yield block


def parse_message(raw: RawMessage) -> Message:
    """A message with its fields, decoded by the character set it declares.

    Raises:
        RecordError: if it has no header that can be read.
    """
    import hl7

    header = bytes(raw.segments[0])
    charset, warnings = _charset(header)
    text, decoded_as = _decoded(b"\r".join([header, *raw.segments[1:]]), charset)
    if decoded_as != charset:
        warnings = (*warnings, f"not valid {charset}, read as {decoded_as}")
    try:
        parsed = hl7.parse(text)
        segments = tuple(tuple(str(part) for part in segment) for segment in parsed if str(segment[0]))
    except Exception as error:  # noqa: BLE001 - a library's error may quote the message
        raise RecordError(f"is not an HL7 v2 message that can be read ({type(error).__name__})") from None
    return Message(segments, _delimiters(segments[0]), decoded_as, warnings)


def _delimiters(header: tuple[str, ...]) -> Delimiters:
    letters = (header[2] if len(header) > 2 else "").ljust(4, "\0")
    given = (header[1], *letters[:4])
    return Delimiters(*(letter if letter != "\0" else "" for letter in given))


def _charset(header: bytes) -> tuple[str, tuple[str, ...]]:
    """The character set that MSH-18 names first; one that is not known is said."""
    fields = header.split(header[3:4])
    # MSH-1 is the separator itself, so that field 18 is the eighteenth piece.
    declared = fields[17].split(b"~")[0].decode("ascii", "replace").strip() if len(fields) > 17 else ""
    known = load_hl7_source().charset
    if declared.upper() in known:
        return known[declared.upper()], ()
    return "utf-8", ("names a character set that is not known, read as utf-8",)


def _decoded(raw: bytes, charset: str) -> tuple[str, str]:
    """The text, and what it was decoded as: as declared, else UTF-8, else CP-1252, which takes nearly every byte."""
    for name in (charset, "utf-8"):
        try:
            return raw.decode(name), name
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode(_DEFAULT_CHARSET, "replace"), _DEFAULT_CHARSET
