"""Time since the injury against what has been published of the course: context, never a rule."""

from collections.abc import Collection, Iterator
from typing import Any

from horad.grading.criteria import Clock, Interval


def time_course(
    days: int | None,
    clock: Clock,
    *,
    sites: Collection[str] = (),
    causes: Collection[str] = (),
    modality: Collection[str] = (),
) -> list[dict[str, Any]]:
    """The intervals that apply, each with whether the study lies before, within or after it."""
    if days is None:
        return []
    told = {"sites": sites, "causes": causes, "modality": modality}
    return [
        {
            "event": interval.event,
            "low_days": interval.low,
            "high_days": interval.high,
            "source": interval.source,
            "timing": _timing(days, interval),
        }
        for interval in clock.interval
        if all(not wanted or set(wanted) & set(told[name]) for name, wanted in _conditions(interval))
    ]


def _conditions(interval: Interval) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "sites", interval.sites
    yield "causes", interval.causes
    yield "modality", interval.modality


def _timing(days: int, interval: Interval) -> str:
    if interval.low is not None and days < interval.low:
        return "before"
    if interval.high is not None and days > interval.high:
        return "after"
    return "within"
