from pathlib import Path

import numpy as np
import pytest

from horad.errors import SourceError
from horad.imaging.series import load_series
from tests.imaging.made import codes, image, series, soft_tissue, straight, written


def test_a_regular_series_becomes_a_volume_in_the_order_of_its_positions(tmp_path: Path) -> None:
    places = straight()
    read = load_series(series(tmp_path, [places[number] for number in (3, 0, 4, 1, 2)]))
    assert codes(read) == []
    assert read.volume is not None
    assert read.volume.values.shape == (5, 16, 12)
    assert read.volume.spacing_mm == pytest.approx((2.5, 0.7, 0.7))
    assert read.volume.affine @ [4, 0, 0, 1] == pytest.approx([0, 0, 10, 1])
    assert [uid.rsplit(".", 1)[1] for uid in read.volume.sop_uids] == ["1", "3", "4", "0", "2"]


def test_slice_thickness_is_never_taken_for_a_distance(tmp_path: Path) -> None:
    read = load_series(series(tmp_path, straight(step=2.5), SliceThickness=3.0))
    assert read.volume is not None
    assert read.volume.spacing_mm[0] == pytest.approx(2.5)


@pytest.mark.parametrize("kind", [np.int16, np.uint16])
def test_hounsfield_units_do_not_wrap_around(tmp_path: Path, kind: type) -> None:
    read = load_series(written(tmp_path, image(soft_tissue().astype(kind))))
    assert read.volume is not None
    assert (read.volume.values.min(), read.volume.values.max()) == (-1000, 50)
    assert read.volume.values.dtype == np.int16


def test_several_series_are_an_error_that_says_how_many(tmp_path: Path) -> None:
    series(tmp_path / "a", straight())
    series(tmp_path / "b", straight(4), SeriesInstanceUID="1.2.3")
    with pytest.raises(SourceError, match=r"holds 2 series; choose one with --series UID: .*1\.2\.3 \(CT, 4 files\)"):
        load_series(tmp_path)
    assert load_series(tmp_path, "1.2.3").header.series_uid == "1.2.3"


def test_a_folder_without_dicom_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    with pytest.raises(SourceError, match="holds no DICOM images"):
        load_series(tmp_path)
