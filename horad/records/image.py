"""What was measured on the images, and what was refused."""

from horad.records.record import Record


class Measure(Record):
    """One measured value with its interval and method."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    method: str
    structure: str | None = None


class Refusal(Record):
    """A measure the series cannot carry: why, and what would help."""

    code: str
    measure: str | None = None
    reason: str
    fix: str | None = None


class ImageResult(Record):
    """One series: its identity, its measures and its refusals."""

    series_uid: str | None = None
    modality: str | None = None
    body_part: str | None = None
    laterality: str | None = None
    sequence: str | None = None
    spacing_mm: tuple[float, ...] = ()
    measures: tuple[Measure, ...] = ()
    refusals: tuple[Refusal, ...] = ()
