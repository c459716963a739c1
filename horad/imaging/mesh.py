"""Surfaces of masks as triangles, in millimetres along the axes of the grid."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Numbers = NDArray[np.float64]

_MARGIN = 4  # voxels, that smoothing may reach beyond a mask
_SMOOTHING = 0.8  # voxels
_TRIALS = 8  # levels tried
_EXACT = 0.002  # of the volume wanted


@dataclass(frozen=True)
class Mesh:
    """A closed surface; the triangles turn outwards."""

    points: Points
    triangles: NDArray[np.int_]

    @property
    def corners(self) -> Points:
        """The three points of each triangle."""
        return self.points[self.triangles]

    @property
    def volume(self) -> float:
        """What it encloses, in cubic millimetres."""
        first, second, third = (self.points.T[:, corner] for corner in self.triangles.T)
        return float(np.einsum("ij,ij->", first, _crossed(second, third)) / 6)

    @property
    def point_areas(self) -> Numbers:
        """The part of the surface that belongs to each point."""
        areas = np.linalg.norm(self._spans(), axis=1) / 2
        return np.asarray(np.bincount(self.triangles.ravel(), np.repeat(areas / 3, 3), len(self.points)), np.float64)

    @property
    def normals(self) -> Points:
        """Outward directions at the points."""
        spans = self._spans()
        sums = [np.bincount(self.triangles.ravel(), np.repeat(part, 3), len(self.points)) for part in spans.T]
        return unit(np.stack(sums, axis=1))

    def moved(self, shifts: Points) -> "Mesh":
        """The surface with its points moved."""
        return replace(self, points=self.points + shifts)

    def averager(self, rounds: int) -> Callable[[Numbers], Numbers]:
        """A function that averages what stands at the points over their neighbours, so many times."""
        from scipy import sparse

        count = len(self.points)
        pairs = np.concatenate([self.triangles[:, [0, 1]], self.triangles[:, [1, 2]], self.triangles[:, [2, 0]]])
        ones = np.ones(len(pairs))
        links = sparse.coo_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(count, count)).tocsr()
        links = ((links + links.T) > 0).astype(np.float64) + sparse.eye(count)
        links = (sparse.diags(1 / np.asarray(links.sum(axis=1)).ravel()) @ links).tocsr()

        def average(values: Numbers) -> Numbers:
            for _ in range(rounds):
                values = links @ values
            return values

        return average

    def _spans(self) -> Points:
        first, second, third = (self.points.T[:, corner] for corner in self.triangles.T)
        return _crossed(second - first, third - first).T


def _crossed(first: Points, second: Points) -> Points:
    """The cross products of columns."""
    (x, y, z), (u, v, w) = first, second
    return np.stack([y * w - z * v, z * u - x * w, x * v - y * u])


def unit(vectors: Points) -> Points:
    """The vectors with length one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12))


def mesh_of(bits: NDArray[np.bool_], spacing: Points) -> Mesh:
    """A smooth surface of a mask that encloses exactly as much as its voxels do.

    A mask tells only where voxel centres lie; smoothing takes its steps away, and the level at which the surface is
    drawn makes good what smoothing takes from a curved surface.
    """
    from scipy import ndimage
    from skimage import measure

    marching_cubes: Any = measure.marching_cubes

    low_corner, box = _box(bits)
    field = ndimage.gaussian_filter(np.pad(bits[box], _MARGIN).astype(np.float32), _SMOOTHING)
    shift = (low_corner - _MARGIN) * spacing
    wanted = float(np.count_nonzero(bits)) * float(np.prod(spacing))
    low, high = (0.0, 2 * wanted), (float(field.max()), 0.0)  # levels, and what their surfaces enclose
    level = high[0] / 2
    for _ in range(_TRIALS):
        points, triangles, _, _ = marching_cubes(field, level, spacing=tuple(spacing))
        mesh = _outwards(Mesh(points.astype(np.float64) + shift, triangles.astype(np.int_)))
        volume = mesh.volume
        if abs(volume / wanted - 1) <= _EXACT:
            break
        low, high = ((level, volume), high) if volume > wanted else (low, (level, volume))
        straight = low[0] + (low[1] - wanted) / (low[1] - high[1]) * (high[0] - low[0])
        level = (straight + (low[0] + high[0]) / 2) / 2 if straight in {low[0], high[0]} else straight
    return mesh


def _box(bits: NDArray[np.bool_]) -> tuple[NDArray[np.int_], tuple[slice, ...]]:
    """The first voxel of the box that holds a mask, and that box."""
    spans = [np.flatnonzero(bits.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    return np.array([span[0] for span in spans]), tuple(slice(int(span[0]), int(span[-1]) + 1) for span in spans)


def _outwards(mesh: Mesh) -> Mesh:
    return mesh if mesh.volume >= 0 else replace(mesh, triangles=mesh.triangles[:, ::-1])
