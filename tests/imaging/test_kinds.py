from pathlib import Path
from typing import Any

import numpy as np
import pytest

from horad.imaging.series import load_series
from tests.imaging.made import codes, image, series, soft_tissue, straight, written

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        pytest.param({"RescaleSlope": None}, ["ct_no_rescale"], id="no slope"),
        pytest.param({"RescaleIntercept": None}, ["ct_no_rescale"], id="no intercept"),
        pytest.param({"RescaleSlope": 0}, ["ct_no_rescale"], id="slope of zero"),
        pytest.param({"RescaleType": "US"}, ["ct_not_hu"], id="unspecified units"),
        pytest.param({"RescaleType": "HU"}, [], id="Hounsfield units"),
        pytest.param({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, ["ct_localizer"], id="localizer"),
        pytest.param({"ImageType": ["DERIVED", "SECONDARY", "MIP"]}, ["ct_localizer"], id="projection"),
        pytest.param({"ImageType": ["DERIVED", "PRIMARY", "MPR"]}, ["ct_not_original"], id="reformat"),
        pytest.param({"ImageType": ["DERIVED", "SECONDARY"]}, ["ct_not_original"], id="derived, no more said"),
        pytest.param({"ImageType": None}, [], id="nothing said of its type"),
        pytest.param({"ImageType": ["DERIVED", "SECONDARY", "AXIAL"]}, [], id="axial, compressed anew"),
        pytest.param({"SOPClassUID": SECONDARY_CAPTURE}, ["secondary_capture"], id="secondary capture"),
        pytest.param({"Modality": "MR"}, ["mr_no_hu"], id="MR"),
        pytest.param({"Modality": "US"}, ["modality_not_measured"], id="ultrasound"),
        pytest.param({"Modality": None}, ["modality_not_measured"], id="no modality"),
    ],
)
def test_what_a_number_means_depends_on_the_image(tmp_path: Path, tags: dict[str, Any], expected: list[str]) -> None:
    assert codes(load_series(series(tmp_path, straight(), **tags))) == expected


def test_a_localizer_among_the_images_is_found_wherever_it_stands(tmp_path: Path) -> None:
    each = {3: {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}}
    assert codes(load_series(series(tmp_path, straight(), each))) == ["ct_localizer"]


def test_a_radiograph_has_no_hounsfield_units(tmp_path: Path) -> None:
    read = load_series(written(tmp_path, image(Modality="DX", ImagePositionPatient=None)))
    assert {refusal.measure for refusal in read.refusals} >= {"mean_hu", "volume_ml", "zonal_index_hu"}
    assert codes(read) == ["radiograph_no_hu"]
    assert read.volume is not None


@pytest.mark.parametrize(
    ("pixels", "reason"),
    [
        pytest.param(np.full((16, 16), 6000, np.int16), "100% of the voxels are above 3071", id="too high"),
        pytest.param(np.full((16, 16), 1624, np.int16), "neither air nor soft tissue", id="no peak"),
        pytest.param(np.full((16, 16), -5000, np.int16), "every voxel is padding", id="nothing"),
    ],
)
def test_numbers_that_cannot_be_hounsfield_units_are_refused(tmp_path: Path, pixels: np.ndarray, reason: str) -> None:
    read = load_series(series(tmp_path, straight(1)) if pixels is None else written(tmp_path, image(pixels)))
    [refusal] = [one for one in read.refusals if one.code == "hu_implausible"]
    assert refusal.measure is None
    assert reason in refusal.reason


@pytest.mark.parametrize(
    ("tags", "pixels"),
    [
        ({"PhotometricInterpretation": "RGB", "SamplesPerPixel": 3}, None),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, None),
    ],
    ids=["colour", "palette"],
)
def test_colour_is_no_measurement(tmp_path: Path, tags: dict[str, Any], pixels: None) -> None:
    assert codes(load_series(written(tmp_path, image(pixels, **tags)))) == ["not_greyscale"]


def test_a_file_without_its_pixels_is_refused(tmp_path: Path) -> None:
    made = image()
    del made.PixelData
    assert codes(load_series(written(tmp_path, made))) == ["pixels_missing"]


def test_a_file_cut_off_within_its_pixels_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, image(soft_tissue(64, 64)))
    path.write_bytes(path.read_bytes()[:-1000])
    assert codes(load_series(path))[-1] == "pixels_missing"


def test_objects_beside_the_images_are_left_out_and_told(tmp_path: Path) -> None:
    series(tmp_path, straight())
    written(tmp_path, image(Modality="SEG", SeriesInstanceUID="1.2.9"), "seg.dcm")
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    read = load_series(tmp_path)
    assert codes(read) == []
    assert [(one.code, one.message) for one in read.warnings] == [
        ("other_files", "2 other files were left out: no DICOM, or no image.")
    ]


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    folder = series(tmp_path / "series", straight(3))
    other = written(tmp_path, image(ImagePositionPatient=[0.0, 0.0, 7.5]), "elsewhere.dcm")
    (folder / "link.dcm").symlink_to(other)
    read = load_series(folder)
    assert read.volume is not None
    assert len(read.volume.values) == 3


def test_a_lossy_transfer_syntax_is_told_though_the_header_does_not_say_so(tmp_path: Path) -> None:
    import struct

    from tests.imaging.test_safety import packed

    codestream = b"\xff\xd8\xff\xc0\x00\x0b\x08" + struct.pack(">2H", 16, 12) + b"\x01\x01\x11\x00\xff\xd9"
    made = packed("1.2.840.10008.1.2.4.50", codestream, BitsAllocated=8, BitsStored=8, HighBit=7)
    read = load_series(written(tmp_path, made))
    assert "lossy" in [one.code for one in read.warnings]


def test_lossy_compression_is_told_and_does_not_forbid_to_measure(tmp_path: Path) -> None:
    read = load_series(series(tmp_path, straight(), LossyImageCompression="01"))
    assert codes(read) == []
    assert [one.code for one in read.warnings] == ["lossy"]


def test_a_series_with_an_unreadable_header_is_not_complete(tmp_path: Path) -> None:
    folder = series(tmp_path, straight())
    damaged = folder / "0002.dcm"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:138] + b"\x03\x00" + whole[140:])  # a group length of three bytes
    read = load_series(folder)
    [refusal] = read.refusals
    assert (refusal.code, refusal.measure, read.volume) == ("header_unreadable", None, None)
    assert refusal.reason.startswith("The header of 1 file(s) could not be read (")
    assert read.modality == "CT"


def test_radiographs_are_measured_one_at_a_time(tmp_path: Path) -> None:
    assert codes(load_series(series(tmp_path, straight(2), Modality="DX"))) == ["radiograph_no_hu", "several_images"]


def test_without_a_mask_nothing_is_measured_and_that_is_said(tmp_path: Path) -> None:
    from horad.imaging.measures import measure
    from horad.imaging.request import Request

    measures, refusals = measure(load_series(series(tmp_path, straight())), Request())
    assert measures == []
    assert {refusal.code for refusal in refusals} == {"no_mask"}
    assert "volume_ml" in {refusal.measure for refusal in refusals}
