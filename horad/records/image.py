"""What was measured on the images, and what was refused."""

from horad.records.evidence import Notice
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
    """One series: its identity, its measures and its refusals.

    Modality, body part and laterality (L, R, B) stand as DICOM writes them; ``sites`` are horad's that lie in the body
    part. ``spacing_mm`` holds rows, columns and, for a volume, the distance of the slices along their normal;
    ``spacing_kind`` says whether it holds at the patient or at the detector. What the header contradicts is null, with
    a warning.
    """

    series_uid: str | None = None
    modality: str | None = None
    body_part: str | None = None
    sites: tuple[str, ...] = ()
    laterality: str | None = None
    view: str | None = None
    sequence: str | None = None
    weighting: str | None = None
    contrast: str | None = None
    study_date: str | None = None
    age_years: float | None = None
    spacing_mm: tuple[float, ...] = ()
    spacing_kind: str | None = None
    slices: int | None = None
    tilt_degrees: float | None = None
    prosthesis_hint: bool = False
    measures: tuple[Measure, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Notice, ...] = ()
