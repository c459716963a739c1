"""A surface between the steps of a mask: curved patches fitted to where the mask begins and ends along the axes.

Between a voxel inside and its neighbour outside lies the surface, half-way give or take half a voxel. Across slices
that is much, within a slice little, and a surface cut at a slant shows it in the short direction: so each such place
counts by how little it leaves open along the normal. Around each point of the surface a curved patch is fitted to them.
"""

import numpy as np
from numpy.typing import NDArray

from horad.imaging.mesh import Mesh, Numbers, Points, unit

_PLACES = 128  # nearest places asked per point
_AT_ONCE = 1000  # points, to bound the memory
_REACH_VOXELS, _REACH_MM = 1.0, 1.0  # of the weight's width, along the normal
_LEAST_MM = 0.15  # standard deviation of any place
_SLOPE, _BEND = 0.3, 0.15  # of a patch, that are expected
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
    for chosen in np.array_split(np.flatnonzero(where), max(1, int(where.sum()) // _AT_ONCE)):
        near = tree.query(mesh.points[chosen], k=min(_PLACES, len(places)))[1].reshape(len(chosen), -1)
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
    """How high above each point the patch lies that fits the places around it."""
    helper = np.where(np.abs(normals[:, :1]) < 0.7, np.array([[1.0, 0, 0]]), np.array([[0, 1.0, 0]]))
    first = unit(np.cross(normals, helper))
    second = np.cross(normals, first)
    along, across, height = (np.einsum("ikd,id->ik", offsets, axis) for axis in (first, second, normals))
    agreement = np.einsum("ikd,id->ik", facing, normals)
    width = (_REACH_VOXELS * voxel + _REACH_MM)[:, None]
    weight = np.exp(-(along**2 + across**2) / (2 * width**2)) * np.clip(2 * agreement - 1, 0, 1) * certainty
    terms = np.stack([np.ones_like(along), along, across, along**2 / 2, along * across, across**2 / 2], axis=-1)
    weighted = terms * weight[..., None]
    # What is expected of slopes and bends holds the patch where places are few.
    expected = np.diag([1e-9, *[_SLOPE**-2] * 2, *[_BEND**-2] * 3])
    left = weighted.transpose(0, 2, 1) @ terms + expected
    right = np.einsum("ikp,ik->ip", weighted, height)
    return np.asarray(np.linalg.solve(left, right[..., None])[:, 0, 0])
