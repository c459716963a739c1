"""Distance and contact of a lesion to structures drawn beside it."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from horad.imaging.crop import Crop
from horad.imaging.distance import area_within, nearest
from horad.imaging.mask import Bits, Mask
from horad.imaging.measured import Found, told
from horad.imaging.mesh import Mesh, Points, mesh_of
from horad.imaging.patch import fitted
from horad.knowledge.measures import DistanceSettings

_KEPT_MM = 15.0  # of a structure, around the nearest place
_FITTED_MM = 4.0  # beyond the least distance: where a surface is fitted with care


def surfaces(where: Crop, structures: Mapping[str, Mask]) -> tuple[Mesh, dict[str, Mesh]]:
    """The surfaces of the lesion's mask and, near it, of the structures; in millimetres from the crop's start."""
    spacing = where.spacing
    lesion = mesh_of(where.filled, spacing)
    found: dict[str, Mesh] = {}
    close = np.zeros(len(lesion.points), bool)
    for name, mask in structures.items():
        bits, start = _nearby(lesion.points, where, mask)
        other = mesh_of(bits, spacing)
        shift = (start - np.array(where.start)) * spacing
        of_lesion, of_other = _facing(lesion.points, other.points + shift)
        found[name] = fitted(other, bits, spacing, of_other).moved(shift)
        close |= of_lesion
    return (fitted(lesion, where.filled, spacing, close) if close.any() else lesion), found


def _facing(first: Points, second: Points) -> tuple[Bits, Bits]:
    """The points of either surface that may lie where the two are nearest."""
    from scipy.spatial import cKDTree

    from_first = cKDTree(second).query(first)[0]
    limit = from_first.min() + _FITTED_MM
    from_second = cKDTree(first).query(second, distance_upper_bound=np.nextafter(limit, np.inf))[0]
    return from_first <= limit, from_second <= limit


def _nearby(lesion: Points, where: Crop, mask: Mask) -> tuple[Bits, NDArray[np.int_]]:
    """The voxels of a structure near the lesion, and where they begin on the grid."""
    from scipy.spatial import cKDTree

    spacing = where.spacing
    points = lesion + where.origin
    edge = (np.argwhere(_edge(mask.bits)) + np.array(mask.start)) * spacing
    gap = float(cKDTree(points).query(edge)[0].min())
    low = np.floor((points.min(axis=0) - gap - _KEPT_MM) / spacing).astype(int)
    high = np.ceil((points.max(axis=0) + gap + _KEPT_MM) / spacing).astype(int) + 1
    start, stop = np.maximum(low, mask.start), np.minimum(high, mask.stop)
    return mask.within(tuple(start.tolist()), tuple(stop.tolist())), start


def _edge(bits: Bits) -> Bits:
    from scipy import ndimage

    return np.asarray(bits & ~ndimage.binary_erosion(bits), bool)


def _cut_off(lesion: Mesh, other: Mesh, where: Crop) -> float:
    """How much nearer a voxel's centre of the lesion's mask lies than the surface fitted to that mask.

    The surface is smooth: it leaves out some of a sharp corner, as the centre of the corner's outermost voxel shows.
    """
    from scipy.spatial import cKDTree

    centres = np.argwhere(_edge(where.filled)) * where.spacing
    return max(0.0, nearest(lesion, other) - float(cKDTree(other.points).query(centres)[0].min()))


def to_structures(
    seen: Mesh,
    drawn: tuple[Mesh, Mapping[str, Mesh]],
    where: Crop,
    structures: Mapping[str, Mask],
    settings: DistanceSettings,
) -> Iterator[Found]:
    """Least distance and contact area for each structure, with what the voxels leave open.

    ``seen`` is the lesion's surface as the image places it; ``drawn`` are those of its mask and of the structures'.
    """
    diagonal = float(np.linalg.norm(where.spacing))
    open_by, contact = settings.uncertainty * diagonal, settings.contact * diagonal
    stop = tuple(at + size for at, size in zip(where.start, where.bits.shape, strict=True))
    for name, other in drawn[1].items():
        overlaps = bool((structures[name].within(where.start, stop) & where.filled).any())
        # A corner stands out beyond its outermost centre about as far as the fitted surface stays behind it.
        gap = 0.0 if overlaps else max(nearest(seen, other) - 2 * _cut_off(drawn[0], other, where), 0.0)
        method = "between the outer surfaces of lesion and mask; range: half the diagonal of a voxel to either side"
        method += "; the masks overlap" if overlaps else ""
        yield told("min_distance_mm", gap, method, (max(gap - open_by, 0.0), gap + open_by), name)
        areas = area_within(seen, other, (contact / 2, contact, 2 * contact))
        method = f"surface nearer than half a voxel's diagonal, {contact:.2f} mm; range: at half and twice that"
        yield told("contact_area_mm2", areas[1], method, (areas[0], areas[2]), name)
