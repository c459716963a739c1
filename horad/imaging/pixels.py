"""Stored pixels → values: widened before they are rescaled, padding set apart, never wrapped around."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from horad.imaging.decode import decoded
from horad.imaging.frames import Frame, PixelFormat
from horad.imaging.parse import Parsed, RefusedError
from horad.imaging.volume import Box, Grid, Held, Valid, Values
from horad.knowledge.imaging import Limits

_Read = Callable[[Frame], NDArray[Any]]  # the stored values of a plane, good until the next call


@dataclass(frozen=True)
class Pixels:
    """The values of a series, how many of them are no padding, and the highest of all."""

    grid: Grid
    count: int
    highest: float


def load_pixels(frames: Sequence[Frame], limits: Limits, *, lowest: float | None = None) -> Pixels:
    """The values of all planes, in the order given; what lies below ``lowest`` is padding.

    Uncompressed planes are looked through once and read again as far as they are asked for; compressed ones are held.

    Raises:
        RefusedError: if the pixels cannot be decoded within the limits.
    """
    first = frames[0].pixels
    shape = (len(frames), first.rows, first.columns)
    is_compressed = any(frame.file.pixels_length is None for frame in frames)
    most = limits.pixels.compressed_samples if is_compressed else limits.pixels.samples
    if shape[0] * shape[1] * shape[2] > most:
        raise RefusedError("dimensions_too_large", what=f"{shape[0]} images of {shape[1]} x {shape[2]}")
    if not is_compressed:
        return _looked_through(frames, shape, _Native, lowest)
    with _decoded(frames, limits) as read:
        seen = _looked_through(frames, shape, lambda: read, lowest)
        return Pixels(Held(*seen.grid.part((slice(None),) * 3)), seen.count, seen.highest)


def _looked_through(
    frames: Sequence[Frame], shape: tuple[int, int, int], reader: Callable[[], _Read], lowest: float | None
) -> Pixels:
    """What all planes together need: the narrowest type that holds them, and whether any is padded."""
    read, rank, padded, highest = reader(), 0, 0, -np.inf
    for frame in frames:
        stored = read(frame)
        scale = _scale(stored, frame)
        rank, highest = max(rank, scale.rank), max(highest, scale.high)
        outside = _padded(stored, frame, scale, lowest)
        padded += 0 if outside is None else int(np.count_nonzero(outside))
    count = shape[0] * shape[1] * shape[2] - padded
    return Pixels(_Planes(tuple(frames), shape, reader, _KINDS[rank], lowest, padded > 0), count, highest)


@dataclass(frozen=True)
class _Planes:
    """Values that stay where they are stored until they are asked for."""

    frames: tuple[Frame, ...]
    shape: tuple[int, int, int]
    reader: Callable[[], _Read]
    kind: type
    lowest: float | None
    is_padded: bool

    def part(self, box: Box) -> tuple[Values, Valid | None]:
        """The values in a box, and where they are valid."""
        read, size = self.reader(), [len(range(*side.indices(end))) for side, end in zip(box, self.shape, strict=True)]
        values: NDArray[Any] = np.empty(size, self.kind)
        valid = np.ones(size, np.bool_) if self.is_padded else None
        for place, frame in enumerate(self.frames[box[0]] if values.size else ()):
            stored = read(frame)[box[1:]]
            scale = _scale(stored, frame)
            _rescale(stored, scale, values[place])
            outside = _padded(stored, frame, scale, self.lowest)
            if valid is not None and outside is not None:
                valid[place] = ~outside
        return cast("Values", values), valid


_KINDS = (np.int16, np.int32, np.float32)
_NARROW, _WIDE = np.iinfo(np.int16), np.iinfo(np.int32)


@dataclass(frozen=True)
class _Scale:
    """How stored values become values, and between which ends they then lie."""

    slope: float
    intercept: float
    low: float
    high: float
    is_narrow: bool  # 16 bits hold the stored values and the values

    @property
    def rank(self) -> int:
        """Which of the kinds holds the values."""
        if self.is_broken:
            return 2
        return int(not (_NARROW.min <= self.low and self.high <= _NARROW.max))

    @property
    def is_broken(self) -> bool:
        """Whether the values are no whole numbers of 32 bits."""
        is_whole = self.slope == int(self.slope) and self.intercept == int(self.intercept)
        return not is_whole or max(abs(self.low), abs(self.high)) > _WIDE.max


def _scale(stored: NDArray[Any], frame: Frame) -> _Scale:
    pixels = frame.pixels
    slope, intercept = frame.slope or 1.0, frame.intercept or 0.0
    ends = (int(stored.min()), int(stored.max()))
    if pixels.is_inverted:
        # Inverted about the middle of the stored range: slope and intercept take it in.
        top = -1 if pixels.is_signed else (1 << pixels.bits_stored) - 1
        slope, intercept = -slope, intercept + slope * top
    low, high = sorted(end * slope + intercept for end in ends)
    is_narrow = all(_NARROW.min <= number <= _NARROW.max for number in (*ends, low, high, intercept))
    return _Scale(slope, intercept, low, high, is_narrow)


def _rescale(stored: NDArray[Any], scale: _Scale, out: NDArray[Any]) -> None:
    """Fill in the values of a plane; whole numbers stay whole."""
    if scale.is_broken:
        out[:] = stored * scale.slope + scale.intercept
    elif scale.slope == 1 and scale.is_narrow and out.dtype == np.int16:
        np.add(stored.astype(np.int16, copy=False), np.int16(scale.intercept), out=out)
    else:
        out[:] = stored.astype(np.int64) * int(scale.slope) + int(scale.intercept)


def _padded(stored: NDArray[Any], frame: Frame, scale: _Scale, lowest: float | None) -> NDArray[np.bool_] | None:
    """Where a plane is padding: by its stored value, or below what any tissue has."""
    found: NDArray[np.bool_] | None = None
    if frame.pixels.padding is not None:
        low, high = frame.pixels.padding
        found = np.asarray(stored == low if low == high else (stored >= low) & (stored <= high), np.bool_)
    if lowest is not None and scale.low < lowest:
        below = stored * scale.slope + scale.intercept < lowest
        found = below if found is None else found | below
    return found


@contextlib.contextmanager
def _decoded(frames: Sequence[Frame], limits: Limits) -> Iterator[_Read]:
    """Stored values from the decoding child."""
    files: dict[str, Parsed] = {str(frame.file.path): frame.file for frame in frames}
    if len({frame.pixels.frames for frame in frames}) > 1 or len({_kind(frame) for frame in frames}) > 1:
        raise RefusedError("mixed_size")
    places = {path: number for number, path in enumerate(files)}
    with decoded(tuple(files.values()), frames[0].pixels, limits.decoding) as array:
        yield partial(_of_array, array, places)


def _of_array(array: NDArray[Any], places: dict[str, int], frame: Frame) -> NDArray[Any]:
    return _bits(array[places[str(frame.file.path)] * frame.pixels.frames + frame.index], frame.pixels)


def _kind(frame: Frame) -> tuple[int, bool]:
    return frame.pixels.bits_allocated, frame.pixels.is_signed


class _Native:
    """Reads planes straight from their files, one after the other into the same memory: no decoder runs."""

    def __init__(self) -> None:
        self._memory = bytearray()

    def __call__(self, frame: Frame) -> NDArray[Any]:
        pixels, file = frame.pixels, frame.file
        assert file.pixels_length is not None
        width = pixels.bits_allocated // 8
        size = pixels.rows * pixels.columns * width
        start = frame.index * size
        if file.pixels_at is None or start + size > file.pixels_length:
            raise RefusedError("pixels_missing")
        if len(self._memory) != size:
            self._memory = bytearray(size)
        if _filled(self._memory, file, file.pixels_at + start) != size:
            raise RefusedError("pixels_missing")
        kind = np.dtype(f"{'>' if file.is_big_endian else '<'}{'i' if pixels.is_signed else 'u'}{width}")
        return _bits(np.frombuffer(self._memory, kind).reshape(pixels.rows, pixels.columns), pixels)


def _filled(memory: bytearray, file: Parsed, start: int) -> int:
    try:
        with file.path.open("rb", buffering=0) as opened:
            opened.seek(start)
            return opened.readinto(memory) or 0
    except OSError:
        return 0


def _bits(plane: NDArray[Any], pixels: PixelFormat) -> NDArray[Any]:
    """The stored bits alone: overlays may lie above them, and a sign ends where they end."""
    left = pixels.bits_allocated - 1 - pixels.high_bit
    right = pixels.bits_allocated - pixels.bits_stored
    return plane if not right else (plane << left) >> right
