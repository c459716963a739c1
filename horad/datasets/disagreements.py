"""What readers differ on, for a third to settle: labelled lines that hold what all say and name what they do not."""

from collections.abc import Iterator, Sequence
from typing import Any

from horad.datasets.readings import FIELDS, Readings
from horad.evaluation.labels import BEHIND, GoldLabels


def disagreements(readings: Readings) -> Iterator[dict[str, Any]]:
    """A line for every report on which two readers differ.

    ``gold`` is what the first reader said, with the fields that others say otherwise under ``disputed``; ``readers``
    holds what each said of these. ``horad evaluate`` reads the lines, and does not score what is disputed.
    """
    for report in readings.common:
        labels = {name: gold for name, gold in zip(readings.readers, readings.labels(report), strict=True) if gold}
        differing = _differing(readings, report)
        if differing:
            first = next(iter(labels.values()))
            gold = first.model_dump(mode="json", exclude_none=True, exclude={"disputed"})
            yield {
                "id": report,
                "text": readings.texts[report],
                "gold": {**gold, "disputed": [*differing, *_disputed_before(labels.values(), differing)]},
                "readers": {name: {field: _said(one, field) for field in differing} for name, one in labels.items()},
            }


def _differing(readings: Readings, report: str) -> list[str]:
    fields = (
        f"{field}.{unit.label}" if field == "features" else field
        for field in FIELDS
        for unit in readings.units_of(report, field)
        if len({value for value in unit.values if value is not None}) > 1
    )
    return list(dict.fromkeys(fields))


def _disputed_before(labels: Any, differing: Sequence[str]) -> list[str]:
    before = {name for gold in labels for name in gold.disputed or ()}
    return sorted(before - set(differing))


def _said(gold: GoldLabels, field: str) -> Any:
    name, _, part = field.partition(".")
    value = gold.model_dump(mode="json").get(BEHIND.get(name, name))
    return (value or {}).get(part, "not_mentioned") if part else value
