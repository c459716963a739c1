"""The part of a series that a mask needs: nothing is computed on the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from horad.imaging.mask import Bits, Mask
from horad.imaging.volume import Volume

_MARGIN = 10  # voxels: what smoothing, rays and the surroundings need


@dataclass(frozen=True)
class Crop:
    """The image around a mask, and the mask without its holes."""

    values: NDArray[np.float32]
    bits: Bits  # as given
    start: tuple[int, ...]
    spacing: NDArray[np.float64]
    valid: Bits | None

    @cached_property
    def filled(self) -> Bits:
        """The mask with what it encloses: a mask drawn as a rim holds its core."""
        from scipy import ndimage

        return np.asarray(ndimage.binary_fill_holes(self.bits, _neighbours(self.bits)), bool)

    @property
    def eroded(self) -> Bits:
        """The filled mask without its outermost voxels."""
        from scipy import ndimage

        return np.asarray(ndimage.binary_erosion(self.filled, _neighbours(self.bits)), bool)

    @property
    def origin(self) -> NDArray[np.float64]:
        """Where the crop begins, in millimetres along the axes of the grid."""
        return np.asarray(np.array(self.start) * self.spacing)

    @property
    def voxel_ml(self) -> float:
        """The volume of a voxel."""
        return float(np.prod(self.spacing)) / 1000

    @property
    def filled_ml(self) -> float:
        """The volume of the filled mask's voxels."""
        return float(np.count_nonzero(self.filled)) * self.voxel_ml

    def counted(self, bits: Bits) -> NDArray[np.float32]:
        """The values of voxels that the scanner did not pad."""
        return self.values[bits] if self.valid is None else self.values[bits & self.valid]


def _neighbours(bits: Bits) -> Bits:
    """What counts as beside a voxel: six voxels, or the four of its slice where the series has no other."""
    cross = np.zeros((3, 3, 3), bool)
    cross[1, 1, :] = cross[1, :, 1] = True
    cross[:, 1, 1] |= len(bits) > 1
    return cross


def crop(volume: Volume, mask: Mask) -> Crop:
    """Cut out a mask with its surroundings."""
    start = tuple(max(0, at - _MARGIN) for at in mask.start)
    stop = tuple(min(size, at + _MARGIN) for at, size in zip(mask.stop, mask.grid, strict=True))
    box = _box(start, stop)
    values, valid = volume.grid.part(box)
    spacing = np.array(volume.spacing_mm)
    return Crop(values.astype(np.float32), mask.within(start, stop), start, spacing, valid)


def _box(start: Sequence[int], stop: Sequence[int]) -> tuple[slice, ...]:
    return tuple(slice(begin, end) for begin, end in zip(start, stop, strict=True))


def has_metal(volume: Volume, mask: Mask, density: float, distance_mm: float) -> bool:
    """Whether a voxel as dense as metal lies in the mask or within a distance of it."""
    from scipy.spatial import cKDTree

    spacing = np.nan_to_num(np.array(volume.spacing_mm), nan=1.0)  # a single slice has no distance to another
    reach = np.ceil(distance_mm / spacing).astype(int)
    start = [max(0, at - int(far)) for at, far in zip(mask.start, reach, strict=True)]
    stop = [min(size, at + int(far)) for at, far, size in zip(mask.stop, reach, mask.grid, strict=True)]
    values, valid = volume.grid.part(_box(start, stop))
    found = values >= density
    if valid is not None:
        found &= valid
    if not found.any():
        return False
    metal = (np.argwhere(found) + start) * spacing
    lesion = (np.argwhere(mask.bits) + np.array(mask.start)) * spacing
    return bool(cKDTree(lesion).query(metal, distance_upper_bound=distance_mm)[0].min() <= distance_mm)
