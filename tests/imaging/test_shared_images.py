"""Real images, beside the repository: each shows what it is known to hold."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from horad.imaging.measures import measure
from horad.imaging.request import Request
from horad.imaging.series import Series, load_series
from horad.imaging.volume import Volume
from horad.records import Measure
from tests.imaging.made import codes
from tests.imaging.phantom_files import write_nifti

Read = Callable[[str], Series]


@pytest.fixture(scope="module")
def read(shared: Path) -> Read:
    return lambda name: load_series(shared / "data" / "dicom" / name)


def volume_of(series: Series) -> Volume:
    assert series.volume is not None
    return series.volume


def _measures(folder: Path, series: Series, rows: slice, columns: slice) -> dict[str, Measure]:
    """What is measured in a rectangle of the only slice."""
    volume = volume_of(series)
    bits = np.zeros(volume.values.shape, bool)
    bits[0, rows, columns] = True
    mask = write_nifti(folder / "mask.nii.gz", bits, volume.affine)
    return {one.name: one for one in measure(series, Request(mask=mask))[0]}


def test_a_radiograph_of_a_hip_has_a_spacing_of_the_detector_plane(read: Read) -> None:
    hip = read("RG2_RLE.dcm")
    assert (hip.modality, hip.header.body_part, hip.header.spacing_kind) == ("CR", "HIP", "detector")
    assert codes(hip) == ["radiograph_no_hu"]
    assert volume_of(hip).values.shape == (1, 2140, 1760)
    assert volume_of(hip).spacing_mm[1:] == (0.2, 0.2)
    assert "detector_plane" in [warning.code for warning in hip.warnings]


def test_an_area_on_the_hip_is_told_in_the_plane_of_the_detector(read: Read, tmp_path: Path) -> None:
    found = _measures(tmp_path, read("RG2_RLE.dcm"), slice(1000, 1050), slice(800, 900))
    assert found["area_mm2"].value == 50 * 100 * 0.04
    assert "the magnification is not known" in found["area_mm2"].method
    assert found["extent_mm"].value == pytest.approx(np.hypot(10, 20), abs=0.01)
    assert not {"mean_hu", "volume_ml"} & set(found)


def test_a_radiograph_without_spacing_is_inverted_and_refused_in_millimetres(read: Read) -> None:
    tibia = read("RG3_RLE.dcm")
    assert (tibia.header.photometric, tibia.header.laterality, tibia.header.view) == ("MONOCHROME1", "R", "AP")
    assert codes(tibia) == ["radiograph_no_hu", "spacing_missing"]
    assert "area_mm2" in [refusal.measure for refusal in tibia.refusals]
    values = volume_of(tibia).values[0]
    # The shaft of the tibia is bright, the air beside the leg dark.
    assert (values[400, 850:870].mean() > 500, values[400, 530:550].mean() < 100) == (True, True)


def test_a_knee_is_known_to_be_t1_weighted_by_its_times(read: Read) -> None:
    knee = read("MR3_RLE.dcm")
    assert knee.header.sequence is not None
    assert (knee.header.sequence.weighting, knee.header.sequence.weighting_by_name) == ("T1", None)
    assert str(knee.header.sequence) == "T1 spin echo (TR 500 ms, TE 22 ms)"
    assert (knee.header.body_part, knee.header.laterality) == ("KNEE", "R")
    assert knee.header.age_years is None
    assert "age_implausible" in [warning.code for warning in knee.warnings]


def test_a_shoulder_is_rescaled(read: Read) -> None:
    shoulder = read("MR2_JPLL.dcm")
    assert shoulder.header.sequence is not None
    assert (shoulder.header.sequence.weighting, shoulder.header.sequence.weighting_by_name) == ("T1", "T1")
    assert shoulder.header.rescale == (3.774114, 0.000061)
    assert volume_of(shoulder).values.dtype == np.float32
    assert float(volume_of(shoulder).values.max()) == pytest.approx(595 * 3.774114, abs=0.01)


def test_padding_about_a_ct_is_set_apart(read: Read) -> None:
    ct = volume_of(read("CT1_RLE.dcm"))
    assert ct.valid is not None
    assert int(ct.values.min()) == -3024
    assert int(ct.values[ct.valid].min()) == -1024
    assert np.mean(~ct.valid) == pytest.approx(0.2128, abs=1e-4)


def test_a_mean_over_the_edge_of_the_circle_leaves_padding_out(read: Read, tmp_path: Path) -> None:
    series = read("CT1_RLE.dcm")
    ct = volume_of(series)
    rows, columns = slice(0, 256), slice(0, 256)
    values, valid = (array[0, rows, columns] for array in (ct.values, ct.valid))
    found = _measures(tmp_path, series, rows, columns)["mean_hu"]
    assert found.value == pytest.approx(values[valid].mean(dtype=float), abs=0.05)
    assert found.value - values.mean(dtype=float) > 100


def test_a_pelvis_is_read_in_hounsfield_units(read: Read) -> None:
    pelvis = read("TOSHIBA_J2K_SIZ0_PixRep1.dcm")
    values = volume_of(pelvis).values
    assert (int(values.min()), int(values.max()), values.dtype) == (-2048, 1717, np.int16)
    assert "hu_implausible" not in codes(pelvis)
    assert volume_of(pelvis).spacing_mm[1] == 0.656


def test_the_same_pelvis_with_the_wrong_sign_is_refused(read: Read) -> None:
    pelvis = read("TOSHIBA_J2K_SIZ1_PixRep0.dcm")
    [refusal] = [one for one in pelvis.refusals if one.code == "hu_implausible"]
    assert refusal.measure is None
    assert "74% of the voxels are above 3071" in refusal.reason


def test_a_series_with_a_slice_twice_has_no_volume(read: Read) -> None:
    chest = read("ct_duplicate_slice")
    assert chest.volume is None
    assert codes(chest) == ["slice_duplicate", "slice_gap"]
    assert "volume_ml" in [refusal.measure for refusal in chest.refusals]
