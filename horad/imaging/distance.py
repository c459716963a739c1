"""How near two surfaces come, and over how much of the first they touch."""

import numpy as np
from numpy.typing import NDArray

from horad.imaging.mesh import Mesh, Points

Flags = NDArray[np.bool_]

_TO_CORNER = 3**-0.5
_PARTS = 5  # into which the edge of a triangle is cut where the surfaces are near


def nearest(first: Mesh, second: Mesh) -> float:
    """The least distance between two surfaces that do not cross, in millimetres."""
    from scipy.spatial import cKDTree

    from_first = cKDTree(second.points).query(first.points)[0]
    # A place within a triangle is nearer to one of its corners than the edge over the root of three.
    reach = _TO_CORNER * max(_longest_edge(first), _longest_edge(second))
    limit = float(from_first.min()) + 2 * reach
    from_second = cKDTree(first.points).query(second.points, distance_upper_bound=np.nextafter(limit, np.inf))[0]
    fine_first = _between(first, from_first <= limit)
    fine_second = _between(second, from_second <= limit)
    return float(cKDTree(fine_second).query(fine_first)[0].min())


def area_within(first: Mesh, second: Mesh, limits: tuple[float, ...]) -> tuple[float, ...]:
    """The area of the first surface that lies nearer to the second than each limit, in square millimetres."""
    from scipy.spatial import cKDTree

    places = cKDTree(_between(second, np.ones(len(second.points), bool), 2))
    gaps = places.query(first.points, distance_upper_bound=max(limits))[0]  # infinite beyond
    areas = first.point_areas
    return tuple(float(areas[gaps < limit].sum()) for limit in limits)


def _longest_edge(mesh: Mesh) -> float:
    corners = mesh.corners
    return float(np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max())


def _between(mesh: Mesh, counted: Flags, parts: int = _PARTS) -> Points:
    """Points spread over the triangles whose corners all count."""
    first, second = np.meshgrid(np.arange(parts + 1), np.arange(parts + 1), indexing="ij")
    inside = first + second <= parts
    along, across = first[inside] / parts, second[inside] / parts
    weights = np.stack([1 - along - across, along, across], axis=1)
    chosen = np.asarray(counted, bool)[mesh.triangles].any(axis=1)
    return np.asarray(np.einsum("pk,fkd->fpd", weights, mesh.corners[chosen]).reshape(-1, 3))
