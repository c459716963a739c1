"""What else the report says of the patient."""

from horad.records.record import Record
from horad.terms import Completeness, Direction, FindingAssertion, ProphylaxisAgent, Timing, Uptake


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


class CordInjury(Record):
    """An injury of the spinal cord, as far as its level ("C6") and its completeness are told."""

    level: str | None = None
    completeness: Completeness | None = None


class Prophylaxis(Record):
    """What was given against heterotopic bone, or was not."""

    agent: ProphylaxisAgent
    assertion: FindingAssertion


class TimeMark(Record):
    """When an event has been seen after an injury, by a source, and where this study lies to it."""

    event: str
    low_days: int | None = None
    high_days: int | None = None
    source: str
    timing: Timing


class Context(Record):
    """Risk factors (more than the summary's list), symptoms, laboratory, bone scan, injury and prophylaxis."""

    risk_factors: tuple[str, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    labs: tuple[Lab, ...] = ()
    bone_scan: BoneScan | None = None
    injury_interval_days: int | None = None
    time_course: tuple[TimeMark, ...] = ()
    cord_injury: CordInjury | None = None
    prophylaxis: tuple[Prophylaxis, ...] = ()
