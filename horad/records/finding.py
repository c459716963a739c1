"""One lesion on one side."""

from pydantic import Field, NonNegativeFloat, NonNegativeInt

from horad.records.differential import Candidate
from horad.records.record import Record
from horad.terms import (
    Basis,
    Change,
    Compartment,
    Feature,
    FindingAssertion,
    GradeSystem,
    Kind,
    MarrowSignal,
    Maturity,
    Presence,
    Relation,
    Side,
    Site,
    When,
)


class MaturityReading(Record):
    """Maturity, whether said or inferred, and the Ledermann stage where it follows."""

    value: Maturity
    basis: Basis = Basis.STATED
    ledermann: int | None = None


class MarrowReading(Record):
    """Signal or attenuation inside the new bone, and the sequence it was seen on."""

    value: MarrowSignal
    sequence: str | None = None


class NerveVesselRelation(Record):
    """The relation to one nerve, vessel or bundle, with the relations that were denied."""

    structure: str
    side: Side | None = None
    relation: Relation
    denied: tuple[Relation, ...] = ()
    distance_mm: NonNegativeFloat | None = None


class Grade(Record):
    """One grade of a finding, stated or inferred, of this study or an earlier one."""

    system: GradeSystem
    value: str
    basis: Basis = Basis.STATED
    when: When = When.CURRENT


class Finding(Record):
    """One lesion on one side, with everything said of it; ``evidence`` indexes the result's spans.

    ``differential`` is its own where a report has several lesions, else only the result's is filled.
    """

    id: str
    kind: Kind
    assertion: FindingAssertion
    site: Site = Site.UNSPECIFIED
    side: Side = Side.UNSPECIFIED
    compartments: tuple[Compartment, ...] = ()
    structures: tuple[str, ...] = ()
    maturity: MaturityReading | None = None
    marrow_signal: MarrowReading | None = None
    neurovascular: tuple[NerveVesselRelation, ...] = ()
    grades: tuple[Grade, ...] = ()
    size_mm: tuple[NonNegativeFloat, ...] = ()
    change: Change | None = None
    features: dict[Feature, Presence] = Field(default_factory=dict)
    evidence: tuple[NonNegativeInt, ...] = ()
    differential: tuple[Candidate, ...] = ()
