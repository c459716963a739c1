"""HL7 v2: a preliminary ORU^R01 per report, whether it mentions anything or not, in a batch file.

The message has the text that was read, then an OBX for every value, coded where the value is; what belongs together
has the same sub-id in OBX-4, and the words behind a value follow in an NTE.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from horad.knowledge.codes import Code, load_codes
from horad.knowledge.standards import load_hl7
from horad.records import Report, ReportResult
from horad.writers import identity
from horad.writers.layout import INTENDED_USE, OUT_OF_SCOPE, rows
from horad.writers.statements import FIELD, REPORT, Statement, Subject, subjects

_SEPARATORS = "^~\\&"
_CONTROL_ID = 20  # characters at most
_ESCAPES = str.maketrans(
    {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "~": "\\R\\", "&": "\\T\\", "\n": "\\.br\\", "\r": "\\.br\\"}
)


class Hl7Writer:
    """Write messages into a file with the envelope of a batch; segments end with a carriage return."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("wb")
        self._count = 0
        application = load_hl7().message.application
        self._put(f"FHS|{_SEPARATORS}|{application}", f"BHS|{_SEPARATORS}|{application}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if kind is None:
            self._put(f"BTS|{self._count}", "FTS|1")
        self._file.close()

    def write(self, result: ReportResult, report: Report) -> None:
        """Add the message of one result."""
        self._put(*message(result, report))
        self._count += 1

    def _put(self, *segments: str) -> None:
        self._file.write("".join(f"{segment}\r" for segment in segments).encode("utf-8", "replace"))


def message(result: ReportResult, report: Report) -> list[str]:
    """The segments of one report's message."""
    made_by = f"horad {result.provenance.horad}, rules {result.provenance.rules_sha256}"
    return [
        _header(result, report),
        _patient(report),
        _request(result, report),
        _segment("NTE", "1", "L", escaped(INTENDED_USE)),
        _segment("NTE", "2", "L", escaped(made_by)),
        *_observations(result, report.text),
    ]


def escaped(text: str) -> str:
    """Text as a field may hold it: delimiters and line ends as escape sequences, other control characters dropped."""
    kept = "".join(letter for letter in text.replace("\r\n", "\n") if letter >= " " or letter in "\n\r\t")
    return kept.translate(_ESCAPES)


def _header(result: ReportResult, report: Report) -> str:
    about = load_hl7().message
    control = identity.key(result, report)[:_CONTROL_ID]
    return _segment(
        *("MSH", _SEPARATORS, about.application, escaped(_facility(report)), "", ""),
        *(_timestamp(report), "", "^".join(about.structure), control, about.processing, about.version),
        *("", "", "", "", "", about.character_set),
    )


def _facility(report: Report) -> str:
    """The sending facility of a sender that is known by application and facility."""
    return (report.metadata.sender or "").rpartition("|")[2]


def _patient(report: Report) -> str:
    reference = report.reference
    name = _name(reference.patient_name if reference else None)
    # PID-3 is required; a null says that there is no number.
    patient = escaped(report.metadata.patient_id or (reference and reference.patient_id) or "") or '""'
    birth, sex = (reference.patient_birth_date or "", reference.patient_sex or "") if reference else ("", "")
    return _segment("PID", "1", "", patient, "", name, "", escaped(birth), escaped(sex))


def _name(dicom: str | None) -> str:
    """A person's name of DICOM, whose last two components stand the other way round in HL7."""
    if not (dicom or "").strip("^= "):
        return "^" * 6 + load_hl7().message.unknown_name
    family, given, middle, prefix, suffix = ((dicom or "").split("=")[0].split("^") + [""] * 5)[:5]
    return "^".join(escaped(part) for part in (family, given, middle, suffix, prefix)).rstrip("^")


def _request(result: ReportResult, report: Report) -> str:
    about, metadata = load_hl7(), report.metadata
    fields = [""] * 26
    fields[:2] = "OBR", "1"
    fields[3] = escaped(report.report_id)
    fields[4] = _coded(load_codes().private[FIELD]["result"])
    fields[7] = identity.study_day(report)
    fields[18] = escaped(metadata.accession_number or "")
    fields[22] = _timestamp(report)
    fields[24] = about.message.section
    fields[25] = about.status[result.report_status]
    return _segment(*fields)


def _timestamp(report: Report) -> str:
    return "".join(identity.moment(report))


def _observations(result: ReportResult, text: str) -> Iterator[str]:
    numbers = count(1)
    about = load_codes().private[FIELD]["result"]
    told = [f"{row.label}: {', '.join(row.values)}" for row in rows(result)]
    if not result.in_scope:
        told = [OUT_OF_SCOPE]
    yield _observation(next(numbers), "TX", load_hl7().text, "", escaped(text))
    yield _observation(next(numbers), "TX", about, "", escaped("\n".join([*told, INTENDED_USE])))
    for subject in subjects(result):
        groups = count(1)
        for statement in (*_about(subject), *subject.statements):
            place = "" if subject.id == REPORT else subject.id
            if statement.parts:
                place = f"{subject.id}.{next(groups)}"
            for one in (statement, *statement.parts):
                yield _statement(next(numbers), one, place)
                if one.words:
                    yield _segment("NTE", "1", "L", "~".join(escaped(words) for words in one.words))


def _about(subject: Subject) -> list[Statement]:
    """What a lesion is and where it lies, as statements like the others."""
    finding = subject.finding
    if finding is None:
        return []
    return [Statement(name, getattr(finding, name), name) for name in ("kind", "site", "side")]


def _statement(number: int, statement: Statement, place: str) -> str:
    codes = load_codes()
    name = codes.private[statement.names][statement.name]
    if statement.vocabulary:
        value = str(statement.value)
        public = codes.terms.get(statement.vocabulary, {}).get(value)
        return _observation(number, "CWE", name, place, _coded(codes.private[statement.vocabulary][value], public))
    if isinstance(statement.value, float):
        return _observation(number, "NM", name, place, str(statement.value), "mm^mm^UCUM")
    return _observation(number, "ST", name, place, escaped(statement.value))


def _observation(number: int, kind: str, name: Code, place: str, *value: str) -> str:
    """A preliminary OBX; a number is followed by its unit."""
    said, unit = (*value, "")[:2]
    return _segment("OBX", str(number), kind, _coded(name), place, said, unit, "", "", "", "", "P")


def _coded(code: Code, alternate: Code | None = None) -> str:
    both = [code] if alternate is None else [code, alternate]
    return "^".join(part for one in both for part in (escaped(one.code), escaped(one.meaning), escaped(one.scheme)))


def _segment(*fields: str) -> str:
    return "|".join(fields).rstrip("|")
