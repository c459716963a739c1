"""Where in the text a value comes from."""

from pydantic import NonNegativeInt

from horad.records.record import Record
from horad.terms import Section


class Evidence(Record):
    """One span of the report: ``text`` is the slice ``start:end`` (code points) of the text as given."""

    start: NonNegativeInt
    end: NonNegativeInt
    text: str
    section: Section
    rule: str
    field: str
    finding: str | None = None


class Notice(Record):
    """An alert, a conflict or a warning: a stable code, a sentence, and the spans behind it."""

    code: str
    message: str
    evidence: tuple[NonNegativeInt, ...] = ()
