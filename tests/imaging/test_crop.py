from pathlib import Path

import pytest

from horad.imaging.measures import measure
from horad.imaging.request import Request
from horad.imaging.series import load_series
from tests.imaging.made import image, soft_tissue, written


@pytest.mark.parametrize("is_metal", [False, True], ids=["no metal", "metal"])
def test_metal_is_looked_for_on_a_single_slice_as_well(tmp_path: Path, is_metal: bool) -> None:
    pixels = soft_tissue(64, 64)
    pixels[40:50, 40:50] = 1524
    pixels[30, 30] = 4500 if is_metal else 1074
    _, refusals = measure(load_series(written(tmp_path, image(pixels))), Request(roi=(35, 35, 0, 55, 55, 1)))
    assert ("metal" in {refusal.code for refusal in refusals}) == is_metal
