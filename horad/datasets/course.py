"""What happened along a timeline, and which reports contradict one another."""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence

from horad.datasets.scales import MATURITY, grade_scales
from horad.datasets.timeline import Seen, Study, Timeline, Track
from horad.records.record import Record
from horad.terms import Change, FindingAssertion, RiskFactor, Side, Site

_ONE_SIDE = frozenset({Side.LEFT, Side.RIGHT})
_OPERATIONS = frozenset({RiskFactor.OTHER_SURGERY, RiskFactor.ARTHROPLASTY})


class Event(Record):
    """One change of one lesion: what, in which report, and from which value to which."""

    code: str
    place: str
    date: str | None
    report_id: str
    before: str | None = None
    after: str | None = None


class Contradiction(Record):
    """Two reports that cannot both be right, or that leave out what lies between them."""

    code: str
    place: str
    first: str
    first_date: str | None
    first_value: str
    second: str
    second_date: str | None
    second_value: str


def events(timeline: Timeline) -> list[Event]:
    """Everything that happened, in order: first seen, matured, grade and size changed, gone, recurred."""
    found = [event for track in timeline.tracks for event in _events(track)]
    return sorted(found, key=lambda event: (event.date or "9", event.place, event.code))


def contradictions(timeline: Timeline) -> list[Contradiction]:
    """What does not fit, in order: sides, and in one place grade, maturity and presence that fall for no told reason.

    Told reasons are: the lesion is said to be gone, removed or back, or an operation is told for the first time.
    """
    found = [*_sides(timeline)]
    for track in timeline.tracks:
        dated = [seen for seen in track.seen if seen.date]
        for first, second in itertools.pairwise(dated):
            if not _explained(timeline, first, second):
                found += _falls(track, first, second)
    return sorted(found, key=lambda one: (one.second_date or "9", one.place, one.code))


def _events(track: Track) -> Iterator[Event]:
    was_there, gone = None, False
    for seen in (seen for seen in track.seen if seen.date):
        if seen.is_there:
            if was_there is None:
                yield _event("first_seen", track, seen, None, seen.assertion)
            elif gone or seen.change is Change.RECURRED:
                yield _event("recurred", track, seen, None, seen.assertion)
            if was_there is not None:
                yield from _changes(track, was_there, seen)
            was_there, gone = seen, seen.change is Change.RESOLVED
            if gone:
                yield _event("gone", track, seen, None, seen.change)
        elif was_there is not None and not gone:
            gone = True
            yield _event("gone", track, seen, was_there.assertion, seen.assertion)


def _changes(track: Track, before: Seen, after: Seen) -> Iterator[Event]:
    if before.maturity != after.maturity and before.maturity and after.maturity:
        yield _event("maturity", track, after, before.maturity, after.maturity)
    for system in before.grades.keys() & after.grades.keys():
        if before.grades[system] != after.grades[system]:
            yield _event("grade", track, after, f"{system} {before.grades[system]}", f"{system} {after.grades[system]}")
    if before.size_mm and after.size_mm and max(before.size_mm) != max(after.size_mm):
        yield _event("size", track, after, size_of(before), size_of(after))


def _event(code: str, track: Track, seen: Seen, before: str | None, after: str | None) -> Event:
    return Event(
        code=code, place=track.name, date=seen.date, report_id=seen.report_id, before=_text(before), after=_text(after)
    )


def size_of(seen: Seen) -> str:
    """The size in words."""
    return " x ".join(f"{number:g}" for number in seen.size_mm) + " mm" if seen.size_mm else ""


def _falls(track: Track, first: Seen, second: Seen) -> Iterator[Contradiction]:
    if first.assertion is FindingAssertion.PRESENT and second.assertion is FindingAssertion.ABSENT:
        yield _contradiction("present_then_absent", track, first, second, first.assertion, second.assertion)
    if not (first.is_there and second.is_there):
        return
    if first.maturity and second.maturity and _is_lower(MATURITY, second.maturity, first.maturity):
        yield _contradiction("maturity_falls", track, first, second, first.maturity, second.maturity)
    for system, levels in grade_scales().items():
        one, other = first.grades.get(system), second.grades.get(system)
        if one and other and _is_lower(levels, other, one):
            told = (f"{system} {one}", f"{system} {other}")
            yield _contradiction("grade_falls", track, first, second, *told)
    if second.change is Change.NEW:
        yield _contradiction("new_but_known", track, first, second, first.assertion, "new")


def _is_lower(levels: Sequence[str], one: str, other: str) -> bool:
    return one in levels and other in levels and levels.index(one) < levels.index(other)


def _explained(timeline: Timeline, first: Seen, second: Seen) -> bool:
    """Whether anything told between two reports, or by the second, accounts for less bone."""
    if second.change in (Change.RESOLVED, Change.RECURRED) or first.change is Change.RESOLVED:
        return True
    if FindingAssertion.HISTORICAL in (first.assertion, second.assertion):
        return True
    before = {risk for study in timeline.studies if _until(study, first) for risk in study.risk_factors}
    later = [study for study in timeline.studies if not _until(study, first) and _until(study, second)]
    return any(risk in _OPERATIONS and risk not in before for study in later for risk in study.risk_factors)


def _until(study: Study, seen: Seen) -> bool:
    return study.date is not None and seen.date is not None and study.date <= seen.date


def _sides(timeline: Timeline) -> Iterator[Contradiction]:
    """A lesion of one side only, and in the next report on the place one of the other side only that none knew of."""
    by_site: dict[Site, dict[tuple[str, str], dict[Side, Seen]]] = defaultdict(dict)
    for track in timeline.tracks:
        for seen in track.seen:
            if track.side in _ONE_SIDE and track.site is not Site.UNSPECIFIED and seen.date and seen.is_there:
                by_site[track.site].setdefault((seen.date, seen.report_id), {})[track.side] = seen
    for site, reports in by_site.items():
        known: set[Side] = set()
        for (_, first), (_, second) in itertools.pairwise(sorted(reports.items())):
            known |= first.keys()
            if len(first) == len(second) == 1 and not second.keys() & known:
                (side, one), (other_side, other) = *first.items(), *second.items()
                if other.change is not Change.NEW:
                    place = Track(site=site, side=Side.UNSPECIFIED, seen=())
                    yield _contradiction("side_differs", place, one, other, side, other_side)


def _contradiction(  # noqa: PLR0917 - one shape for all
    code: str, track: Track, first: Seen, second: Seen, one: str, other: str
) -> Contradiction:
    return Contradiction(
        code=code,
        place=track.name,
        first=first.report_id,
        first_date=first.date,
        first_value=_text(one) or "",
        second=second.report_id,
        second_date=second.date,
        second_value=_text(other) or "",
    )


def _text(value: str | None) -> str | None:
    return None if value is None else str(value).replace("_", " ")


def as_text(timeline: Timeline) -> str:
    """The timeline in lines: each place with what was seen, then events, then contradictions."""
    dates = [study.date for study in timeline.studies if study.date]
    count = len(timeline.studies)
    lines = [f"{count} report{'s' * (count != 1)}" + (f", {dates[0]} to {dates[-1]}" if dates else "")]
    for track in timeline.tracks:
        seen = (f"  {one.date or 'no date':10}  {one.report_id}  {said(one)}" for one in track.seen)
        lines += ["", track.name, *seen]
    for study in timeline.studies:
        if told := beside(study):
            lines += ["", f"{study.date or 'no date'}  {study.report_id}  {'; '.join(told)}"]
    happened = [
        f"  {event.date}  {event.place}: {_text(event.code)}"
        + (f", {event.before} to {event.after}" if event.before and event.after else "")
        for event in events(timeline)
    ]
    lines += ["", "What happened", *happened] if happened else []
    unfit = [
        f"  {_text(one.code)} at the {one.place}: {one.first_value} on {one.first_date} ({one.first}), "
        f"{one.second_value} on {one.second_date} ({one.second})"
        for one in contradictions(timeline)
    ]
    lines += ["", "What does not fit", *unfit] if unfit else []
    return "\n".join(lines) + "\n"


def said(seen: Seen) -> str:
    """What one report says of one lesion, on one line."""
    grades = [f"{system} {value}" for system, value in seen.grades.items()]
    parts: Sequence[str | None] = (seen.assertion, seen.maturity, *grades, size_of(seen), seen.change)
    return ", ".join(str(part) for part in parts if part).replace("_", " ")


def beside(study: Study) -> list[str]:
    """Laboratory values and the phases of a bone scan, each in a few words."""
    told = []
    for lab in study.labs:
        value = f"{lab.value:g} {lab.unit or ''}".strip() if lab.value is not None else ""
        told.append(" ".join(filter(None, (lab.name.replace("_", " "), value, lab.direction))))
    if study.bone_scan:
        phases = study.bone_scan.model_dump(mode="json", exclude_none=True)
        told.append("bone scan " + ", ".join(f"{phase} {uptake}" for phase, uptake in phases.items()))
    return told
