"""The decisions of all readers brought together: what they differ on, and the gold label that comes of it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from horad.review.reports import Entry, Queue
from horad.review.store import Decision, Store, finished
from horad.review.values import FIELDS, Value


@dataclass(frozen=True)
class Settled:
    """The value of a field, and what of it is left in dispute: the field, or single features."""

    value: Value
    disputed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Disagreement:
    """A field on which finished readers differ, or which one of them doubts."""

    field: str
    readings: tuple[Decision, ...]
    ruling: Decision | None


def same(field: str, one: Value, two: Value) -> bool:
    """Whether two answers count as one; of nerves and vessels, the relation does."""
    if field == "neurovascular":
        return bool(one["relation"] == two["relation"])
    return bool(one == two)


def settle(field: str, decisions: Sequence[Decision]) -> Settled:
    """What the decisions on one field come to: a ruling, else what all readers say, else a dispute."""
    readings = [decision for decision in decisions if decision.part == "reading"]
    if ruling := _ruling(decisions):
        return Settled(ruling.value, (field,) if ruling.verdict == "uncertain" else ())
    certain = [decision for decision in readings if decision.verdict != "uncertain"]
    first = (certain or readings)[0].value
    if len(certain) < len(readings):
        return Settled(first, (field,))
    return Settled(first, _differing(field, [decision.value for decision in readings]))


def disagreements(decisions: Iterable[Decision]) -> list[Disagreement]:
    """The fields of one report to rule on, once two readers have finished it."""
    listed = list(decisions)
    done = finished(listed, FIELDS)
    if len(done) < 2:
        return []
    found = []
    for field in FIELDS:
        own = [decision for decision in listed if decision.field == field]
        readings = tuple(d for d in own if d.part == "reading" and d.reviewer in done)
        doubted = any(decision.verdict == "uncertain" for decision in readings)
        if doubted or _differing(field, [decision.value for decision in readings]):
            found.append(Disagreement(field, readings, _ruling(own)))
    return found


def may_see(decisions: Iterable[Decision], reviewer: str) -> bool:
    """Whether the readings of others may be shown: never to somebody who is still reading the report."""
    listed = [decision for decision in decisions if decision.part == "reading"]
    done = finished(listed, FIELDS)
    began = any(decision.reviewer == reviewer for decision in listed)
    return len(done) >= 2 and (reviewer in done or not began)


def gold_lines(queue: Queue, store: Store, *, only: str | None = None, shown_to: str | None = None) -> Iterator[bytes]:
    """A line of gold for every report that a reader has finished.

    ``only`` keeps to the readings of one reader. ``shown_to`` leaves out what this reader may not see yet.
    """
    by_report = grouped(store.current())
    for entry in queue.entries:
        decisions = by_report.get(entry.key, [])
        if only is not None:
            decisions = [d for d in decisions if d.part == "reading" and d.reviewer == only]
        readers = finished(decisions, FIELDS)
        if readers and (shown_to is None or shown_to in readers or may_see(decisions, shown_to)):
            counted = [d for d in decisions if d.part == "adjudication" or d.reviewer in readers]
            yield _line(entry, counted, readers)


def grouped(decisions: Iterable[Decision]) -> dict[tuple[str, str], list[Decision]]:
    """The decisions of each report."""
    by_report: dict[tuple[str, str], list[Decision]] = {}
    for decision in decisions:
        by_report.setdefault(decision.report, []).append(decision)
    return by_report


def gold_of(decisions: Sequence[Decision]) -> dict[str, Any]:
    """The label that the decisions on one report come to, with what is left in dispute."""
    settled = {field: settle(field, [d for d in decisions if d.field == field]) for field in FIELDS}
    disputed = [name for item in settled.values() for name in item.disputed]
    return {**{field: item.value for field, item in settled.items()}, **({"disputed": disputed} if disputed else {})}


def _line(entry: Entry, decisions: Sequence[Decision], readers: Sequence[str]) -> bytes:
    ruled = {decision.field for decision in decisions if decision.part == "adjudication"}
    review = {
        "readers": list(readers),
        "adjudicated": [field for field in FIELDS if field in ruled],
        "rules_sha256": sorted({decision.rules_sha256 for decision in decisions}),
    }
    row = {"id": entry.result.report_id, "text": entry.text, "gold": gold_of(decisions), "review": review}
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _ruling(decisions: Iterable[Decision]) -> Decision | None:
    """The last word, where several have ruled."""
    return max((d for d in decisions if d.part == "adjudication"), key=lambda decision: decision.at, default=None)


def _differing(field: str, values: Sequence[Value]) -> tuple[str, ...]:
    if all(same(field, values[0], value) for value in values[1:]):
        return ()
    if field != "features":
        return (field,)
    names = dict.fromkeys(name for value in values for name in value)
    return tuple(f"features.{name}" for name in names if len({value.get(name) for value in values}) > 1)
