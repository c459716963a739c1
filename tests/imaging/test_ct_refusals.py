"""What a CT cannot carry for a lesion: thin zones, thin rims, distances over thick slices, no bone, only padding."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from horad.imaging.ct import measure_ct
from horad.imaging.header import Header
from horad.imaging.mask import mask_of
from horad.imaging.masks import Masks
from horad.imaging.measures import measure
from horad.imaging.request import Request
from horad.imaging.series import Series, load_series
from horad.imaging.volume import Held, Volume
from horad.records import Measure, Refusal
from tests.imaging import made
from tests.imaging.phantom_files import write_nifti
from tests.imaging.phantoms import Recipe, ellipsoid, make

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


@pytest.mark.parametrize(("rim_mm", "is_told"), [(1.5, False), (3.0, True)])
def test_whether_a_rim_is_whole_is_refused_where_it_is_thinner_than_two_voxels(rim_mm: float, *, is_told: bool) -> None:
    phantom = make(Recipe("rim", ellipsoid(18, 14, 12), rim_mm=rim_mm, seed=3))
    volume = Volume(Held(phantom.values), np.diag([*phantom.spacing, 1.0]), phantom.spacing, None, None, ())
    found = list(measure_ct(Series(Header(kind="ct"), None, volume), Masks(mask_of("the lesion", phantom.lesion))))
    assert ("rim_completeness" in {one.name for one in found if isinstance(one, Measure)}) == is_told
    refused = [one for one in found if isinstance(one, Refusal)]
    assert [(one.code, one.measure) for one in refused] == [("rim_not_resolved", "rim_completeness")] * (not is_told)


def test_on_one_slice_holes_and_edges_are_those_of_the_slice(tmp_path: Path) -> None:
    pixels = _pixels()
    pixels[26:46, 22:42] = SOFT
    series = _series(tmp_path / "series", pixels, count=1)
    assert series.volume is not None
    bits = np.zeros((1, 64, 64), bool)
    bits[0, 15:57, 11:53] = True
    bits[0, 26:46, 22:42] = False
    mask = write_nifti(tmp_path / "mask.nii", bits, series.volume.affine)
    found = {one.name: one for one in measure(series, Request(mask))[0]}["mean_hu"]
    whole = (42**2 * 50 + (40**2 - 20**2) * (BONE - SOFT)) / 42**2
    inner = (40**2 * 50 + (40**2 - 20**2) * (BONE - SOFT)) / 40**2
    assert (found.value, found.low, found.high) == pytest.approx((whole, whole, inner), abs=0.1)


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
