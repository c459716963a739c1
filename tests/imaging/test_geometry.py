import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from horad.imaging.series import load_series
from tests.imaging.made import AXIAL, codes, series, straight

CORONAL = [1.0, 0.0, 0.0, 0.0, 0.0, -1.0]
OBLIQUE = [math.cos(0.3), math.sin(0.3), 0.0, 0.0, 0.0, -1.0]


@pytest.mark.parametrize(
    ("places", "each", "expected"),
    [
        pytest.param(straight(), {}, [], id="regular"),
        pytest.param([*straight(5), *straight(8)[6:]], {}, ["slice_gap"], id="a slice is missing"),
        pytest.param([*straight(), [0.0, 0.0, 5.0]], {}, ["slice_duplicate"], id="a slice twice"),
        pytest.param([*straight(4), [0.0, 0.0, 8.5]], {}, ["slice_spacing_varies"], id="an uneven step"),
        pytest.param([*straight(4), [0.0, 0.0, 10.02]], {}, [], id="rounding is no gap"),
        pytest.param([[0.0, 0.3 * n, 2.5 * n] for n in range(5)], {}, ["tilted"], id="tilted by 6.8 degrees"),
        pytest.param([[0.0, 0.01 * (n % 2), 2.5 * n] for n in range(5)], {}, [], id="rounding is no tilt"),
        pytest.param(straight(1), {}, ["single_slice"], id="one slice"),
        pytest.param(
            straight(), {1: {"ImageOrientationPatient": CORONAL}}, ["mixed_orientation"], id="a localizer in it"
        ),
        pytest.param(straight(), {1: {"FrameOfReferenceUID": "1.9"}}, ["mixed_frame_of_reference"], id="two frames"),
        pytest.param(straight(), {1: {"PixelSpacing": [0.8, 0.8]}}, ["mixed_size"], id="two spacings"),
        pytest.param(straight(), {1: {"ImagePositionPatient": None}}, ["position_missing"], id="a place is missing"),
        pytest.param(straight(), {1: {"ImageOrientationPatient": [1.0] * 6}}, ["position_missing"], id="no directions"),
    ],
)
def test_a_grid_that_is_not_regular_is_refused(
    tmp_path: Path, places: list[list[float]], each: Mapping[int, Mapping[str, Any]], expected: list[str]
) -> None:
    assert codes(load_series(series(tmp_path, places, each))) == expected


@pytest.mark.parametrize(
    "spacing", [None, [0.0, 0.0], [0.7, -1.0], ["", ""]], ids=["missing", "zero", "negative", "empty"]
)
def test_a_spacing_that_says_nothing_refuses_millimetres(tmp_path: Path, spacing: Any) -> None:
    read = load_series(series(tmp_path, straight(), PixelSpacing=spacing))
    assert codes(read) == ["spacing_missing"]
    assert {"volume_ml", "area_mm2"} <= {refusal.measure for refusal in read.refusals}


def test_the_spacing_of_an_oblique_series_is_its_distance_along_the_normal(tmp_path: Path) -> None:
    normal = np.cross(OBLIQUE[:3], OBLIQUE[3:])
    places = [list(map(float, np.round(normal * 2.5 * number, 4))) for number in range(6)]
    read = load_series(series(tmp_path, places, ImageOrientationPatient=OBLIQUE))
    assert codes(read) == []
    assert read.volume is not None
    assert read.volume.spacing_mm[0] == pytest.approx(2.5, abs=1e-3)
    assert read.volume.affine @ [0, 0, 10, 1] == pytest.approx([*(7 * np.array(OBLIQUE[:3])), 1])
    assert read.volume.affine @ [0, 10, 0, 1] == pytest.approx([*(7 * np.array(OBLIQUE[3:])), 1])


def test_a_tilted_gantry_keeps_its_exact_volume_and_loses_its_distances(tmp_path: Path) -> None:
    step, degrees = 2.5, 16.5
    lift, shift = step * math.cos(math.radians(degrees)), step * math.sin(math.radians(degrees))
    read = load_series(series(tmp_path, [[0.0, shift * n, lift * n] for n in range(6)], SliceThickness=step))
    assert read.volume is not None
    assert read.volume.spacing_mm[0] == pytest.approx(2.397, abs=1e-3)
    assert abs(np.linalg.det(read.volume.affine[:3, :3])) == pytest.approx(lift * 0.7 * 0.7)
    assert [refusal.measure for refusal in read.refusals] == ["min_distance_mm", "contact_area_mm2"]
    assert read.geometry is not None
    assert read.geometry.tilt_degrees == pytest.approx(degrees, abs=0.3)


def test_images_of_two_sizes_are_refused(tmp_path: Path) -> None:
    from tests.imaging.made import image, soft_tissue, written

    written(tmp_path, image(soft_tissue(16)), "a.dcm")
    written(tmp_path, image(soft_tissue(20), ImagePositionPatient=[0.0, 0.0, 2.5]), "b.dcm")
    assert codes(load_series(tmp_path)) == ["mixed_size"]


def test_a_series_that_runs_downwards_is_sorted_along_its_normal(tmp_path: Path) -> None:
    read = load_series(series(tmp_path, straight()[::-1], ImageOrientationPatient=AXIAL))
    assert read.volume is not None
    assert [uid[-1] for uid in read.volume.sop_uids] == ["4", "3", "2", "1", "0"]
