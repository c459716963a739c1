"""Distance and contact of a lesion to structures drawn beside it."""

from collections.abc import Iterator, Mapping

import numpy as np

from horad.imaging.crop import Crop
from horad.imaging.distance import area_within, nearest
from horad.imaging.mask import Bits, Mask
from horad.imaging.measured import Found, told
from horad.imaging.mesh import Mesh, mesh_of
from horad.imaging.refusals import refuse
from horad.knowledge.measures import DistanceSettings

_BEYOND_MM = 15.0  # of a structure, that is kept around the nearest place


def to_structures(
    lesion: Mesh, where: Crop, structures: Mapping[str, Mask], settings: DistanceSettings
) -> Iterator[Found]:
    """Least distance and contact area for each structure, with what the voxels leave open."""
    spacing = where.spacing
    if spacing.max() > settings.largest_spacing_mm:
        yield from refuse("distance_not_resolved")
        return
    diagonal = float(np.linalg.norm(spacing))
    open_by, contact = settings.uncertainty * diagonal, settings.contact * diagonal
    for name, mask in structures.items():
        other = _nearby(lesion, mask, spacing)
        overlaps = bool((mask.within(where.start, _stop(where)) & where.filled).any())
        gap = 0.0 if overlaps else nearest(lesion, other)
        method = (
            "between the outer surfaces of lesion and mask; the range is half the diagonal of a voxel to either side"
        )
        method += "; the masks overlap" if overlaps else ""
        yield told("min_distance_mm", gap, method, (max(gap - open_by, 0.0), gap + open_by), name)
        areas = area_within(lesion, other, (contact / 2, contact, 2 * contact))
        method = f"surface of the lesion nearer than half a voxel's diagonal, {contact:.2f} mm; range at half and twice"
        yield told("contact_area_mm2", areas[1], method, (areas[0], areas[2]), name)


def _stop(where: Crop) -> tuple[int, ...]:
    return tuple(at + size for at, size in zip(where.start, where.bits.shape, strict=True))


def _nearby(lesion: Mesh, mask: Mask, spacing: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Mesh:
    """The surface of a structure, where it is near the lesion."""
    from scipy.spatial import cKDTree

    edge = np.argwhere(_edge(mask.bits)) + np.array(mask.start)
    gap = float(cKDTree(edge * spacing).query(lesion.points[:: max(1, len(lesion.points) // 2000)])[0].min())
    low = np.floor((lesion.points.min(axis=0) - gap - _BEYOND_MM) / spacing).astype(int)
    high = np.ceil((lesion.points.max(axis=0) + gap + _BEYOND_MM) / spacing).astype(int) + 1
    start = np.maximum(low, mask.start)
    stop = np.minimum(high, mask.stop)
    return mesh_of(mask.within(tuple(start), tuple(stop)), spacing).moved(start * spacing)


def _edge(bits: Bits) -> Bits:
    from scipy import ndimage

    return np.asarray(bits & ~ndimage.binary_erosion(bits), bool)
