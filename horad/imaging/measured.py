"""One measured value as a record, and the measures that any kind of image can give."""

from collections.abc import Iterator

import numpy as np

from horad.imaging.crop import Crop
from horad.imaging.fast import count_parts
from horad.imaging.mask import Bits, Mask
from horad.records import Measure, Refusal

Found = Measure | Refusal

_DIGITS = {"_ml": 3, "_mm": 2, "_mm2": 1, "_hu": 1}
_EXPLORATORY = "exploratory: dense voxels of a region, which may hold other bone; "


def told(
    name: str, value: float, method: str, limits: tuple[float, float] | None = None, structure: str | None = None
) -> Measure:
    """A measure, rounded to what it can mean."""
    digits = next((count for ending, count in _DIGITS.items() if name.endswith(ending)), 3)
    low, high = (None, None) if limits is None else (round(min(limits), digits), round(max(limits), digits))
    return Measure(name=name, value=round(value, digits), low=low, high=high, method=method, structure=structure)


def exploratory(measures: Iterator[Found]) -> Iterator[Found]:
    """The same measures, labelled as those of a mere region."""
    for item in measures:
        if isinstance(item, Measure):
            yield item.model_copy(update={"method": _EXPLORATORY + item.method})
        else:
            yield item


def of_any_mask(mask: Mask, where: Crop) -> Iterator[Measure]:
    """Parts, border and extent: what needs no density."""
    yield told("component_count", count_parts(where.bits), "parts of the mask that touch one another nowhere")
    border = "1 if the mask reaches the edge of the images, so that it may go on beyond it"
    yield told("touches_border", float(mask.touches_border), border)
    if np.isnan(where.spacing[1:]).any():
        return
    diameter, at = largest_diameter(where.bits, where.spacing)
    slices = mask.stop[0] - mask.start[0]
    along = f"; {slices} slices, {slices * where.spacing[0]:.1f} mm along the normal" if slices > 1 else ""
    slice_of = f" on one slice, number {at + where.start[0] + 1}{along}" if mask.grid[0] > 1 else ""
    method = f"largest diameter{slice_of}"
    pixel = float(np.hypot(*where.spacing[1:]))
    yield told("extent_mm", diameter, method, (diameter - pixel, diameter + pixel))


def largest_diameter(bits: Bits, spacing: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, int]:
    """The longest line between two voxels of one slice, outer edges included, and its slice."""
    from scipy.spatial.distance import pdist

    best = (0.0, 0)
    for number in np.flatnonzero(bits.any(axis=(1, 2))):
        plane = bits[number]
        rows = np.flatnonzero(plane.any(axis=1))
        first = plane[rows].argmax(axis=1)
        last = plane.shape[1] - plane[rows, ::-1].argmax(axis=1)
        edges = [(rows + more, column) for more in (0, 1) for column in (first, last)]
        points = np.concatenate([np.stack(pair, axis=1) for pair in edges]) * spacing[1:]
        best = max(best, (float(pdist(_hull(points)).max()), int(number)))
    return best


def _hull(
    points: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    from scipy.spatial import ConvexHull

    found: np.ndarray[tuple[int, int], np.dtype[np.float64]] = points[ConvexHull(points).vertices]
    return found
