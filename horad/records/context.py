"""What else the report says of the patient."""

from horad.records.record import Record
from horad.terms import Direction, FindingAssertion, Uptake


class Symptom(Record):
    """A symptom and what is asserted of it."""

    name: str
    assertion: FindingAssertion


class Lab(Record):
    """A laboratory value as the text gives it."""

    name: str
    value: float | None = None
    unit: str | None = None
    direction: Direction | None = None


class BoneScan(Record):
    """The three phases of a bone scan, as far as described."""

    flow: Uptake | None = None
    pool: Uptake | None = None
    delayed: Uptake | None = None


class Context(Record):
    """Risk factors (more than the summary's list), symptoms, laboratory, bone scan, time since injury."""

    risk_factors: tuple[str, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    labs: tuple[Lab, ...] = ()
    bone_scan: BoneScan | None = None
    injury_interval_days: int | None = None
