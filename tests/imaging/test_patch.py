"""Surfaces fitted through the steps of a mask over coarse slices, against the shapes that were drawn."""

import numpy as np
import pytest

from benchmarks.phantoms import measures_of
from horad.imaging.mesh import mesh_of
from horad.imaging.patch import fitted
from tests.imaging.phantoms import Recipe, Shape, box, ellipsoid, make, tube

_SPACING = np.array([2.9, 0.6, 0.6])


# Seen from above, a tube that lies in the plane of the slices is known to a quarter of a slice.
@pytest.mark.parametrize(("angle", "limit"), [(0, 0.725), (20, 0.35), (45, 0.35), (80, 0.35)])
def test_a_tube_over_few_slices_is_found(angle: int, limit: float) -> None:
    along = np.array([np.sin(np.radians(angle)), np.cos(np.radians(angle)), 0.0])
    places = np.stack(np.meshgrid(*(np.arange(count) for count in (17, 71, 41)), indexing="ij"), axis=-1) * _SPACING
    middle = np.array([23.9, 21.1, 12.2])
    bits = _off(places, middle, along) <= 4
    mesh = mesh_of(bits, _SPACING)
    inner = np.linalg.norm(mesh.points - middle, axis=1) < 8
    surface = fitted(mesh, bits, _SPACING, inner)
    off = np.abs(_off(surface.points[inner], middle, along) - 4)
    assert np.percentile(off, 95) < limit
    assert off.mean() < np.abs(_off(mesh.points[inner], middle, along) - 4).mean()


def _off(places: np.ndarray, middle: np.ndarray, along: np.ndarray) -> np.ndarray:
    away = places - middle
    return np.asarray(np.linalg.norm(away - (away @ along)[..., None] * along, axis=-1))


@pytest.mark.parametrize(
    ("shape", "spacing", "seed"),
    [
        pytest.param(ellipsoid(12, 10, 9), (2.7, 0.6, 0.6), 1, id="ellipsoid"),
        pytest.param(ellipsoid(20, 9, 7), (2.7, 0.7, 0.7), 2, id="long ellipsoid"),
        pytest.param(tube(16, 7), (2.7, 0.6, 0.6), 3, id="tube"),
        pytest.param(box(13, 10, 8), (2.5, 0.6, 0.6), 4, id="box"),
    ],
)
def test_a_distance_over_coarse_slices_is_right_and_its_range_holds_the_truth(
    shape: Shape, spacing: tuple[float, float, float], seed: int
) -> None:
    phantom = make(Recipe("coarse", shape, spacing=spacing, seed=seed))
    found = measures_of(phantom, phantom.lesion, phantom.structure & ~phantom.lesion)["min_distance_mm"]
    assert abs(found.value - phantom.distance_mm) <= 0.35
    assert found.low is not None
    assert found.high is not None
    assert found.low <= phantom.distance_mm <= found.high
