"""Stored pixels → values: widened before they are rescaled, padding set apart, never wrapped around."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from horad.imaging.decode import decoded
from horad.imaging.frames import Frame, PixelFormat
from horad.imaging.parse import Parsed, RefusedError
from horad.knowledge.imaging import Limits

Values = NDArray[np.int16] | NDArray[np.int32] | NDArray[np.float32]


@dataclass(frozen=True)
class Pixels:
    """The values of a series, where they are padding (None: nowhere), and the highest of them."""

    values: Values
    valid: NDArray[np.bool_] | None
    highest: float


def load_pixels(frames: Sequence[Frame], limits: Limits, *, lowest: float | None = None) -> Pixels:
    """The values of all planes, in the order given; what lies below ``lowest`` is padding.

    Raises:
        RefusedError: if the pixels cannot be decoded within the limits.
    """
    first = frames[0].pixels
    shape = (len(frames), first.rows, first.columns)
    is_compressed = any(frame.file.pixels_length is None for frame in frames)
    most = limits.pixels.compressed_samples if is_compressed else limits.pixels.samples
    if shape[0] * shape[1] * shape[2] > most:
        raise RefusedError("dimensions_too_large", what=f"{shape[0]} images of {shape[1]} x {shape[2]}")
    filling = _Filling(shape, lowest)
    with _stored(frames, limits) as planes:
        for place, (frame, plane) in enumerate(zip(frames, planes, strict=True)):
            filling.add(place, frame, plane)
    return Pixels(filling.values, filling.valid, filling.highest)


class _Filling:
    """An array of the narrowest type that holds what was put into it: 16 bits, then 32, then floating point."""

    def __init__(self, shape: tuple[int, int, int], lowest: float | None) -> None:
        self.values: Values = np.empty(shape, np.int16)
        self.valid: NDArray[np.bool_] | None = None
        self.highest = -np.inf
        self._lowest = lowest

    def add(self, place: int, frame: Frame, stored: NDArray[Any]) -> None:
        padded = _padded(stored, frame.pixels)
        plane, low, high = _rescaled(stored, frame)
        self.highest = max(self.highest, high)
        if self._lowest is not None and low < self._lowest:
            below = plane < self._lowest
            padded = below if padded is None else padded | below
        self._widen(place, plane, is_narrow=_NARROW.min <= low and high <= _NARROW.max)
        self.values[place] = plane
        if padded is not None and padded.any():
            if self.valid is None:
                self.valid = np.ones(self.values.shape, np.bool_)
            self.valid[place] = ~padded

    def _widen(self, place: int, plane: NDArray[Any], *, is_narrow: bool) -> None:
        """A wider array, with the planes so far, when the next plane does not fit."""
        if plane.dtype == np.float32 and self.values.dtype != np.float32:
            wider: Any = np.float32
        elif self.values.dtype == np.int16 and not is_narrow:
            wider = np.int32
        else:
            return
        grown = np.empty(self.values.shape, wider)
        grown[:place] = self.values[:place]
        self.values = cast("Values", grown)


_NARROW = np.iinfo(np.int16)


def _padded(stored: NDArray[Any], pixels: PixelFormat) -> NDArray[np.bool_] | None:
    if pixels.padding is None:
        return None
    low, high = pixels.padding
    found = stored == low if low == high else (stored >= low) & (stored <= high)
    return cast("NDArray[np.bool_]", found)


def _rescaled(stored: NDArray[Any], frame: Frame) -> tuple[NDArray[Any], float, float]:
    """The values of a plane, with their lowest and highest; whole numbers stay whole."""
    pixels = frame.pixels
    slope, intercept = frame.slope or 1.0, frame.intercept or 0.0
    ends = (int(stored.min()), int(stored.max()))
    if pixels.is_inverted:
        # Inverted about the middle of the stored range: slope and intercept take it in.
        top = -1 if pixels.is_signed else (1 << pixels.bits_stored) - 1
        slope, intercept = -slope, intercept + slope * top
    low, high = sorted(end * slope + intercept for end in ends)
    if slope != int(slope) or intercept != int(intercept) or max(abs(low), abs(high)) > np.iinfo(np.int32).max:
        return (stored * slope + intercept).astype(np.float32), low, high
    is_narrow = all(_NARROW.min <= number <= _NARROW.max for number in (*ends, low, high, intercept))
    if slope == 1 and is_narrow:
        return stored.astype(np.int16, copy=False) + np.int16(intercept), low, high
    return (stored.astype(np.int64) * int(slope) + int(intercept)).astype(np.int32), low, high


@contextlib.contextmanager
def _stored(frames: Sequence[Frame], limits: Limits) -> Iterator[Iterator[NDArray[Any]]]:
    """Stored values, plane by plane: straight from uncompressed files, else from the decoding child."""
    if all(frame.file.pixels_length is not None for frame in frames):
        yield (_native(frame) for frame in frames)
        return
    files: dict[str, Parsed] = {str(frame.file.path): frame.file for frame in frames}
    if len({frame.pixels.frames for frame in frames}) > 1 or len({_kind(frame) for frame in frames}) > 1:
        raise RefusedError("mixed_size")
    places = {path: number for number, path in enumerate(files)}
    with decoded(tuple(files.values()), frames[0].pixels, limits.decoding) as array:
        count = frames[0].pixels.frames
        yield (_bits(array[places[str(frame.file.path)] * count + frame.index], frame.pixels) for frame in frames)


def _kind(frame: Frame) -> tuple[int, bool]:
    return frame.pixels.bits_allocated, frame.pixels.is_signed


def _native(frame: Frame) -> NDArray[Any]:
    """A plane read straight from the file: no decoder runs."""
    pixels, file = frame.pixels, frame.file
    assert file.pixels_length is not None
    width = pixels.bits_allocated // 8
    count = pixels.rows * pixels.columns
    start = frame.index * count * width
    if file.pixels_at is None or start + count * width > file.pixels_length:
        raise RefusedError("pixels_missing")
    kind = np.dtype(f"{'>' if file.is_big_endian else '<'}{'i' if pixels.is_signed else 'u'}{width}")
    try:
        plane = np.fromfile(file.path, kind, count, offset=file.pixels_at + start)
    except OSError:
        raise RefusedError("pixels_missing") from None
    if len(plane) != count:
        raise RefusedError("pixels_missing")
    return _bits(plane.reshape(pixels.rows, pixels.columns), pixels)


def _bits(plane: NDArray[Any], pixels: PixelFormat) -> NDArray[Any]:
    """The stored bits alone: overlays may lie above them, and a sign ends where they end."""
    left = pixels.bits_allocated - 1 - pixels.high_bit
    right = pixels.bits_allocated - pixels.bits_stored
    return plane if not right else (plane << left) >> right
