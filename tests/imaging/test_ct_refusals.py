"""What a CT cannot carry for a lesion: thin zones, thin rims, distances over thick slices, no bone, only padding."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from horad.imaging.measures import measure
from horad.imaging.request import Request
from horad.imaging.series import Series, load_series
from tests.imaging import made
from tests.imaging.phantom_files import write_nifti

SOFT, BONE = 1074, 1924


def _series(folder: Path, pixels: np.ndarray, count: int = 8, **tags: Any) -> Series:
    for number, place in enumerate(made.straight(count)):
        folder.mkdir(exist_ok=True)
        image = made.image(pixels, ImagePositionPatient=place, **tags)
        image.SOPInstanceUID = f"{made.SERIES_UID}.{number}"
        image.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    return load_series(folder)


def _pixels() -> np.ndarray:
    pixels = np.full((64, 64), SOFT, np.int16)
    pixels[:8] = 24
    pixels[16:56, 12:52] = BONE
    return pixels


def _codes(series: Series, request: Request) -> set[str]:
    return {refusal.code for refusal in measure(series, request)[1]}


def test_zones_of_a_thin_lesion_are_refused(tmp_path: Path) -> None:
    series = _series(tmp_path / "series", _pixels())
    assert series.volume is not None
    bits = np.zeros((8, 64, 64), bool)
    bits[2:5, 16:56, 12:52] = True
    mask = write_nifti(tmp_path / "mask.nii", bits, series.volume.affine)
    measures, refusals = measure(series, Request(mask))
    assert "zonal_not_resolved" in {one.code for one in refusals}
    assert "zonal_index_hu" not in {one.name for one in measures}


def test_a_region_without_bone_is_refused(tmp_path: Path) -> None:
    series = _series(tmp_path / "series", _pixels())
    assert "nothing_dense" in _codes(series, Request(roi=(20, 9, 1, 40, 14, 6)))


@pytest.mark.parametrize("tags", [{"PixelPaddingValue": SOFT}], ids=["padding"])
def test_a_mask_over_padding_alone_is_refused(tmp_path: Path, tags: dict[str, Any]) -> None:
    series = _series(tmp_path / "series", _pixels(), **tags)
    assert series.volume is not None
    bits = np.zeros((8, 64, 64), bool)
    bits[1:6, 9:14, 20:40] = True
    mask = write_nifti(tmp_path / "mask.nii", bits, series.volume.affine)
    assert "all_padding" in _codes(series, Request(mask))


def test_a_distance_over_thick_slices_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "series"
    for number in range(8):
        folder.mkdir(exist_ok=True)
        image = made.image(_pixels(), ImagePositionPatient=[0.0, 0.0, 8.0 * number])
        image.SOPInstanceUID = f"{made.SERIES_UID}.{number}"
        image.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    series = load_series(folder)
    assert series.volume is not None
    lesion, nerve = np.zeros((8, 64, 64), bool), np.zeros((8, 64, 64), bool)
    lesion[2:6, 16:56, 12:52] = True
    nerve[2:6, 60:62, 20:40] = True
    files = [
        write_nifti(tmp_path / f"{name}.nii", bits, series.volume.affine)
        for name, bits in (("lesion", lesion), ("nerve", nerve))
    ]
    measures, refusals = measure(series, Request(files[0], structures={"nerve": files[1]}))
    assert "distance_not_resolved" in {one.code for one in refusals}
    assert "min_distance_mm" not in {one.name for one in measures}
