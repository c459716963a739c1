"""The picture: outlines on the right place, banner, scale bar."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from horad.errors import OutputError
from horad.imaging.geometry import Geometry
from horad.imaging.header import Header
from horad.imaging.mask import box_mask
from horad.imaging.masks import Masks
from horad.imaging.overlay import write_png
from horad.imaging.refusals import refuse
from horad.imaging.series import Series
from horad.imaging.volume import Held, Volume

_LESION, _AMBER, _WHITE = (255, 200, 0), (255, 176, 60), (255, 255, 255)


def _series(spacing: float = 0.7) -> Series:
    values = np.full((6, 120, 160), -1000, np.int16)
    affine = np.array([[0, 0, 0.7, 0], [0, 0.7, 0, 0], [2.5, 0, 0, 0], [0, 0, 0, 1.0]])
    volume = Volume(Held(values), affine, (2.5, spacing, spacing), None, None, ("",) * 6)
    geometry = Geometry(tuple(range(6)), volume.spacing_mm, 0.0, affine, ())
    return Series(Header(modality="CT", kind="ct", spacing_kind="patient"), geometry, volume)


def _drawn(path: Path, series: Series, **more: object) -> np.ndarray:
    masks = Masks(region=box_mask("the region", (70, 50, 2, 80, 60, 4), (6, 120, 160)))
    write_png(path, series, masks, **more)  # type: ignore[arg-type]
    return np.array(Image.open(path))


def _places(picture: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    return np.argwhere((picture == colour).all(axis=-1))


def test_the_outline_encloses_the_middle_of_the_picture(tmp_path: Path) -> None:
    picture = _drawn(tmp_path / "a.png", _series())
    inside = _places(picture[225:675, 225:675], _LESION) + 225
    assert np.abs(inside.mean(axis=0) - 450).max() < 5
    width = (inside.max(axis=0) - inside.min(axis=0)).tolist()
    assert width == pytest.approx([900 / 110 * 10] * 2, abs=4)


def test_a_refusal_stands_in_a_banner_on_top(tmp_path: Path) -> None:
    assert (
        len(_places(_drawn(tmp_path / "a.png", _series(), refusals=refuse("slice_gap", largest=5, median=2)), _AMBER))
        > 0
    )
    assert len(_places(_drawn(tmp_path / "b.png", _series()), _AMBER)) == 0


def test_without_spacing_there_is_no_scale_bar(tmp_path: Path) -> None:
    corner = (slice(860, 900), slice(700, 900))
    assert len(_places(_drawn(tmp_path / "a.png", _series())[corner], _WHITE)) > 100
    assert len(_places(_drawn(tmp_path / "b.png", _series(np.nan))[corner], _WHITE)) == 0


def test_no_pixels_no_picture(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no pixels that can be shown"):
        write_png(tmp_path / "a.png", replace(_series(), volume=None), Masks())
