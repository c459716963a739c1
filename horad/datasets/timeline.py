"""All reports of one patient in the order of their studies: place by place what was seen."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import Field

from horad.datasets.results import open_table, quoted, record_of, stream
from horad.datasets.scales import MATURITY
from horad.errors import HoradError
from horad.records import Finding, ReportResult
from horad.records.context import BoneScan, Lab
from horad.records.record import Record
from horad.terms import Basis, Change, FindingAssertion, Kind, Maturity, ReportStatus, Side, Site, When

_LESIONS = frozenset({Kind.HETEROTOPIC_OSSIFICATION, Kind.MYOSITIS_OSSIFICANS, Kind.FOP, Kind.MINERALISED_MASS})
# Of what one report says of one place, the first that is said counts.
_STRENGTH = (FindingAssertion.PRESENT, FindingAssertion.POSSIBLE, FindingAssertion.HISTORICAL, FindingAssertion.ABSENT)
_FINALITY = (ReportStatus.PRELIMINARY, ReportStatus.UNKNOWN, ReportStatus.FINAL, ReportStatus.CORRECTED)


class Seen(Record):
    """One lesion in one report."""

    report_id: str
    date: str | None
    assertion: FindingAssertion
    maturity: Maturity | None = None
    grades: dict[str, str] = Field(default_factory=dict)
    size_mm: tuple[float, ...] = ()
    change: Change | None = None

    @property
    def is_there(self) -> bool:
        """Whether it is said to be there, surely or perhaps."""
        return self.assertion in (FindingAssertion.PRESENT, FindingAssertion.POSSIBLE)


class Track(Record):
    """One place through all reports; a bilateral lesion is one on each side."""

    site: Site
    side: Side
    seen: tuple[Seen, ...]

    @property
    def name(self) -> str:
        """The place in words."""
        side = "" if self.side is Side.UNSPECIFIED else f"{self.side} "
        return f"{side}{self.site}".replace("_", " ")


class Study(Record):
    """One report: when, how final, and what it says of the patient beside the lesions."""

    report_id: str
    date: str | None
    report_status: ReportStatus
    modality: tuple[str, ...]
    ho_status: str
    labs: tuple[Lab, ...] = ()
    bone_scan: BoneScan | None = None
    injury_interval_days: int | None = None
    risk_factors: tuple[str, ...] = ()


class Timeline(Record):
    """A patient's course; reports without a date stand last, and no order is read into them."""

    studies: tuple[Study, ...]
    superseded: tuple[str, ...]
    tracks: tuple[Track, ...]


def read_timeline(path: Path, patient: str) -> Timeline:
    """The course of one patient.

    Raises:
        HoradError: if no result is of this patient; the id is not repeated.
    """
    relation = open_table(path).sql(f"FROM results WHERE patient_id = {quoted(patient)}")
    results = [record_of(row) for row in stream(relation)]
    if not results:
        raise HoradError(f"{path}: no result is of this patient")
    return course(results)


def course(results: Sequence[ReportResult]) -> Timeline:
    """Order the results; of the versions of one study the most final counts, and what was cancelled does not."""
    current = _current(results)
    ordered = sorted(current, key=lambda one: (day_of(one) is None, day_of(one) or "", one.report_id))
    seen: dict[tuple[Site, Side], list[Seen]] = defaultdict(list)
    for result in ordered:
        for place, own in sorted(_places(result.findings).items()):
            seen[place].append(_seen(result, own))
    tracks = [Track(site=site, side=side, seen=tuple(own)) for (site, side), own in seen.items()]
    ids = {one.report_id for one in current}
    return Timeline(
        studies=tuple(_study(one) for one in ordered),
        superseded=tuple(sorted(one.report_id for one in results if one.report_id not in ids)),
        tracks=tuple(sorted(tracks, key=lambda track: (track.seen[0].date or "9", track.name))),
    )


def day_of(result: ReportResult) -> str | None:
    """The day of the study in ISO 8601, from any of its usual forms; none if it has no whole date."""
    given = (result.study_date or "").strip()[:10]
    for form in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return dt.datetime.strptime(given[:8] if form == "%Y%m%d" else given, form).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _current(results: Iterable[ReportResult]) -> list[ReportResult]:
    """Of one accession number the most final version, the last of equals."""
    latest: dict[str, ReportResult] = {}
    for result in results:
        if result.report_status is ReportStatus.CANCELLED:
            continue
        key = f"accession {result.accession_number}" if result.accession_number else f"report {result.report_id}"
        known = latest.get(key)
        if known is None or _FINALITY.index(result.report_status) >= _FINALITY.index(known.report_status):
            latest[key] = result
    return list(latest.values())


def _places(findings: Iterable[Finding]) -> dict[tuple[Site, Side], list[Finding]]:
    places: dict[tuple[Site, Side], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.kind in _LESIONS:
            for side in (Side.LEFT, Side.RIGHT) if finding.side is Side.BILATERAL else (finding.side,):
                places[finding.site, side].append(finding)
    return places


def _seen(result: ReportResult, findings: Sequence[Finding]) -> Seen:
    """What one report says of one place, all its findings there taken together."""
    assertion = min((finding.assertion for finding in findings), key=_STRENGTH.index)
    own = [finding for finding in findings if finding.assertion is assertion]
    return Seen(
        report_id=result.report_id,
        date=day_of(result),
        assertion=assertion,
        maturity=_maturity(own),
        grades=dict(_grades(own)),
        size_mm=max((finding.size_mm for finding in own), key=lambda size: max(size, default=0.0)),
        change=next((finding.change for finding in own if finding.change), None),
    )


def _maturity(findings: Sequence[Finding]) -> Maturity | None:
    values = {finding.maturity.value for finding in findings if finding.maturity and finding.maturity.value in MATURITY}
    if len(values) > 1:
        return Maturity.MIXED
    return next(iter(values), None)


def _grades(findings: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    """Stated grades of this study; an inferred one is horad's, and cannot contradict a reader."""
    for finding in findings:
        for grade in finding.grades:
            if grade.when is When.CURRENT and grade.basis is Basis.STATED:
                yield grade.system.value, grade.value


def _study(result: ReportResult) -> Study:
    return Study(
        report_id=result.report_id,
        date=day_of(result),
        report_status=result.report_status,
        modality=tuple(result.summary.modality),
        ho_status=result.summary.ho_status,
        labs=result.context.labs,
        bone_scan=result.context.bone_scan,
        injury_interval_days=result.context.injury_interval_days,
        risk_factors=result.context.risk_factors,
    )
