"""One HL7 v2 message → its reports: what is known of each, and its text."""

import base64
import binascii
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from horad.errors import HoradError
from horad.knowledge.codes import load_codes
from horad.knowledge.sources import load_hl7_source
from horad.readers.hl7_escapes import unescaped
from horad.readers.hl7_messages import Message
from horad.records import Metadata, Report
from horad.terms import ReportStatus

Segment = tuple[str, ...]

_TIME = re.compile(
    r"(?P<date>\d{4}(?:\d{2}(?:\d{2})?)?)(?P<time>\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,6})?)?)?)?(?P<zone>[+-]\d{4})?"
)
_WITHDRAWN = "withdrawn"


@dataclass
class _Group:
    """An OBR with the segments that belong to it."""

    request: Segment = ()
    order: Segment = ()
    observations: list[Segment] = field(default_factory=list)


def reports(message: Message) -> Iterator[Report | str]:
    """Yield the report of every OBR, or why there is none."""
    groups = _groups(message)
    if not groups:
        yield "the message holds no report (no OBR and no OBX)"
    yield from _told_apart([_report(message, group) for group in groups])


def _told_apart(found: list[Report | str]) -> Iterator[Report | str]:
    """Reports of one message that share an accession number are no versions of each other."""
    shared = Counter(one.metadata.accession_number for one in found if isinstance(one, Report))
    for one in found:
        if isinstance(one, Report) and one.metadata.accession_number and shared[one.metadata.accession_number] > 1:
            yield one.model_copy(update={"part": one.metadata.id})
        else:
            yield one


def _groups(message: Message) -> list[_Group]:
    groups: list[_Group] = []
    order: Segment = ()
    for segment in message.segments:
        if segment[0] == "ORC":
            order = segment
        elif segment[0] == "OBR":
            groups.append(_Group(segment, order))
            order = ()
        elif segment[0] == "OBX":
            if not groups:
                groups.append(_Group((), order))
            groups[-1].observations.append(segment)
    return groups


def _report(message: Message, group: _Group) -> Report | str:
    status, is_withdrawn = _status(group)
    standing = [one for one in group.observations if _letter(one, 11) not in _removed()]
    text, others = _text(message, standing)
    is_gone = is_withdrawn or status is ReportStatus.CANCELLED
    if not text.strip() and not is_gone:
        return _without_text(others)
    return Report(
        text=text,
        metadata=_metadata(message, group, status),
        is_withdrawn=is_withdrawn,
        warnings=message.warnings,
        identifiers=_identifiers(message, group),
    )


def _without_text(others: set[str]) -> str:
    if "ED" in others:
        return "has no text, only a document (ED) that holds none that can be read; PDF needs 'horad[documents]'"
    if others:
        return "has no text, only values of other types"
    return "has no text"


def _status(group: _Group) -> tuple[ReportStatus, bool]:
    """The status, and whether it was entered in error: by OBR-25, and by the lines where that is final or empty."""
    lines = {_letter(one, 11) for one in group.observations} - {""}
    said = _letter(group.request, 25)
    meanings = {_meaning(letter) for letter in lines}
    if _meaning(said) in ("final", "") and lines:
        if meanings <= {_WITHDRAWN}:
            return ReportStatus.UNKNOWN, True
        if meanings <= {"cancelled", _WITHDRAWN}:
            return ReportStatus.CANCELLED, False
        if "corrected" in meanings:
            return ReportStatus.CORRECTED, False
        if not _meaning(said):
            return _named("preliminary" if "preliminary" in meanings else "final" if "final" in meanings else ""), False
    return _named(_meaning(said)), _meaning(said) == _WITHDRAWN


def _named(meaning: str) -> ReportStatus:
    return ReportStatus(meaning) if meaning in set(ReportStatus) else ReportStatus.UNKNOWN


def _meaning(letter: str) -> str:
    return next((meaning for meaning, letters in load_hl7_source().status.items() if letter in letters), "")


def _removed() -> frozenset[str]:
    known = load_hl7_source().status
    return known["cancelled"] | known[_WITHDRAWN]


def _letter(segment: Segment, number: int) -> str:
    return _field(segment, number).strip().upper()[:1]


def _field(segment: Segment, number: int) -> str:
    return segment[number] if len(segment) > number else ""


def _metadata(message: Message, group: _Group, status: ReportStatus) -> Metadata:
    header, patient, request = message.first("MSH"), message.first("PID"), group.request
    sender = "|".join(_part(message, _field(header, number)) for number in (3, 4)).strip("|")
    issued = _moment(message, _field(request, 22)) or _moment(message, _field(header, 7))
    study = _moment(message, _field(request, 7))
    number = _part(message, _field(request, 3)) or _part(message, _field(group.order, 3))
    return Metadata(
        id=number or _part(message, _field(request, 2)) or None,
        patient_id=_patient_number(message, _field(patient, 3)) or None,
        accession_number=_part(message, _field(request, 18)) or None,
        sender=sender or None,
        issued=issued or None,
        study_date=study[:10] or None,
        modality=_part(message, _field(request, 24)) or None,
        body_part=_body_part(message, _field(request, 15)) or None,
        report_status=status,
    )


def _part(message: Message, value: str, component: int = 1) -> str:
    """One component of the first repetition, as text; a null ("") says nothing."""
    marks = message.delimiters
    first = value.split(marks.repetition, maxsplit=1)[0] if marks.repetition else value
    parts = first.split(marks.component) if marks.component else [first]
    found = parts[component - 1] if len(parts) >= component else ""
    return "" if found.strip() == '""' else unescaped(found, marks, message.charset).strip()


def _patient_number(message: Message, value: str) -> str:
    """The medical record number among a patient's identifiers, else the first of them."""
    marks = message.delimiters
    repetitions = value.split(marks.repetition) if marks.repetition else [value]
    records = [one for one in repetitions if _part(message, one, 5).upper() == "MR"]
    return _part(message, (records or repetitions)[0])


def _body_part(message: Message, value: str) -> str:
    """The site of OBR-15, by its text or its code."""
    marks = message.delimiters
    components = value.split(marks.component) if marks.component else [value]
    site = components[3] if len(components) > 3 else ""
    pieces = [piece for piece in (site.split(marks.subcomponent) if marks.subcomponent else [site]) if piece]
    return unescaped(pieces[1] if len(pieces) > 1 else "".join(pieces[:1]), marks, message.charset).strip()


def _moment(message: Message, value: str) -> str:
    """A time stamp as ISO 8601; empty where there is none that can be read."""
    match = _TIME.match(_part(message, value))
    if not match:
        return ""
    day, time = (
        match["date"].ljust(8, "0").replace("00", "01") if len(match["date"]) < 8 else match["date"],
        match["time"],
    )
    digits, _, fraction = (time or "").partition(".")
    clock = digits.ljust(6, "0")
    zone = match["zone"] or ""
    text = f"{day[:4]}-{day[4:6]}-{day[6:8]}T{clock[:2]}:{clock[2:4]}:{clock[4:6]}.{fraction.ljust(6, '0')[:6]}{zone}"
    try:
        return dt.datetime.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _identifiers(message: Message, group: _Group) -> dict[str, str]:
    """What the message says of people, every repetition and component on its own, joined by line ends."""
    found: dict[str, str] = {}
    for place, name in load_hl7_source().identifiers.items():
        segment, _, number = place.partition("-")
        own = {"OBR": group.request, "ORC": group.order}.get(segment, message.first(segment))
        pieces = [piece for piece in _pieces(message, _field(own, int(number))) if piece]
        if pieces:
            found[name] = "\n".join(dict.fromkeys(pieces))
    return found


def _pieces(message: Message, value: str) -> Iterator[str]:
    marks = message.delimiters
    split = [mark for mark in (marks.repetition, marks.component, marks.subcomponent) if mark]
    for piece in re.split("|".join(map(re.escape, split)), value) if split else [value]:
        yield "" if piece == '""' else unescaped(piece, marks, message.charset).strip()


def _text(message: Message, observations: list[Segment]) -> tuple[str, set[str]]:
    """The text of the lines in their order, and the types of the values that are none."""
    kinds, own = load_hl7_source().value_type, load_codes().scheme.designator
    lines: list[str] = []
    others: set[str] = set()
    for one in _ordered(observations):
        if _part(message, _field(one, 3), 3) == own:
            continue  # values that horad made of the text, which stands beside them
        kind = _field(one, 2).strip().upper()
        if kind in kinds["text"]:
            lines.extend(_repeated(message, _field(one, 5)))
        elif kind in kinds["coded"]:
            lines.extend(_coded(message, _field(one, 5)))
        elif kind in kinds["number"]:
            lines.append(_measured(message, one))
        elif kind in kinds["document"] and (document := _document(message, _field(one, 5))):
            lines.append(document)
        else:
            others.add(kind)
    return "\n".join(lines).strip("\n"), others


def _ordered(observations: list[Segment]) -> list[Segment]:
    """Lines of one OBX-3 together, in the order in which they first come, numbered ones by their OBX-4."""
    order: dict[str, int] = {}
    for one in observations:
        order.setdefault(_field(one, 3), len(order))
    numbered = all(_field(one, 4).strip().isdecimal() for one in observations)
    if not numbered:
        return sorted(observations, key=lambda one: order[_field(one, 3)])
    return sorted(observations, key=lambda one: (order[_field(one, 3)], int(_field(one, 4))))


def _repeated(message: Message, value: str) -> list[str]:
    """Text as it stands: only repetitions part it, other delimiters are letters that a sender did not escape."""
    if value == '""':
        return []
    marks = message.delimiters
    pieces = value.split(marks.repetition) if marks.repetition else [value]
    return [unescaped(piece, marks, message.charset) for piece in pieces]


def _coded(message: Message, value: str) -> list[str]:
    """The text of coded values: the original text, else the text of the code, else the code."""
    marks = message.delimiters
    pieces = value.split(marks.repetition) if marks.repetition else [value]
    texts = (next((part for number in (9, 2, 5, 1) if (part := _part(message, one, number))), "") for one in pieces)
    return [text for text in texts if text]


def _measured(message: Message, segment: Segment) -> str:
    """A number with the name it is filed under and its unit."""
    name = _part(message, _field(segment, 3), 2)
    value = " ".join(piece for piece in _pieces(message, _field(segment, 5)) if piece)
    unit = _part(message, _field(segment, 6))
    return " ".join(part for part in (f"{name}:" if name else "", value, unit) if part)


def _document(message: Message, value: str) -> str:
    """The text of a PDF in Base64; empty where there is none, or nothing that reads one."""
    marks = message.delimiters
    parts = value.split(marks.component) if marks.component else [value]
    if len(parts) < 5 or parts[3].strip().upper() != "BASE64":
        return ""
    try:
        data = base64.b64decode("".join(parts[4].split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return _pdf_text(data)


def _pdf_text(data: bytes) -> str:
    from horad.readers.pdf import pdf_text

    try:
        return pdf_text(data)
    except HoradError:
        return ""
