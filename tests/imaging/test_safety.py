import os
import random
import resource
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate
from pydicom.uid import DeflatedExplicitVRLittleEndian, JPEG2000Lossless, JPEGLosslessSV1, RLELossless

from horad.errors import HoradError
from horad.imaging.decode import declared_size
from horad.imaging.series import Series, load_series
from horad.knowledge import imaging as tables
from tests.imaging.made import codes, image, item, series, soft_tissue, straight, written

GIGABYTE = 1 << 30
MARK = b"\xff\x4f\xff\x51"


def packed(syntax: str, codestream: bytes, **tags: object) -> FileDataset:
    """An image whose compressed pixels are these bytes."""
    made = image(**tags)
    made.file_meta.TransferSyntaxUID = syntax
    made.PixelData = encapsulate([codestream])
    made["PixelData"].is_undefined_length = True
    made["PixelData"].VR = "OB"
    return made


def j2k(rows: int, columns: int) -> bytes:
    """The head of a JPEG 2000 codestream of one component."""
    size = struct.pack(">HHIIIIIIIIHBBB", 41, 0, columns, rows, 0, 0, columns, rows, 0, 0, 1, 15, 1, 1)
    return MARK[:2] + MARK[2:] + size + b"\xff\xd9"


def rle(pixels: bytes) -> bytes:
    return struct.pack("<16I", 1, 64, *([0] * 14)) + pixels


def deflate_bomb(folder: Path, megabytes: int) -> Path:
    """A deflated file whose pixel data are that many megabytes of zeros."""
    made = image()
    made.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    path = written(folder, made, "bomb.dcm")
    whole = path.read_bytes()
    start = 144 + struct.unpack("<I", whole[140:144])[0]
    head = zlib.decompress(whole[start:], -15).partition(struct.pack("<HH", 0x7FE0, 0x10))[0]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(head + struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OW", 0, megabytes << 20))
    body += b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
    path.write_bytes(whole[:start] + body)
    return path


def nested(depth: int) -> bytes:
    """Sequences within sequences, each of undefined length."""
    opened = struct.pack("<HH2sHI", 0x0008, 0x2218, b"SQ", 0, 0xFFFFFFFF) + struct.pack(
        "<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF
    )
    return opened * depth


def peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize("depth", [240, 300, 5000])
def test_deep_nesting_is_refused(tmp_path: Path, depth: int) -> None:
    path = written(tmp_path, image())
    whole = path.read_bytes()
    meta_end = 144 + struct.unpack("<I", whole[140:144])[0]
    path.write_bytes(whole[:meta_end] + nested(depth) + whole[meta_end:])
    assert codes(load_series(path)) == ["nested_too_deep"]


def test_a_deflate_bomb_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    path = deflate_bomb(tmp_path, 400)
    assert path.stat().st_size < 1 << 20
    before = peak_memory()
    assert codes(load_series(path)) == ["deflated"]
    assert peak_memory() - before < 1 << 26


@pytest.mark.parametrize(
    ("made", "code"),
    [
        pytest.param(
            packed(RLELossless, rle(b"\x81\x00"), Rows=65535, Columns=65535), "dimensions_too_large", id="RLE 65535"
        ),
        pytest.param(packed(RLELossless, rle(b"\x81\x00"), Rows=8192, Columns=8192), "decode_failed", id="RLE 8192"),
        pytest.param(
            packed(JPEG2000Lossless, j2k(60000, 60000), Rows=512, Columns=512), "dimensions_disagree", id="J2K"
        ),
        pytest.param(
            packed(JPEGLosslessSV1, b"\xff\xd8\xff\xc3\x00\x0b\x10\xea\x60\xea\x60\x01\x01\x11\x00\xff\xd9"),
            "dimensions_disagree",
            id="JPEG",
        ),
        pytest.param(packed(JPEG2000Lossless, b"nothing"), "decode_failed", id="no codestream"),
        pytest.param(image(NumberOfFrames=2**31 - 1), "dimensions_too_large", id="2^31 frames"),
        pytest.param(image(Rows=0), "pixels_missing", id="no rows"),
        pytest.param(image(Rows=8000, Columns=8000), "pixels_missing", id="more rows than data"),
        pytest.param(image(BitsAllocated=64), "decode_failed", id="64 bits"),
        pytest.param(image(BitsStored=17), "decode_failed", id="more bits stored than allocated"),
    ],
)
def test_a_crafted_image_is_refused_and_this_process_lives(tmp_path: Path, made: FileDataset, code: str) -> None:
    read = load_series(written(tmp_path, made))
    assert code in codes(read)
    assert read.volume is None


def test_a_small_file_that_declares_gigabytes_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    before = peak_memory()
    made = packed(JPEG2000Lossless, j2k(8192, 8192), Rows=8192, Columns=8192, NumberOfFrames=5)
    frames = [item(PlanePositionSequence=[item(ImagePositionPatient=[0, 0, z])]) for z in range(5)]
    made.PerFrameFunctionalGroupsSequence = frames
    assert codes(load_series(written(tmp_path, made))) == ["dimensions_too_large"]
    assert peak_memory() - before < 1 << 26


def abort(*arguments: object) -> None:
    os.abort()


def hang(*arguments: object) -> None:
    while True:
        pass


def swallow(*arguments: object) -> int:
    return len(np.ones(1 << 40, np.uint8))


@pytest.mark.parametrize(
    ("ill", "code"),
    [(abort, "decode_crash"), (hang, "decode_time"), (swallow, "decode_memory")],
    ids=["abort", "hang", "memory"],
)
def test_a_decoder_that_aborts_hangs_or_swallows_memory_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ill: Callable[..., object], code: str
) -> None:
    limits = tables.load_limits()
    seconds = 2.0 if ill is hang else limits.decoding.base_seconds
    quick = limits.decoding.model_copy(update={"base_seconds": seconds})
    monkeypatch.setattr("horad.imaging.series.load_limits", lambda: limits.model_copy(update={"decoding": quick}))
    monkeypatch.setattr("horad.imaging.decode.decode_files", ill)
    made = image()
    made.compress(RLELossless)
    assert codes(load_series(written(tmp_path, made)))[-1] == code


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    made = image()
    made.compress(RLELossless)
    assert load_series(written(tmp_path, made)).volume is not None
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("limit", "value", "code"),
    [("bytes", 500, "file_too_large"), ("count", 2, "too_many_files"), ("header_reads", 5, "header_too_large")],
)
def test_limits_on_files_are_refusals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, code: str
) -> None:
    limits = tables.load_limits()
    small = limits.files.model_copy(update={limit: value})
    monkeypatch.setattr("horad.imaging.series.load_limits", lambda: limits.model_copy(update={"files": small}))
    assert codes(load_series(series(tmp_path, straight(3)))) == [code]


def test_a_program_in_the_preamble_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, image())
    path.write_bytes(b"MZ" + path.read_bytes()[2:])
    assert [one.code for one in load_series(path).warnings] == ["executable_preamble"]


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.dcm")
    with pytest.raises(HoradError, match="holds no DICOM images"):
        load_series(tmp_path)


@pytest.mark.parametrize(
    ("codestream", "size"),
    [
        (j2k(40, 30), (40, 30)),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n" + j2k(40, 30), (40, 30)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x28\x00\x1e\x01", (40, 30)),
        (b"\xff\xd8\xff\xf7\x00\x0b\x08\x00\x28\x00\x1e\x01", (40, 30)),
        (b"\xff\xd8\xff\xda", None),
        (MARK, None),
        (b"", None),
    ],
    ids=["J2K", "JP2", "JPEG", "JPEG-LS", "no frame header", "cut off", "empty"],
)
def test_the_size_of_a_codestream_is_read_from_its_head(codestream: bytes, size: tuple[int, int] | None) -> None:
    assert declared_size(codestream) == size


def _seeds(folder: Path) -> list[bytes]:
    packed_image = image()
    packed_image.compress(RLELossless)
    frames = [item(PlanePositionSequence=[item(ImagePositionPatient=[0, 0, z])]) for z in range(3)]
    multi = image(np.stack([soft_tissue()] * 3), NumberOfFrames=3, PerFrameFunctionalGroupsSequence=frames)
    radiograph = image(
        Modality="DX", AnatomicRegionSequence=[item(CodeValue="1", CodeMeaning="Hip")], PatientAge="045Y"
    )
    mr = image(
        Modality="MR", ScanningSequence=["SE", "IR"], RepetitionTime="500", EchoTime="20", PatientBirthDate="19500101"
    )
    return [written(folder, made).read_bytes() for made in (image(), multi, radiograph, mr, packed_image)]


def _broken(whole: bytes, chance: random.Random) -> bytes:
    """The file cut off, with flipped bits, other representations, lying lengths, or pieces moved."""
    data = bytearray(whole)
    for _ in range(chance.choice([1, 1, 2, 5])):
        at = chance.randrange(132, len(data))
        match chance.randrange(6):
            case 0:
                del data[at:]
            case 1:
                data[at] ^= 1 << chance.randrange(8)
            case 2:
                data[at : at + 2] = chance.choice([b"SQ", b"UN", b"DS", b"US", b"OB", b"FD", b"ZZ", b"AT", b"UI"])
            case 3:
                data[at : at + 4] = chance.choice([b"\xff" * 4, b"\xfe\xff\xff\x7f", bytes(4), b"\x01\x00\x00\x00"])
            case 4:
                data[at:at] = data[132 : 132 + chance.randrange(200)]
            case _:
                del data[at : at + chance.randrange(40)]
        if len(data) <= 133:
            break
    return bytes(data)


def _read(path: Path) -> Series | None:
    """The series, or None when the file is refused as a whole."""
    try:
        return load_series(path)
    except HoradError:
        return None


@pytest.mark.slow
def test_broken_files_neither_crash_nor_hang_it(tmp_path: Path, portion: Callable[[int], int]) -> None:
    chance = random.Random(20261128)
    seeds = _seeds(tmp_path)
    outcomes = {"read": 0, "refused": 0, "no DICOM": 0}
    count = portion(2500)
    for number in range(count):
        path = tmp_path / f"{number}.dcm"
        path.write_bytes(_broken(seeds[-1 if number % 40 == 0 else number % 4], chance))
        read = _read(path)
        outcomes["no DICOM" if read is None else "refused" if read.volume is None else "read"] += 1
        path.unlink()
    assert sum(outcomes.values()) == count
    assert min(outcomes.values()) > 0
    assert peak_memory() < 2 * GIGABYTE
