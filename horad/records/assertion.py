"""What a text asserts of one target, and the words that decide it."""

from enum import StrEnum

from pydantic import NonNegativeInt

from horad.records.record import Record


class AssertionValue(StrEnum):
    """The kinds of assertion, kept apart; the meaning of each stands behind it."""

    PRESENT = "present"  # asserted as there now
    ABSENT = "absent"  # denied
    POSSIBLE = "possible"  # hedged
    HISTORICAL = "historical"  # was there, and is not said to be there now
    HYPOTHETICAL = "hypothetical"  # conditional, advised, or to come
    ASKED = "asked"  # the question of the study
    AT_RISK = "at_risk"  # feared or prevented
    FAMILY = "family"  # a relative's
    GENERAL = "general"  # said of the disease, not of this patient


class CueSpan(Record):
    """Words that decided; ``text`` is the slice ``start:end`` (code points) of the text as given."""

    start: NonNegativeInt
    end: NonNegativeInt
    text: str
    rule: str


class Assertion(Record):
    """The assertion of a target; what is denied and was there before is absent and historical."""

    value: AssertionValue
    historical: bool = False
    cues: tuple[CueSpan, ...] = ()
