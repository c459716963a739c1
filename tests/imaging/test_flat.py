"""Measures on radiographs: an area with the caveat of its spacing, a density beside others, never Hounsfield units."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from horad.imaging.measures import measure
from horad.imaging.request import Request
from horad.imaging.series import load_series
from horad.records import Measure, Refusal
from tests.imaging import made


def _measured(folder: Path, pixels: np.ndarray, **tags: Any) -> tuple[dict[str, Measure], list[Refusal]]:
    plain: dict[str, Any] = {
        "Modality": "CR",
        "RescaleSlope": None,
        "RescaleIntercept": None,
        "ImagePositionPatient": None,
        "ImageOrientationPatient": None,
        "FrameOfReferenceUID": None,
    }
    series = load_series(made.written(folder, made.image(pixels, **{**plain, **tags})))
    measures, refusals = measure(series, Request(roi=(10, 10, 0, 20, 15, 1)))
    return {one.name: one for one in measures}, [*series.refusals, *refusals]


def _pixels(inside: int = 3000, around: int = 1000) -> np.ndarray:
    pixels = np.full((40, 40), around, np.int16)
    pixels[10:15, 10:20] = inside
    pixels[38:, 36:] = 0
    return pixels


def test_the_area_is_told_with_the_caveat_of_the_detector(tmp_path: Path) -> None:
    found, _ = _measured(tmp_path, _pixels(), PixelSpacing=None, ImagerPixelSpacing=[0.2, 0.2])
    assert found["area_mm2"].value == pytest.approx(50 * 0.04)
    assert "in the plane of the detector" in found["area_mm2"].method


def test_the_density_is_told_against_what_lies_beside(tmp_path: Path) -> None:
    found, _ = _measured(tmp_path, _pixels())
    assert found["density_ratio"].value == pytest.approx(3.0, rel=0.02)
    assert [name for name in found if name.endswith("_hu")] == []


def test_without_spacing_there_are_no_millimetres(tmp_path: Path) -> None:
    found, refusals = _measured(tmp_path, _pixels(), PixelSpacing=None)
    assert "area_mm2" not in found
    assert "area_mm2" in {one.measure for one in refusals}


def test_a_density_beside_nothing_is_refused(tmp_path: Path) -> None:
    pixels = np.full((40, 40), 100, np.int16)
    found, refusals = _measured(tmp_path, pixels)
    assert "density_ratio" not in found
    assert "density_not_comparable" in {one.code for one in refusals}
