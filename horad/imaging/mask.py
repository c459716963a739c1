"""Masks of lesions and structures on the grid of a series; never resampled, refused where they do not fit.

A mask says which voxels belong to a thing: those whose centre lies in it. It is kept as the box that holds it.
"""

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from horad.confine import Confined, ConfinedError
from horad.errors import HoradError, SourceError
from horad.imaging.mask_file import is_dicom, prepare, read_mask_file
from horad.imaging.parse import RefusedError
from horad.imaging.request import Box
from horad.imaging.volume import Volume
from horad.knowledge.measures import load_measures

Bits = NDArray[np.bool_]


@dataclass(frozen=True)
class Mask:
    """Voxels of one thing: ``bits`` within the box that begins at ``start`` (slice, row, column) of a grid."""

    name: str
    bits: Bits
    start: tuple[int, int, int]
    grid: tuple[int, int, int]

    @property
    def stop(self) -> tuple[int, int, int]:
        """The end of the box, exclusive."""
        first, second, third = (begin + size for begin, size in zip(self.start, self.bits.shape, strict=True))
        return first, second, third

    @property
    def touches_border(self) -> bool:
        """Whether it reaches the edge of the grid; the edge of an axis of one voxel does not count."""
        edges = zip(self.start, self.stop, self.grid, strict=True)
        return any(size > 1 and (begin == 0 or end == size) for begin, end, size in edges)

    def within(self, start: tuple[int, ...], stop: tuple[int, ...]) -> Bits:
        """The voxels in another box of the grid."""
        out = np.zeros([end - begin for begin, end in zip(start, stop, strict=True)], bool)
        common = [(max(a, b), min(c, d)) for a, b, c, d in zip(self.start, start, self.stop, stop, strict=True)]
        if all(low < high for low, high in common):
            target = tuple(slice(low - at, high - at) for (low, high), at in zip(common, start, strict=True))
            source = tuple(slice(low - at, high - at) for (low, high), at in zip(common, self.start, strict=True))
            out[target] = self.bits[source]
        return out


def mask_of(name: str, bits: Bits) -> Mask:
    """A mask from the voxels of a whole grid.

    Raises:
        RefusedError: if it is empty.
    """
    spans = [np.flatnonzero(bits.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    if not len(spans[0]):
        raise RefusedError("mask_empty", name=name)
    low, high = [int(span[0]) for span in spans], [int(span[-1]) + 1 for span in spans]
    box = tuple(slice(begin, end) for begin, end in zip(low, high, strict=True))
    return Mask(name, np.ascontiguousarray(bits[box]), (low[0], low[1], low[2]), _size(bits))


def _size(bits: NDArray[Any]) -> tuple[int, int, int]:
    slices, rows, columns = bits.shape
    return slices, rows, columns


def box_mask(name: str, box: Box, grid: tuple[int, int, int]) -> Mask:
    """The voxels of a box x, y, z, x, y, z (column, row, slice; half open).

    Raises:
        RefusedError: if it is empty or leaves the grid.
    """
    start, stop = (box[2], box[1], box[0]), (box[5], box[4], box[3])
    sizes = [end - begin for begin, end in zip(start, stop, strict=True)]
    if min(sizes) <= 0:
        raise RefusedError("mask_empty", name=name)
    if min(start) < 0 or any(end > size for end, size in zip(stop, grid, strict=True)):
        raise RefusedError("mask_grid_mismatch", name=name)
    return Mask(name, np.ones(sizes, bool), start, grid)


@contextlib.contextmanager
def mask_reader(files: Sequence[Path]) -> Iterator[Confined]:
    """The child process that reads these files of masks; started with its first call, or before."""
    limits, are_dicom = load_measures().mask, {_is_dicom(path) for path in files}
    own = [read_mask_file.__module__, *(_LIBRARIES[is_dicom] for is_dicom in are_dicom)]
    first = prepare if True in are_dicom else None
    with Confined(memory_bytes=limits.child_bytes, seconds=limits.child_seconds, imports=own, prepare=first) as child:
        yield child


_LIBRARIES = {True: "highdicom.seg", False: "nibabel"}


def _is_dicom(path: Path) -> bool:
    """Whether a file begins as a DICOM file does; what is wrong with it shows when it is read."""
    try:
        with _parts(path)[0].open("rb") as file:
            return is_dicom(file)
    except (HoradError, OSError, ValueError):
        return False


def read_mask(name: str, path: Path, volume: Volume, child: Confined) -> Mask:
    """A DICOM SEG or NIfTI file, or one segment of it: ``FILE#2`` by number, ``FILE#nerve`` by name.

    Raises:
        SourceError: if there is no such file.
        RefusedError: if it is not readable, ambiguous, empty, or not on the grid of the series.
    """
    path, segment = _parts(path)
    limits = load_measures().mask
    grid = volume.shape
    if path.stat().st_size > limits.bytes:
        raise RefusedError("mask_unreadable", name=name)
    with tempfile.TemporaryDirectory(prefix="horad-") as folder:
        target = Path(folder) / "mask.npy"
        place = {"affine": volume.affine.tolist(), "grid": list(grid), "frame": volume.frame_of_reference}
        settings = {"corner": limits.corner_voxels, "bytes": limits.bytes, "half": limits.half}
        try:
            answer = child.call(read_mask_file, str(path), segment, place, settings, str(target))
        except ConfinedError:
            raise RefusedError("mask_unreadable", name=name) from None
        if "refused" in answer:
            raise RefusedError(str(answer["refused"]), name=name)
        first, second, third = (int(at) for at in answer["start"])
        return Mask(name, np.load(target, allow_pickle=False).view(bool), (first, second, third), grid)


def _parts(path: Path) -> tuple[Path, str | None]:
    if path.is_file():
        return path, None
    name, mark, segment = path.name.rpartition("#")
    bare = path.with_name(name) if mark and name else path
    if not mark or not bare.is_file():
        raise SourceError(f"{bare}: no such mask; give a DICOM SEG or NIfTI file, or FILE#SEGMENT")
    return bare, segment
