"""The report in one row: derived from its findings, never computed apart."""

from pydantic import Field

from horad.records.record import Record
from horad.terms import (
    Feature,
    HoStatus,
    MarrowSignal,
    Maturity,
    Modality,
    Presence,
    Relation,
    RiskFactor,
    Side,
    Site,
    SummaryGradeSystem,
    Tumour,
)


class Place(Record):
    """A site and its side."""

    site: Site
    side: Side


class SummaryRelation(Record):
    """The most severe asserted relation, and the structures in it."""

    relation: Relation = Relation.NOT_DESCRIBED
    structures: tuple[str, ...] = ()


class SummaryGrade(Record):
    """A stated, current grade."""

    system: SummaryGradeSystem
    value: str


class Summary(Record):
    """What the report says, over all its findings."""

    ho_status: HoStatus = HoStatus.NOT_MENTIONED
    sites: tuple[Place, ...] = ()
    maturity: Maturity = Maturity.NOT_STATED
    marrow_signal: MarrowSignal = MarrowSignal.NOT_DESCRIBED
    neurovascular: SummaryRelation = SummaryRelation()
    grades: tuple[SummaryGrade, ...] = ()
    features: dict[Feature, Presence] = Field(default_factory=dict)
    tumour: Tumour = Tumour.NOT_MENTIONED
    modality: tuple[Modality, ...] = ()
    risk_factors: tuple[RiskFactor, ...] = ()
