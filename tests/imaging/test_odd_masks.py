"""Masks that nobody meant, each measured or refused; and what must not change a measure."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from horad.imaging.ct import measure_ct
from horad.imaging.distance import nearest
from horad.imaging.fast import count_parts, depth_of
from horad.imaging.header import Header
from horad.imaging.mask import mask_of
from horad.imaging.masks import Masks
from horad.imaging.mesh import mesh_of
from horad.imaging.series import Series
from horad.imaging.volume import Held, Volume
from horad.records import Measure
from tests.imaging.phantoms import Recipe, ellipsoid, make

_SPACING = (2.5, 0.7, 0.7)
_PHANTOM = make(Recipe("ellipsoid", ellipsoid(12, 10, 9), seed=3))


def _found(values: np.ndarray, lesion: np.ndarray, structure: np.ndarray | None = None) -> dict[str, Measure]:
    volume = Volume(Held(values), np.diag([*_SPACING, 1.0]), _SPACING, None, None, ("",) * len(values))
    structures = {} if structure is None else {"nerve": mask_of("nerve", structure)}
    items = measure_ct(
        Series(Header(kind="ct"), None, volume), Masks(mask_of("the lesion", lesion), structures=structures)
    )
    return {item.name: item for item in items if isinstance(item, Measure)}


def _bits(kind: str) -> np.ndarray:
    bits = np.zeros((8, 24, 24), bool)
    match kind:
        case "all":
            bits[:] = True
        case "one voxel":
            bits[4, 4, 4] = True
        case "corner":
            bits[:3, :9, :9] = True
        case "one slice":
            bits[4] = True
        case "two far apart":
            bits[0, 0, 0] = bits[-1, -1, -1] = True
        case "checkered":
            bits[::2, ::2, ::2] = True
        case _:
            bits[:, 12, 12] = True
    return bits


@pytest.mark.parametrize("density", [50, 800])
@pytest.mark.parametrize("kind", ["all", "one voxel", "corner", "one slice", "two far apart", "checkered", "line"])
def test_an_odd_mask_is_measured_or_refused(kind: str, density: int) -> None:
    found = _found(np.full((8, 24, 24), density, np.int16), _bits(kind), _bits("corner"))
    assert {"component_count", "touches_border", "extent_mm", "mean_hu"} <= set(found)
    assert found["mean_hu"].value == density
    assert all(np.isfinite(item.value) for item in found.values())


def _turned(array: np.ndarray, flips: tuple[int, ...]) -> np.ndarray:
    return np.ascontiguousarray(np.flip(array, flips))


@pytest.mark.parametrize("flips", [(0,), (1,), (0, 2)], ids=str)
def test_the_direction_of_the_axes_changes_nothing(flips: tuple[int, ...]) -> None:
    straight = _found(_PHANTOM.values, _PHANTOM.lesion, _PHANTOM.structure)
    turned = _found(*(_turned(array, flips) for array in (_PHANTOM.values, _PHANTOM.lesion, _PHANTOM.structure)))
    for name, limit in (("volume_ml", 0.02), ("min_distance_mm", 0.05), ("zonal_index_hu", 1.0)):
        assert abs(straight[name].value - turned[name].value) <= limit, name


def test_noise_keeps_the_sign_of_the_zonal_index() -> None:
    noise = np.random.default_rng(0).normal(0, 60, _PHANTOM.values.shape)
    found = _found((_PHANTOM.values + noise).astype(np.int16), _PHANTOM.lesion)["zonal_index_hu"]
    assert found.low is not None
    assert found.low > 0


def test_distance_is_the_same_from_either_side() -> None:
    first, second = (mesh_of(bits, np.array(_SPACING)) for bits in (_PHANTOM.lesion, _PHANTOM.structure))
    assert nearest(first, second) == pytest.approx(nearest(second, first), abs=1e-9)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.95))
def test_a_surface_encloses_what_its_voxels_do(seed: int, part: float) -> None:
    bits = np.random.default_rng(seed).random((4, 6, 6)) < part
    bits[2, 3, 3] = True
    mesh = mesh_of(bits, np.array(_SPACING))
    assert mesh.volume == pytest.approx(np.count_nonzero(bits) * np.prod(_SPACING), rel=0.02)


def test_fast_libraries_answer_as_scipy_does(monkeypatch: pytest.MonkeyPatch) -> None:
    bits = np.random.default_rng(1).random((9, 20, 20)) < 0.4
    answers: list[Any] = []
    for is_there in (True, False):
        if not is_there:
            monkeypatch.setattr("horad.imaging.fast._optional", lambda _: None)
        answers.append((count_parts(bits), depth_of(bits, np.array(_SPACING))))
    assert answers[0][0] == answers[1][0]
    np.testing.assert_allclose(answers[0][1], answers[1][1], atol=1e-4)
