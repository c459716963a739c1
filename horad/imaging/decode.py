"""Compressed pixels, decoded in a child process under limits; they come back through a file in a private folder."""

import contextlib
import struct
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from horad.confine import Confined, ConfinedError
from horad.imaging.frames import PixelFormat
from horad.imaging.parse import Parsed, RefusedError
from horad.knowledge.imaging import DecodingLimits

_CODES = {"memory": "decode_memory", "time": "decode_time", "crash": "decode_crash"}

# The first bytes of a JPEG 2000 codestream, and the markers of a JPEG frame header (SOF) or JPEG-LS's.
_J2K = b"\xff\x4f\xff\x51"
_JP2 = b"\x00\x00\x00\x0cjP  "
_JPEG = b"\xff\xd8"
_FRAME_MARKERS = frozenset({*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC})
_SCAN = 0xDA


@contextlib.contextmanager
def decoded(files: Sequence[Parsed], pixels: PixelFormat, limits: DecodingLimits) -> Iterator[NDArray[Any]]:
    """Stored values of every frame of the files, in order, as an array of (frames, rows, columns) on disk.

    Raises:
        RefusedError: if decoding fails, or takes more memory or time than it may.
    """
    frames = len(files) * pixels.frames
    samples = frames * pixels.rows * pixels.columns
    size = samples * pixels.bits_allocated // 8
    memory = limits.base_bytes + 2 * size
    seconds = limits.base_seconds + limits.seconds_per_million * samples / 1e6
    with tempfile.TemporaryDirectory(prefix="horad-") as folder:
        target = Path(folder) / "pixels.npy"
        kind = f"<{'i' if pixels.is_signed else 'u'}{pixels.bits_allocated // 8}"
        shape = [frames, pixels.rows, pixels.columns]
        paths = [str(file.path) for file in files]
        try:
            with Confined(memory_bytes=memory, seconds=seconds) as child:
                refused = child.call(decode_files, paths, str(target), kind, shape)
        except ConfinedError as error:
            raise RefusedError(_CODES.get(error.cause, "decode_failed"), what=str(error)) from None
        if refused:
            raise RefusedError(str(refused), what="the size of the image")
        yield np.load(target, mmap_mode="r", allow_pickle=False)


def decode_files(paths: list[str], target: str, kind: str, shape: list[int]) -> str | None:
    """In the child: decode every frame into an array file; a refusal's code when an image is not what it declares."""
    import warnings

    from pydicom import dcmread
    from pydicom.pixels.utils import iter_pixels

    out = np.lib.format.open_memmap(target, mode="w+", dtype=kind, shape=tuple(shape))
    at = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in paths:
            dataset = dcmread(path)
            expected = (int(dataset.Rows), int(dataset.Columns))
            if any(size not in {None, expected} for size in _sizes(dataset)):
                return "dimensions_disagree"
            for frame in iter_pixels(dataset, raw=True):
                if frame.shape != tuple(shape[1:]) or at >= shape[0]:
                    return "dimensions_disagree"
                out[at] = frame
                at += 1
    out.flush()
    return None if at == shape[0] else "pixels_missing"


def _sizes(dataset: Any) -> Iterator[tuple[int, int] | None]:
    from pydicom.encaps import generate_frames

    count = int(dataset.get("NumberOfFrames") or 1)
    for frame in generate_frames(dataset.PixelData, number_of_frames=count):
        yield declared_size(frame)


def declared_size(codestream: bytes) -> tuple[int, int] | None:
    """Rows and columns that a JPEG 2000, JPEG or JPEG-LS codestream declares; None where it says nothing."""
    if codestream.startswith(_JP2):
        start = codestream.find(_J2K)
        codestream = codestream[start:] if start >= 0 else b""
    if codestream.startswith(_J2K):
        if len(codestream) < 24:
            return None
        right, bottom, left, top = struct.unpack(">4I", codestream[8:24])
        return bottom - top, right - left
    return _jpeg_size(codestream) if codestream.startswith(_JPEG) else None


def _jpeg_size(codestream: bytes) -> tuple[int, int] | None:
    at = len(_JPEG)
    while at + 9 <= len(codestream) and codestream[at] == 0xFF:
        marker = codestream[at + 1]
        if marker in _FRAME_MARKERS:
            rows, columns = struct.unpack(">2H", codestream[at + 5 : at + 9])
            return rows, columns
        if marker == _SCAN:
            return None
        at += 2 + int.from_bytes(codestream[at + 2 : at + 4], "big")
    return None
