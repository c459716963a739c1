"""Measures of phantoms against their truth, for several shapes and ways of drawing the mask."""

import pytest

from benchmarks.phantoms import Row, row
from tests.imaging.phantoms import family, make

_RECIPES = {recipe.name: recipe for recipe in family(7)}
_EXACT = ["ellipsoid 4.5 mL", "ellipsoid 12.7 mL", "lobulated 8 mL", "in fat", "filled", "beside bone", "gap 1 mm"]


def _row(name: str, drawn: str) -> Row:
    return row(make(_RECIPES[name]), drawn)


@pytest.mark.parametrize("name", _EXACT)
def test_a_mask_of_voxel_centres_gives_volume_and_distance(name: str) -> None:
    found = _row(name, "exact")
    assert found.volume is not None
    assert found.distance is not None
    assert abs(found.volume) <= 3
    assert abs(found.distance) <= 0.35


@pytest.mark.parametrize("drawn", ["one voxel generous", "one voxel tight", "threshold 200", "threshold 300"])
@pytest.mark.parametrize("name", ["ellipsoid 12.7 mL", "tube 9 mL"])
def test_a_mask_drawn_otherwise_gives_the_volume_of_the_image(name: str, drawn: str) -> None:
    found = _row(name, drawn)
    assert found.volume is not None
    assert abs(found.volume) <= 3
    assert abs(found.counted) > abs(found.volume)


@pytest.mark.parametrize(
    ("name", "least", "most"), [("ellipsoid 12.7 mL", 700, 950), ("faint rim", 300, 500), ("filled", -40, 40)]
)
def test_the_zonal_index_has_the_sign_of_rim_against_core(name: str, least: float, most: float) -> None:
    found = _row(name, "exact")
    assert found.zonal is not None
    assert least <= found.zonal <= most


def test_slices_too_coarse_refuse_a_distance() -> None:
    assert _row("5 mm slices", "exact").distance is None
