"""Measures on MR: ratios to tissues of a T1-weighted series, the width of oedema, and what is refused without them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from horad.imaging.measures import measure
from horad.imaging.request import Request
from horad.imaging.series import load_series
from horad.records import Measure, Refusal
from tests.imaging import made
from tests.imaging.phantom_files import write_nifti

T1 = {"RepetitionTime": 500, "EchoTime": 15}
T2 = {"RepetitionTime": 4000, "EchoTime": 90}
FAT, LESION, MUSCLE, REST = 800, 400, 200, 100


def _pixels() -> np.ndarray:
    pixels = np.full((20, 20), REST, np.int16)
    pixels[2:6, 2:18], pixels[14:18, 2:18], pixels[8:12, 6:14] = FAT, MUSCLE, LESION
    return pixels


def _box(rows: slice, columns: slice) -> np.ndarray:
    bits = np.zeros((4, 20, 20), bool)
    bits[1:3, rows, columns] = True
    return bits


BOXES = {
    "lesion": _box(slice(8, 12), slice(6, 14)),
    "fat": _box(slice(3, 5), slice(4, 16)),
    "muscle": _box(slice(15, 17), slice(4, 16)),
    "oedema": _box(slice(7, 13), slice(1, 19)),
}


def _measured(folder: Path, timing: dict[str, Any], *asked: str) -> tuple[dict[str, Measure], list[Refusal]]:
    tags = {"Modality": "MR", "ScanningSequence": "SE", "SequenceVariant": "NONE", "RescaleSlope": None}
    path = folder / "series"
    each = {number: {"InstanceNumber": number + 1} for number in range(4)}
    for number, place in enumerate(made.straight(4)):
        path.mkdir(exist_ok=True)
        image = made.image(
            _pixels(), ImagePositionPatient=place, **{**tags, "RescaleIntercept": None, **timing, **each[number]}
        )
        image.SOPInstanceUID = f"{made.SERIES_UID}.{number}"
        image.save_as(path / f"{number}.dcm", enforce_file_format=True)
    series = load_series(path)
    assert series.volume is not None
    files = {name: write_nifti(folder / f"{name}.nii", bits, series.volume.affine) for name, bits in BOXES.items()}
    references = {name: files[name] for name in ("fat", "muscle") if name in asked}
    request = Request(files["lesion"], references=references, oedema=files["oedema"] if "oedema" in asked else None)
    measures, refusals = measure(series, request)
    return {one.name: one for one in measures}, refusals


def test_the_ratio_to_fat_and_muscle_is_told_with_its_sequence(tmp_path: Path) -> None:
    found, _ = _measured(tmp_path, T1, "fat", "muscle")
    assert found["t1_ratio_fat"].value == pytest.approx(LESION / FAT)
    assert found["t1_ratio_muscle"].value == pytest.approx(LESION / MUSCLE)
    assert "T1 spin echo (TR 500 ms, TE 15 ms)" in found["t1_ratio_fat"].method


def test_the_width_of_oedema_is_told_against_the_lesion(tmp_path: Path) -> None:
    ratio = _measured(tmp_path, T2, "oedema")[0]["oedema_lesion_ratio"]
    assert ratio.low is not None
    assert ratio.high is not None
    assert ratio.low < ratio.value < ratio.high
    assert ratio.value == pytest.approx(18 / 8, rel=0.1)


@pytest.mark.parametrize(
    ("timing", "asked", "codes"),
    [
        (T1, (), {"mr_no_reference"}),
        (T1, ("fat",), {"mr_no_reference"}),
        (T2, ("fat", "muscle"), {"mr_not_t1"}),
    ],
    ids=["no reference", "one reference", "not T1"],
)
def test_a_ratio_that_cannot_be_told_is_refused(
    tmp_path: Path, timing: dict[str, Any], asked: tuple[str, ...], codes: set[str]
) -> None:
    found, refusals = _measured(tmp_path, timing, *asked)
    assert {one.code for one in refusals} & {"mr_no_reference", "mr_not_t1"} == codes
    assert {name for name in found if name.startswith("t1_ratio")} == {
        f"t1_ratio_{name}" for name in asked if timing is T1
    }


def test_mr_has_no_hounsfield_units(tmp_path: Path) -> None:
    found, _ = _measured(tmp_path, T1, "fat", "muscle")
    assert [name for name in found if name.endswith("_hu")] == []
