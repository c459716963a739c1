"""A surface between the steps of a mask: curved patches fitted to where the mask begins and ends along the axes.

Between a voxel inside and its neighbour outside lies the surface, half-way give or take half a voxel. Across slices
that is much, within a slice little, and a surface cut at a slant shows it in the short direction: so each such place
counts by how little it leaves open along the normal. Around each point of the surface a quadric is fitted to them.
"""

import numpy as np
from numpy.typing import NDArray

from horad.imaging.mesh import Mesh, Numbers, Points, unit

_PLACES = 128  # nearest places asked per point, were voxels cubes: they must reach over several slices
_MOST_PLACES = 400
_AT_ONCE = 100_000  # places, to bound the memory
_REACH_VOXELS, _REACH_MM = 1.0, 1.0  # of the weight's width, along the normal
_LEAST_MM = 0.15  # standard deviation of any place
_SLOPE, _BEND, _GROWTH = 0.3, 0.25, 0.15  # standard deviations that are expected of a patch
_EXPECTED = np.array([1e-9, *[_SLOPE**-2] * 2, _GROWTH**-2, *[_BEND**-2] * 6])
_TURN = 0.25  # standard deviation of the direction that a place faces
_LEAST_SLOPE, _STEPS = 0.3, 3
_FARTHEST = 0.75  # voxels that a point is moved
_AVERAGED = 3


def fitted(mesh: Mesh, bits: NDArray[np.bool_], spacing: Points, where: NDArray[np.bool_]) -> Mesh:
    """The surface with the chosen points moved onto patches fitted to the mask."""
    from scipy.spatial import cKDTree

    places, axes = _crossings(bits, spacing)
    normals = unit(mesh.averager(_AVERAGED)(mesh.normals))
    facing = normals[cKDTree(mesh.points).query(places)[1]]
    along = np.abs(np.take_along_axis(facing, axes[:, None], axis=1)[:, 0]) * spacing[axes]
    certainty = 1 / (along**2 / 12 + _LEAST_MM**2)
    moves = np.zeros(len(mesh.points))
    tree = cKDTree(places)
    count = min(int(_PLACES * spacing.max() / spacing.min()), _MOST_PLACES, len(places))
    for chosen in np.array_split(np.flatnonzero(where), int(where.sum()) * count // _AT_ONCE + 1):
        near = tree.query(mesh.points[chosen], k=count)[1].reshape(len(chosen), -1)
        offsets = places[near] - mesh.points[chosen, None]
        voxel = np.linalg.norm(normals[chosen] * spacing, axis=1)
        height = _heights(offsets, normals[chosen], facing[near], certainty[near], voxel)
        moves[chosen] = np.clip(height, -_FARTHEST * voxel, _FARTHEST * voxel)
    return mesh.moved(moves[:, None] * normals)


def _crossings(bits: NDArray[np.bool_], spacing: Points) -> tuple[Points, NDArray[np.int_]]:
    """Half-way between every two neighbours of which one is inside, and along which axis."""
    padded = np.pad(bits, 1).astype(np.int8)
    found = []
    for axis in range(3):
        places = np.argwhere(np.diff(padded, axis=axis)).astype(np.float64) - 1
        places[:, axis] += 0.5
        found.append(places * spacing)
    axes = np.repeat(np.arange(3), [len(places) for places in found])
    return np.concatenate(found), axes


def _heights(offsets: Points, normals: Points, facing: Points, certainty: Numbers, voxel: Numbers) -> Numbers:
    """How high above each point the quadric lies that fits the places around it and the directions they face.

    Planes, balls, ellipsoids and tubes are quadrics, so that few slices suffice for one. It is the zero of a polynomial
    of second degree whose gradient at the places is as long as their normals, so that its values there are distances.
    """
    frame = _frame(normals)
    places, towards = (np.einsum("ikd,icd->cik", vectors, frame) for vectors in (offsets, facing))
    width = (_REACH_VOXELS * voxel + _REACH_MM)[:, None]
    weight = np.exp(-(places[0] ** 2 + places[1] ** 2) / (2 * width**2)) * np.clip(towards[2], 0, 1)
    value, *slopes = _terms(places)
    left = np.diag(_EXPECTED) + _products(value, weight * certainty)
    right = np.zeros((len(offsets), len(_EXPECTED)))
    right[:, 3] = _EXPECTED[3]  # along the normal, the distance grows by one per millimetre
    for slope, part in zip(slopes, towards, strict=True):
        left += _products(slope, weight / _TURN**2)
        right += np.einsum("ikp,ik->ip", slope, weight * part / _TURN**2)
    found: Numbers = np.linalg.solve(left, right[..., None])[..., 0].astype(np.float64)
    return _crossed(found[:, 0], found[:, 3], found[:, 6])


def _frame(normals: Points) -> Points:
    """Two directions across each normal, and the normal."""
    helper = np.where(np.abs(normals[:, :1]) < 0.7, np.array([[1.0, 0, 0]]), np.array([[0, 1.0, 0]]))
    first = unit(np.cross(normals, helper))
    return np.stack([first, np.cross(normals, first), normals], axis=1)


def _terms(places: Numbers) -> tuple[Numbers, ...]:
    """The ten terms of the polynomial at each place, and their slopes along the three directions."""
    x, y, z = places
    one, no = np.ones_like(x), np.zeros_like(x)
    rows = (
        (one, x, y, z, x * x / 2, y * y / 2, z * z / 2, x * y, x * z, y * z),
        (no, one, no, no, x, no, no, y, z, no),
        (no, no, one, no, no, y, no, x, no, z),
        (no, no, no, one, no, no, z, no, x, y),
    )
    return tuple(np.stack(row, axis=-1) for row in rows)


def _products(terms: Numbers, weight: Numbers) -> Numbers:
    return np.asarray((terms * weight[..., None]).transpose(0, 2, 1) @ terms)


def _crossed(at: Numbers, slope: Numbers, bend: Numbers) -> Numbers:
    """Where each polynomial is zero along the normal, near the point."""
    height = -at / np.maximum(slope, _LEAST_SLOPE)
    for _ in range(_STEPS):
        height -= (at + slope * height + bend * height**2 / 2) / np.maximum(slope + bend * height, _LEAST_SLOPE)
    return height
