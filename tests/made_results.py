"""Results put together from the whole of every vocabulary, for round trips through what the writers write."""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

from horad import terms
from horad.records import (
    Evidence,
    Finding,
    Grade,
    MarrowReading,
    MaturityReading,
    NerveVesselRelation,
    Notice,
    Place,
    Provenance,
    ReportResult,
    Summary,
    SummaryGrade,
    SummaryRelation,
)

_Value = TypeVar("_Value")

# Words as reports have them: letters of any script, the delimiters of HL7, of DICOM and of XML, no edge of blanks.
WORDS = st.text(
    st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\xa0") | st.sampled_from("|^~\\&<>=' "),
    min_size=1,
    max_size=24,
).map(lambda text: " ".join(text.split()) or "x")
LENGTHS = st.floats(0, 500).map(lambda value: round(value, 1))


def some(values: st.SearchStrategy[_Value], most: int = 3) -> st.SearchStrategy[tuple[_Value, ...]]:
    return st.lists(values, max_size=most, unique=True).map(tuple)


def one(values: Sequence[_Value] | type[_Value]) -> st.SearchStrategy[_Value]:
    return st.sampled_from(values)  # type: ignore[arg-type]


RELATIONS = st.builds(
    NerveVesselRelation,
    structure=WORDS,
    side=st.none() | one(terms.Side),
    relation=one(terms.Relation),
    denied=some(one(terms.Relation)),
    distance_mm=st.none() | LENGTHS,
)
GRADES = st.builds(Grade, system=one(terms.GradeSystem), value=WORDS, basis=one(terms.Basis), when=one(terms.When))
FEATURES = st.dictionaries(one(terms.Feature), one(terms.Presence), max_size=4)
FINDINGS = st.builds(
    Finding,
    id=st.just("f"),
    kind=one(terms.Kind),
    assertion=one(terms.FindingAssertion),
    site=one(terms.Site),
    side=one(terms.Side),
    compartments=some(one(terms.Compartment)),
    structures=some(WORDS),
    maturity=st.none()
    | st.builds(
        MaturityReading,
        value=one(terms.Maturity),
        basis=one(terms.Basis),
        ledermann=st.none() | st.integers(1, 4),
    ),
    marrow_signal=st.none() | st.builds(MarrowReading, value=one(terms.MarrowSignal), sequence=st.none() | WORDS),
    neurovascular=some(RELATIONS, 2),
    grades=some(GRADES, 2),
    size_mm=st.lists(LENGTHS, max_size=3).map(tuple),
    change=st.none() | one(terms.Change),
    features=FEATURES,
    evidence=st.just((0,)),
)
SUMMARIES = st.builds(
    Summary,
    ho_status=one(terms.HoStatus),
    sites=some(st.builds(Place, site=one(terms.Site), side=one(terms.Side))),
    maturity=one(terms.Maturity),
    marrow_signal=one(terms.MarrowSignal),
    neurovascular=st.just(SummaryRelation())
    | st.builds(
        SummaryRelation,
        relation=one([r for r in terms.Relation if r != terms.Relation.NOT_DESCRIBED]),
        structures=some(WORDS),
    ),
    grades=some(st.builds(SummaryGrade, system=one(terms.SummaryGradeSystem), value=WORDS)),
    features=FEATURES,
    tumour=one(terms.Tumour),
    modality=some(one(terms.Modality)),
    risk_factors=some(one(terms.RiskFactor)),
)


@st.composite
def results(draw: st.DrawFn) -> ReportResult:
    """A result of up to three lesions, its words and its alerts."""
    findings = draw(st.lists(FINDINGS, max_size=3))
    words = draw(WORDS)
    field = draw(st.sampled_from(["ho_status", "maturity.inferred", "sites", "features.cleft", "grades"]))
    span = Evidence(
        start=0, end=len(words), text=words, section=terms.Section.FINDINGS, rule="a.b", field=field, finding=None
    )
    return ReportResult(
        report_id=draw(WORDS),
        report_status=draw(one([status for status in terms.ReportStatus if status != terms.ReportStatus.CANCELLED])),
        text_sha256="0" * 64,
        in_scope=True,
        summary=draw(SUMMARIES),
        findings=tuple(finding.model_copy(update={"id": f"f{n}"}) for n, finding in enumerate(findings, 1)),
        evidence=(span,),
        alerts=draw(st.lists(st.builds(Notice, code=st.just("a"), message=WORDS), max_size=2).map(tuple)),
        provenance=Provenance(horad="0.1.0", rules_sha256="0" * 64),
    )
