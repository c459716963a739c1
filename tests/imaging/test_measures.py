"""Series and masks as files, through to measures and refusals."""

import gzip
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from horad.imaging.measures import measure
from horad.imaging.request import Request
from horad.imaging.series import Series, load_series
from horad.knowledge.measures import load_measures
from horad.records import Measure
from tests.imaging.phantom_files import affine_of, write_nifti, write_seg, write_series
from tests.imaging.phantoms import Phantom, Recipe, ellipsoid, make


@dataclass(frozen=True)
class Case:
    phantom: Phantom
    folder: Path
    series: Series

    @property
    def seg(self) -> Path:
        return self.folder / "masks.dcm"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("phantom")
    phantom = make(Recipe("ellipsoid", ellipsoid(12, 10, 9), seed=11))
    write_series(folder / "series", phantom.values, affine_of(phantom))
    masks = {"lesion": phantom.lesion, "nerve": phantom.structure}
    write_seg(folder / "masks.dcm", folder / "series", masks)
    write_nifti(folder / "lesion.nii", phantom.lesion, affine_of(phantom))
    write_nifti(folder / "lesion.nii.gz", phantom.lesion, affine_of(phantom))
    return Case(phantom, folder, load_series(folder / "series"))


def _by_name(measures: list[Measure]) -> dict[str, Measure]:
    return {item.name: item for item in measures}


def test_volume_zones_and_distance_are_those_of_the_phantom(case: Case) -> None:
    request = Request(mask=Path(f"{case.seg}#lesion"), structures={"nerve": Path(f"{case.seg}#2")})
    measures, _ = measure(case.series, request)
    found = _by_name(measures)
    assert abs(found["volume_ml"].value / case.phantom.volume_ml - 1) <= 0.03
    assert found["min_distance_mm"].structure == "nerve"
    assert abs(found["zonal_index_hu"].value - 880) <= 60
    assert found["component_count"].value == 1
    assert found["touches_border"].value == 0


def test_seg_and_nifti_give_the_same(case: Case) -> None:
    from_seg = measure(case.series, Request(mask=Path(f"{case.seg}#1")))
    assert from_seg == measure(case.series, Request(mask=case.folder / "lesion.nii.gz"))


def _seg_of(case: Case, folder: Path, kind: str, masks: dict[str, np.ndarray]) -> Path:
    return write_seg(folder / "seg.dcm", case.folder / "series", masks, segmentation_type=kind)


def test_a_label_map_is_read_as_its_segments(case: Case, tmp_path: Path) -> None:
    masks = {"lesion": case.phantom.lesion, "nerve": case.phantom.structure}
    seg = _seg_of(case, tmp_path, "LABELMAP", masks)
    from_map = Request(mask=Path(f"{seg}#lesion"), structures={"nerve": Path(f"{seg}#2")})
    from_bits = Request(mask=Path(f"{case.seg}#lesion"), structures={"nerve": Path(f"{case.seg}#2")})
    assert measure(case.series, from_map) == measure(case.series, from_bits)


def test_the_background_of_a_label_map_is_no_segment(case: Case, tmp_path: Path) -> None:
    seg = _seg_of(case, tmp_path, "LABELMAP", {"lesion": case.phantom.lesion})
    assert measure(case.series, Request(mask=seg)) == measure(case.series, Request(mask=Path(f"{case.seg}#1")))
    assert _refused(case, Request(mask=Path(f"{seg}#0"))) == {("mask_segment_unknown", None)}


def test_fractions_above_a_half_are_the_mask(case: Case, tmp_path: Path) -> None:
    fractions = np.where(case.phantom.lesion, 0.6, 0.4).astype(np.float32)
    seg = _seg_of(case, tmp_path, "FRACTIONAL", {"lesion": fractions})
    assert measure(case.series, Request(mask=seg)) == measure(case.series, Request(mask=Path(f"{case.seg}#1")))


def test_fractions_below_a_half_are_an_empty_mask(case: Case, tmp_path: Path) -> None:
    fractions = np.where(case.phantom.lesion, 0.4, 0.0).astype(np.float32)
    seg = _seg_of(case, tmp_path, "FRACTIONAL", {"lesion": fractions})
    assert _refused(case, Request(mask=seg)) == {("mask_empty", None)}


def test_a_small_file_that_inflates_beyond_the_limit_is_refused(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = tmp_path / "mask.nii.gz"
    packed.write_bytes(gzip.compress((case.folder / "lesion.nii").read_bytes() + bytes(8 << 20)))
    settings = load_measures()
    assert _by_name(measure(case.series, Request(mask=packed))[0])
    small = settings.mask.model_copy(update={"bytes": 4 << 20})
    assert packed.stat().st_size < 1 << 20
    monkeypatch.setattr("horad.imaging.mask.load_measures", lambda: settings.model_copy(update={"mask": small}))
    assert _refused(case, Request(mask=packed)) == {("mask_unreadable", None)}


def test_a_region_is_measured_as_exploratory(case: Case) -> None:
    where = np.argwhere(case.phantom.lesion)
    low, high = (where.min(axis=0) - 1).tolist(), (where.max(axis=0) + 2).tolist()
    measures, refusals = measure(case.series, Request(roi=(low[2], low[1], low[0], high[2], high[1], high[0])))
    found = _by_name(measures)
    assert "fused" not in {refusal.code for refusal in refusals}
    assert abs(found["volume_ml"].value / case.phantom.volume_ml - 1) <= 0.03
    assert all(item.method.startswith("exploratory: ") for item in measures)


def test_a_region_that_cuts_the_bone_gives_no_volume(case: Case) -> None:
    where = np.argwhere(case.phantom.lesion)
    low, high = where.min(axis=0).tolist(), where.max(axis=0).tolist()
    middle = (low[2] + high[2]) // 2
    measures, refusals = measure(case.series, Request(roi=(middle, low[1], low[0], high[2], high[1], high[0])))
    assert "volume_ml" not in _by_name(measures)
    assert "fused" in {refusal.code for refusal in refusals}


def _refused(case: Case, request: Request) -> set[tuple[str, str | None]]:
    measures, refusals = measure(case.series, request)
    assert not {item.name for item in measures} & {"volume_ml", "zonal_index_hu"}
    return {(refusal.code, refusal.measure) for refusal in refusals}


def test_several_segments_and_no_choice_is_refused(case: Case) -> None:
    assert _refused(case, Request(mask=case.seg)) == {("mask_ambiguous", None)}


def test_a_segment_that_is_not_there_is_refused(case: Case) -> None:
    assert _refused(case, Request(mask=Path(f"{case.seg}#vein"))) == {("mask_segment_unknown", None)}


def test_an_empty_mask_is_refused_and_never_read_as_no_bone(case: Case, tmp_path: Path) -> None:
    empty = write_nifti(tmp_path / "empty.nii", np.zeros_like(case.phantom.lesion), affine_of(case.phantom))
    assert _refused(case, Request(mask=empty)) == {("mask_empty", None)}


def test_a_mask_a_fifth_of_a_voxel_off_is_refused(case: Case, tmp_path: Path) -> None:
    affine = affine_of(case.phantom)
    affine[:3, 3] += 0.2 * affine[:3, 1]
    moved = write_nifti(tmp_path / "moved.nii", case.phantom.lesion, affine)
    assert _refused(case, Request(mask=moved)) == {("mask_grid_mismatch", None)}


def test_a_mask_of_another_frame_of_reference_is_refused(case: Case, tmp_path: Path) -> None:
    other = write_seg(
        tmp_path / "other.dcm", case.folder / "series", {"a": case.phantom.lesion}, FrameOfReferenceUID="1.2.3"
    )
    assert _refused(case, Request(mask=other)) == {("mask_frame_mismatch", None)}


def test_a_mask_that_is_no_mask_is_refused(case: Case, tmp_path: Path) -> None:
    (tmp_path / "text.nii").write_bytes(b"not a mask")
    assert _refused(case, Request(mask=tmp_path / "text.nii")) == {("mask_unreadable", None)}


@pytest.mark.parametrize("scale", [0.4, 0.5])
def test_below_the_resolution_limit_volume_and_zones_are_refused(tmp_path: Path, scale: float) -> None:
    phantom = make(Recipe("small", ellipsoid(12 * scale, 10 * scale, 9 * scale), rim_mm=1.5, seed=5))
    write_series(tmp_path / "series", phantom.values, affine_of(phantom))
    mask = write_nifti(tmp_path / "lesion.nii", phantom.lesion, affine_of(phantom))
    measures, refusals = measure(load_series(tmp_path / "series"), Request(mask=mask))
    found = {item.name for item in measures}
    assert not found & {"volume_ml", "zonal_index_hu", "rim_hu", "core_hu", "rim_completeness"}
    assert {refusal.code for refusal in refusals} == {"lesion_too_small"}


def test_metal_nearby_leaves_the_volume_of_the_mask_alone(tmp_path: Path) -> None:
    phantom = make(Recipe("metal", ellipsoid(12, 10, 9), seed=6))
    values = phantom.values.copy()
    values[0, :3, :3] = 3071
    phantom = replace(phantom, values=values)
    write_series(tmp_path / "series", phantom.values, affine_of(phantom))
    mask = write_nifti(tmp_path / "lesion.nii", phantom.lesion, affine_of(phantom))
    measures, refusals = measure(load_series(tmp_path / "series"), Request(mask=mask))
    found = _by_name(measures)
    assert found["volume_ml"].method.startswith("mask only")
    assert found["volume_ml"].value == pytest.approx(np.count_nonzero(phantom.lesion) * 1.225e-3, abs=1e-3)
    assert "mean_hu" not in found
    assert {refusal.code for refusal in refusals} == {"metal"}
