"""HL7 v2 observation reports (ORU^R01): one report per OBR, its OBX lines joined with newlines.

Where a value stands: docs/sources.md. Everything that is no report is a rejection with its reason.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from horad.errors import HoradError, RecordError
from horad.readers.hl7_messages import Message, RawMessage, parse_message, raw_messages
from horad.readers.hl7_reports import reports
from horad.readers.rows import Columns
from horad.records import Rejection, Report

Place = Sequence[int]
"""The offset of a message, the records before it, and the records of it that are passed over."""


def read(path: Path, name: str, columns: Columns) -> Iterator[Report | Rejection]:
    """Yield every report of a file of messages."""
    return (record for _, record in read_from(path, name, columns))


def read_from(
    path: Path, name: str, columns: Columns, place: Place | None = None
) -> Iterator[tuple[list[int], Report | Rejection]]:
    """Yield every record from ``place`` on with its own place.

    Raises:
        HoradError: if the extra is not installed.
    """
    del columns  # a message has none; every reader is called alike
    _need_library()
    offset, number, passed = place or (0, 0, 0)
    found = False
    for raw in raw_messages(path, offset):
        records = list(_records(raw, name, number))
        found = True
        yield from (([raw.offset, number, nth], record) for nth, record in enumerate(records) if nth >= passed)
        number, passed = number + len(records), 0
    if not found:
        yield [0, 0, 0], Rejection(source=name, form="hl7", reason="holds no HL7 v2 message; one begins with MSH")


def _records(raw: RawMessage, name: str, before: int) -> Iterator[Report | Rejection]:
    """The records of one message, at least one."""
    number = before
    for number, record in enumerate(_answers(raw), before + 1):
        if isinstance(record, Report):
            yield record.model_copy(update={"source": name, "position": number, "form": "hl7"})
        else:
            yield Rejection(source=name, position=number, form="hl7", reason=record)


def _answers(raw: RawMessage) -> Iterator[Report | str]:
    if raw.is_too_large:
        yield "the message is larger than is read; send documents apart"
        return
    try:
        message = parse_message(raw)
        refused = _kind_refused(message)
        if refused:
            yield refused
        else:
            yield from reports(message)
    except RecordError as error:
        yield str(error)


def _kind_refused(message: Message) -> str:
    """Why a message is none that is read; empty if it is an observation report."""
    header = message.first("MSH")
    kind = header[9].split(message.delimiters.component or "\0") if len(header) > 9 else [""]
    if kind[0].strip().upper() == "ORU" or (not kind[0].strip() and message.first("OBX")):
        return ""
    # Only letters and digits, so that nothing else of the message can get into a reason.
    said = "".join(letter for letter in kind[0][:3].upper() if letter.isascii() and letter.isalnum()) or "no type"
    return f"is an HL7 message of type {said}, not an observation report (ORU)"


def _need_library() -> None:
    try:
        import hl7  # noqa: F401
    except ImportError:
        raise HoradError("HL7 v2 needs an extra: pip install 'horad[hl7]'") from None
