"""Refusals as data, worded by ``models/imaging/refusals.toml``."""

from collections.abc import Iterable

from horad.knowledge.imaging import load_refusals
from horad.records import Refusal


def refuse(code: str, measures: Iterable[str] | None = None, **details: object) -> tuple[Refusal, ...]:
    """One refusal per measure that the code takes away (or per measure given); ``measure`` is None for all of them."""
    row = load_refusals()[code]
    reason, fix = row.reason.format(**details), row.fix.format(**details)
    names: tuple[str | None, ...] = tuple(measures) if measures is not None else row.measures
    return tuple(Refusal(code=code, measure=name, reason=reason, fix=fix) for name in names or (None,))


def is_refused(measure: str, refusals: Iterable[Refusal]) -> bool:
    """Whether one of the refusals takes the measure away."""
    return any(refusal.measure in {None, measure} for refusal in refusals)
