"""The image planes of a series: one per file, or one per frame of a multi-frame object."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from horad.imaging import tags
from horad.imaging.parse import Parsed, RefusedError
from horad.knowledge.imaging import PixelLimits

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class PixelFormat:
    """How the pixels of a file are stored."""

    rows: int
    columns: int
    frames: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    is_signed: bool
    is_inverted: bool  # MONOCHROME1: high is dark
    padding: tuple[int, int] | None  # stored values from … to


@dataclass(frozen=True)
class Frame:
    """One image plane: where it lies, and how its numbers are scaled."""

    file: Parsed
    pixels: PixelFormat
    index: int  # within the file
    position: Numbers | None
    orientation: Numbers | None
    spacing: Numbers | None
    slope: float | None
    intercept: float | None
    rescale_type: str | None
    frame_of_reference: str | None
    sop_uid: str


def frames_of(file: Parsed, limits: PixelLimits) -> tuple[Frame, ...]:
    """Every plane of a file.

    Raises:
        RefusedError: if the file has no pixels that can be measured, or declares more than the limits allow.
    """
    pixels = _format(file, limits)
    return tuple(_frames(file, pixels))


def _format(file: Parsed, limits: PixelLimits) -> PixelFormat:
    head = file.dataset
    rows, columns = tags.integer(head, "Rows"), tags.integer(head, "Columns")
    count = tags.integer(head, "NumberOfFrames") if "NumberOfFrames" in head else 1
    if not rows or not columns or rows < 0 or columns < 0 or (file.pixels_at is None and not file.has_float_pixels):
        raise RefusedError("pixels_missing")
    if rows > limits.rows or columns > limits.columns:
        raise RefusedError("dimensions_too_large", what=f"{rows} rows and {columns} columns")
    if count is None or not 1 <= count <= limits.frames or rows * columns * count > limits.samples:
        raise RefusedError("dimensions_too_large", what=f"{count} frames of {rows} x {columns}")
    photometric = tags.text(head, "PhotometricInterpretation") or "MONOCHROME2"
    if tags.integer(head, "SamplesPerPixel") not in {None, 1} or not photometric.startswith("MONOCHROME"):
        raise RefusedError("not_greyscale")
    return _stored(file, (rows, columns, count), is_inverted=photometric == "MONOCHROME1")


def _stored(file: Parsed, size: tuple[int, int, int], *, is_inverted: bool) -> PixelFormat:
    head = file.dataset
    allocated = tags.integer(head, "BitsAllocated")
    bits = tags.integer(head, "BitsStored") or allocated
    if file.has_float_pixels or allocated not in {8, 16, 32} or not bits or not 1 <= bits <= allocated:
        raise RefusedError("decode_failed", what="a way of storing pixels that is not read")
    high = tags.integer(head, "HighBit")
    is_signed = tags.integer(head, "PixelRepresentation") == 1
    high = bits - 1 if high is None or not bits - 1 <= high < allocated else high
    padding = _padding(head, bits, is_signed=is_signed)
    return PixelFormat(*size, allocated, bits, high, is_signed, is_inverted, padding)


def _padding(head: "Dataset", bits: int, *, is_signed: bool) -> tuple[int, int] | None:
    values = [tags.integer(head, name) for name in ("PixelPaddingValue", "PixelPaddingRangeLimit")]
    known = [_as_stored(value, bits, is_signed=is_signed) for value in values if value is not None]
    return (min(known), max(known)) if known else None


def _as_stored(value: int, bits: int, *, is_signed: bool) -> int:
    """A value written with the wrong signedness (63536 for -2000, or -2000 for 63536), as the pixels hold it."""
    if is_signed and value >= 1 << (bits - 1):
        return value - (1 << (bits if value < 1 << bits else 16))
    return value + (1 << 16) if value < 0 and not is_signed else value


def _frames(file: Parsed, pixels: PixelFormat) -> Iterator[Frame]:
    head = file.dataset
    shared = tags.item(head, "SharedFunctionalGroupsSequence")
    own = tags.items(head, "PerFrameFunctionalGroupsSequence")
    frame_of_reference, uid = tags.text(head, "FrameOfReferenceUID"), tags.text(head, "SOPInstanceUID") or ""
    for index in range(pixels.frames):
        groups = (own[index] if index < len(own) else None, shared)
        # A plain object of several frames says of none of them where it lies.
        plain = head if pixels.frames == 1 else None
        place = _group(groups, "PlanePositionSequence") or plain
        turn = _group(groups, "PlaneOrientationSequence") or head
        measure = _group(groups, "PixelMeasuresSequence") or head
        scale = _group(groups, "PixelValueTransformationSequence") or head
        yield Frame(
            file,
            pixels,
            index,
            position=tags.numbers(place, "ImagePositionPatient", 3),
            orientation=tags.numbers(turn, "ImageOrientationPatient", 6),
            spacing=_spacing(measure),
            slope=tags.number(scale, "RescaleSlope"),
            intercept=tags.number(scale, "RescaleIntercept"),
            rescale_type=tags.text(scale, "RescaleType"),
            frame_of_reference=frame_of_reference,
            sop_uid=uid,
        )


def _group(groups: tuple["Dataset | None", "Dataset | None"], keyword: str) -> "Dataset | None":
    return tags.item(groups[0], keyword) or tags.item(groups[1], keyword)


def _spacing(measure: "Dataset") -> Numbers | None:
    """The spacing of rows and of columns, at the patient or at the detector; None unless both are above zero."""
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"):
        found = tags.numbers(measure, keyword, 2)
        if found and min(found) > 0 and math.isfinite(sum(found)):
            return found
    return None
