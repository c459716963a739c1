from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmwrite
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from horad.imaging.series import load_series
from tests.imaging.made import codes, image, item, series, soft_tissue, straight, written


def test_padding_is_set_apart_before_any_mean(tmp_path: Path) -> None:
    pixels = soft_tissue()
    pixels[:, :3] = -2000
    read = load_series(written(tmp_path, image(pixels, PixelPaddingValue=-2000)))
    assert read.volume is not None
    assert read.volume.valid is not None
    assert np.count_nonzero(~read.volume.valid) == 3 * 16
    assert read.volume.values[read.volume.valid].min() == -1000


def test_a_padding_value_written_unsigned_is_read_as_the_pixels_are(tmp_path: Path) -> None:
    pixels = soft_tissue()
    pixels[:, :3] = -2000
    made = image(pixels, RescaleIntercept=0, RescaleSlope=1)
    made.add_new(0x00280120, "US", 63536)
    read = load_series(written(tmp_path, made))
    assert read.volume is not None
    assert read.volume.valid is not None
    assert np.count_nonzero(~read.volume.valid) == 3 * 16


def test_what_is_below_any_tissue_is_padding_though_the_header_does_not_say_so(tmp_path: Path) -> None:
    pixels = soft_tissue()
    pixels[0] = -1000
    read = load_series(written(tmp_path, image(pixels)))
    assert read.volume is not None
    assert read.volume.valid is not None
    assert not read.volume.valid[0, 0].any()


@pytest.mark.parametrize(
    ("slope", "intercept", "kind", "expected"),
    [
        pytest.param(1, -1024, np.int16, 50, id="whole numbers stay narrow"),
        pytest.param(1, -40000, np.int32, 1074 - 40000, id="wide numbers widen"),
        pytest.param(0.5, 0.25, np.float32, 537.25, id="fractions become floating point"),
    ],
)
def test_values_are_of_the_narrowest_type_that_holds_them(
    tmp_path: Path, slope: float, intercept: float, kind: type, expected: float
) -> None:
    made = image(Modality="MR", RescaleSlope=slope, RescaleIntercept=intercept)
    read = load_series(written(tmp_path, made))
    assert read.volume is not None
    assert (read.volume.values.dtype, float(read.volume.values[0, -1, 0])) == (kind, expected)


def test_every_slice_has_its_own_rescale(tmp_path: Path) -> None:
    read = load_series(series(tmp_path, straight(3), {1: {"RescaleIntercept": -1014}, 2: {"RescaleSlope": 1.5}}))
    assert read.volume is not None
    assert [float(plane[-1, 0]) for plane in read.volume.values] == [50.0, 60.0, 587.0]


@pytest.mark.parametrize("is_signed", [False, True])
def test_twelve_bits_in_sixteen_are_read_without_what_lies_above_them(tmp_path: Path, is_signed: bool) -> None:
    pixels = np.full((8, 8), 0xF000 | 100, np.uint16)  # overlay bits above
    pixels[0] = 0x0FFF
    made = image(
        pixels, Modality="MR", BitsStored=12, HighBit=11, PixelRepresentation=int(is_signed), RescaleIntercept=0
    )
    read = load_series(written(tmp_path, made))
    assert read.volume is not None
    assert (read.volume.values[0, 0, 0], read.volume.values[0, 1, 0]) == (-1 if is_signed else 4095, 100)


def test_monochrome1_is_inverted(tmp_path: Path) -> None:
    pixels = np.array([[0, 1000], [1023, 4]], np.uint16)
    made = image(pixels, Modality="CR", PhotometricInterpretation="MONOCHROME1", BitsStored=10, HighBit=9)
    made.RescaleIntercept = 0
    read = load_series(written(tmp_path, made))
    assert read.volume is not None
    assert read.volume.values[0].tolist() == [[1023, 23], [0, 1019]]


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_other_uncompressed_syntaxes_give_the_same_values(tmp_path: Path, syntax: str) -> None:
    made = image(soft_tissue().astype(">i2" if syntax == ExplicitVRBigEndian else "<i2"))
    made.file_meta.TransferSyntaxUID = syntax
    little = syntax != ExplicitVRBigEndian
    dcmwrite(tmp_path / "image.dcm", made, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=little)
    read = load_series(tmp_path)
    assert read.volume is not None
    assert np.array_equal(read.volume.values[0], soft_tissue().astype(np.int16) - 1024)


@pytest.mark.parametrize(
    "tags",
    [
        pytest.param({}, id="whole numbers"),
        pytest.param({"PixelPaddingValue": 24}, id="padded"),
        pytest.param({"PhotometricInterpretation": "MONOCHROME1", "Modality": "MR"}, id="inverted"),
        pytest.param({"RescaleSlope": 0.5, "Modality": "MR"}, id="fractions"),
        pytest.param({"RescaleIntercept": -40000, "Modality": "MR"}, id="wide"),
    ],
)
@pytest.mark.parametrize("box", [np.s_[1:3, 2:9, 3:8], np.s_[0:1, 0:2, 0:1], np.s_[2:2, 0:16, 0:12]], ids=str)
def test_a_part_is_that_part_of_the_whole(tmp_path: Path, tags: dict[str, Any], box: tuple[slice, ...]) -> None:
    read = load_series(series(tmp_path, straight(4), **tags)).volume
    assert read is not None
    values, valid = read.grid.part(box)
    assert (values.dtype, values.tolist()) == (read.values.dtype, read.values[box].tolist())
    assert (valid is None) == (read.valid is None) == ("PixelPaddingValue" not in tags)
    assert valid is None or valid.tolist() == read.valid[box].tolist()  # type: ignore[index]


def test_only_the_slices_asked_for_are_read_again(tmp_path: Path) -> None:
    folder = series(tmp_path, straight(5))
    read = load_series(folder).volume
    assert read is not None
    for gone in ("0000.dcm", "0004.dcm"):
        (folder / gone).unlink()
    assert read.grid.part(np.s_[1:4, 4:6, 0:2])[0].tolist() == [[[50] * 2] * 2] * 3


def enhanced(places: list[list[float]], **tags: Any) -> Any:
    pixels = np.stack([soft_tissue() + number for number in range(len(places))])
    made = image(
        pixels,
        NumberOfFrames=len(places),
        SOPClassUID="1.2.840.10008.5.1.4.1.1.2.1",
        ImagePositionPatient=None,
        ImageOrientationPatient=None,
        PixelSpacing=None,
        RescaleSlope=None,
        RescaleIntercept=None,
        **tags,
    )
    made.SharedFunctionalGroupsSequence = [
        item(
            PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.6], SliceThickness=9.0)],
            PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
            PixelValueTransformationSequence=[item(RescaleSlope=1, RescaleIntercept=-1024, RescaleType="HU")],
        )
    ]
    made.PerFrameFunctionalGroupsSequence = [
        item(PlanePositionSequence=[item(ImagePositionPatient=place)]) for place in places
    ]
    return made


def test_an_enhanced_multi_frame_object_is_a_series_of_its_own(tmp_path: Path) -> None:
    read = load_series(written(tmp_path, enhanced([[0.0, 0.0, z] for z in (4.0, 0.0, 2.0)])))
    assert codes(read) == []
    assert read.volume is not None
    assert read.volume.spacing_mm == pytest.approx((2.0, 0.5, 0.6))
    assert [int(plane[-1, 0]) for plane in read.volume.values] == [51, 52, 50]


def test_a_plain_object_of_several_frames_says_of_none_where_it_lies(tmp_path: Path) -> None:
    made = image(np.stack([soft_tissue()] * 3), NumberOfFrames=3)
    assert codes(load_series(written(tmp_path, made))) == ["position_missing"]


def test_compressed_pixels_give_the_same_values(tmp_path: Path) -> None:
    from pydicom.uid import RLELossless

    plain, packed = tmp_path / "plain", tmp_path / "packed"
    series(plain, straight(3))
    packed.mkdir()
    from pydicom import dcmread

    for path in sorted(plain.iterdir()):
        made = dcmread(path)
        made.compress(RLELossless, generate_instance_uid=False)
        made.save_as(packed / path.name)
    one, other = load_series(plain).volume, load_series(packed).volume
    assert one is not None
    assert other is not None
    assert np.array_equal(one.values, other.values)
    assert np.array_equal(one.affine, other.affine)
