"""In the child: the voxels of a DICOM SEG or NIfTI file, placed on the grid of a series by whole voxels."""

import contextlib
import gzip
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Affine = NDArray[np.float64]
# Patient coordinates of NIfTI (right, anterior, superior) and of DICOM (left, posterior, superior).
_RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
_GZIP = b"\x1f\x8b"
_DICOM_AT, _DICOM = 128, b"DICM"


class _NotUsableError(Exception):
    """The code of a refusal."""


def prepare() -> None:
    """Have highdicom load its tables of attributes, which it does with its first segment."""
    from highdicom.seg import SegmentDescription
    from pydicom import Dataset

    with contextlib.suppress(AttributeError):
        SegmentDescription.from_dataset(Dataset())


def read_mask_file(
    path: str, segment: str | None, place: Mapping[str, Any], settings: Mapping[str, Any], target: str
) -> dict[str, Any]:
    """Write the box that holds the mask as an array file; its start, or the code of a refusal."""
    affine, grid = np.array(place["affine"], np.float64), tuple(place["grid"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pieces = _pieces_of(Path(path), segment, (affine, grid, place["frame"]), settings)
        except _NotUsableError as error:
            return {"refused": str(error)}
    if not pieces:
        return {"refused": "mask_empty"}
    start, bits = _joined(pieces)
    np.save(target, bits.view(np.uint8))
    return {"start": start}


_Place = tuple[Affine, tuple[int, ...], str | None]


@dataclass(frozen=True)
class _Piece:
    """What a slice holds beside zeros: a whole grid of these would be large and empty."""

    number: int  # of the slice
    row: int
    column: int
    values: NDArray[Any]


def _piece(number: int, plane: NDArray[Any]) -> Iterator[_Piece]:
    """The piece of a slice; none of an empty one."""
    held = plane != 0
    rows, columns = np.flatnonzero(held.any(axis=1)), np.flatnonzero(held.any(axis=0))
    if len(rows):
        box = plane[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        yield _Piece(number, int(rows[0]), int(columns[0]), np.ascontiguousarray(box))


def _joined(pieces: Sequence[_Piece]) -> tuple[list[int], NDArray[np.bool_]]:
    """The box that holds all pieces: its start, and its voxels."""
    starts = np.array([[piece.number, piece.row, piece.column] for piece in pieces])
    stops = starts + [(1, *piece.values.shape) for piece in pieces]
    low = starts.min(axis=0)
    bits = np.zeros(stops.max(axis=0) - low, bool)
    for piece, (number, row, column) in zip(pieces, starts - low, strict=True):
        rows, columns = piece.values.shape
        bits[number, row : row + rows, column : column + columns] |= piece.values
    return low.tolist(), bits


def _pieces_of(path: Path, segment: str | None, place: _Place, settings: Mapping[str, Any]) -> list[_Piece]:
    with path.open("rb") as file:
        if is_dicom(file):
            return _seg(path, segment, place, settings)
        file.seek(0)
        is_packed = file.read(len(_GZIP)) == _GZIP
    return _nifti(path, segment, place, settings, is_packed=is_packed)


def is_dicom(file: BinaryIO) -> bool:
    """Whether a file begins as a DICOM file does."""
    return file.read(_DICOM_AT + len(_DICOM))[_DICOM_AT:] == _DICOM


def _seg(path: Path, segment: str | None, place: _Place, settings: Mapping[str, Any]) -> list[_Piece]:
    from highdicom.seg import segread

    _, grid, frame_of_reference = place
    seg = segread(path)
    if frame_of_reference and seg.get("FrameOfReferenceUID") not in {None, frame_of_reference}:
        raise _NotUsableError("mask_frame_mismatch")
    if (seg.Rows, seg.Columns) != grid[1:] or seg.Rows * seg.Columns * seg.number_of_frames > settings["bytes"]:
        raise _NotUsableError("mask_grid_mismatch")
    number = _segment_number(seg, segment)
    is_labelmap = str(seg.SegmentationType) == "LABELMAP"
    is_fractional = str(seg.SegmentationType) == "FRACTIONAL"
    limit = float(seg.get("MaximumFractionalValue") or 1) * settings["half"] if is_fractional else 0.0
    pieces: list[_Piece] = []
    for index, item in enumerate(_frame_items(seg), 1):
        own = None if is_labelmap else int(item.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
        if own not in {None, number}:
            continue
        frame = seg.get_stored_frame(index)
        pieces += _piece(_slice_of(item, place, settings), frame == number if is_labelmap else frame > limit)
    return pieces


def _frame_items(seg: Any) -> Iterator[Any]:
    """The functional groups of each frame, with those that all share."""
    shared = seg.SharedFunctionalGroupsSequence[0] if seg.get("SharedFunctionalGroupsSequence") else {}
    for own in seg.PerFrameFunctionalGroupsSequence:
        for element in shared:
            if element.tag not in own:
                own[element.tag] = element
        yield own


def _segment_number(seg: Any, segment: str | None) -> int:
    """The number of the segment asked for by number or label, or of the only one; the background is none."""
    labels = {int(item.SegmentNumber): str(item.SegmentLabel).casefold() for item in seg.SegmentSequence}
    labels.pop(int(seg.get("PixelPaddingValue", -1)), None)  # a label map lists its background as a segment
    if segment is None:
        if len(labels) != 1:
            raise _NotUsableError("mask_ambiguous")
        return next(iter(labels))
    named = [number for number, label in labels.items() if label == segment.casefold()]
    if segment.isdecimal() and int(segment) in labels:
        return int(segment)
    if len(named) != 1:
        raise _NotUsableError("mask_ambiguous" if named else "mask_segment_unknown")
    return named[0]


def _slice_of(item: Any, place: _Place, settings: Mapping[str, Any]) -> int:
    """The slice on which a frame lies: every corner of it must lie on a corner of that slice."""
    affine, grid, _ = place
    if "PlanePositionSequence" not in item:
        if grid[0] == 1:
            return 0
        raise _NotUsableError("mask_grid_mismatch")
    position = np.array(item.PlanePositionSequence[0].ImagePositionPatient, np.float64)
    turn = np.array(item.PlaneOrientationSequence[0].ImageOrientationPatient, np.float64)
    spacing = np.array(item.PixelMeasuresSequence[0].PixelSpacing, np.float64)
    last_row, last_column = grid[1] - 1, grid[2] - 1
    right, down = turn[:3] * spacing[1] * last_column, turn[3:] * spacing[0] * last_row
    corners = np.stack([position, position + right, position + down])
    found = (np.linalg.inv(affine) @ np.c_[corners, np.ones(3)].T).T[:, :3]
    number = int(np.round(found[0, 0]))
    expected = np.array([[number, 0, 0], [number, 0, last_column], [number, last_row, 0]])
    if np.abs(found - expected).max() > settings["corner"] or not 0 <= number < grid[0]:
        raise _NotUsableError("mask_grid_mismatch")
    return number


def _nifti(
    path: Path, segment: str | None, place: _Place, settings: Mapping[str, Any], *, is_packed: bool
) -> list[_Piece]:
    import nibabel

    content = _inflated(path, settings["bytes"]) if is_packed else path.read_bytes()
    sizes = {int.from_bytes(content[:4], "little"), int.from_bytes(content[:4], "big")}
    if not sizes & {348, 540}:
        raise _NotUsableError("mask_unreadable")
    kind = nibabel.Nifti2Image if 540 in sizes else nibabel.Nifti1Image
    image = kind.from_bytes(content)
    affine, grid, _ = place
    shape = tuple(int(size) for size in image.shape)
    if np.prod(shape, dtype=float) != np.prod(grid, dtype=float) or any(size != 1 for size in shape[3:]):
        raise _NotUsableError("mask_grid_mismatch")
    values = np.asanyarray(image.dataobj).reshape((*shape, 1, 1)[:3])
    if not image.header["qform_code"] and not image.header["sform_code"]:
        raise _NotUsableError("mask_grid_mismatch")
    moved = _on_grid(values, _RAS_TO_LPS @ image.affine, affine, grid, settings["corner"])
    pieces = [piece for number, plane in enumerate(moved) for piece in _piece(number, plane)]
    chosen = _chosen([piece.values for piece in pieces], segment, settings)
    bits = [replace(piece, values=values) for piece, values in zip(pieces, chosen, strict=True)]
    return [piece for piece in bits if piece.values.any()]


def _inflated(path: Path, limit: int) -> bytes:
    with gzip.open(path) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise _NotUsableError("mask_unreadable")
    return content


def _on_grid(
    values: NDArray[Any], own: Affine, affine: Affine, grid: tuple[int, ...], tolerance: float
) -> NDArray[Any]:
    """The values with their axes in the order and direction of the grid: whole voxels only, nothing is resampled."""
    to_grid = np.linalg.inv(affine) @ own
    turned = np.round(to_grid[:3, :3])
    order = np.abs(turned).argmax(axis=1)
    if sorted(order) != [0, 1, 2] or np.abs(turned).sum() != 3:
        raise _NotUsableError("mask_grid_mismatch")
    moved = values.transpose(order)
    flips = tuple(slice(None, None, -1) if turned[axis, order[axis]] < 0 else slice(None) for axis in range(3))
    if moved.shape != grid:
        raise _NotUsableError("mask_grid_mismatch")
    corners = np.array([[x, y, z, 1] for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float64)
    corners[:, :3] *= np.array(values.shape) - 1
    found = (to_grid @ corners.T).T[:, :3]
    expected = corners[:, :3] @ turned.T + np.where(turned.sum(axis=1) < 0, np.array(grid) - 1, 0)
    if np.abs(found - expected).max() > tolerance:
        raise _NotUsableError("mask_grid_mismatch")
    return moved[flips]


def _chosen(
    pieces: Sequence[NDArray[Any]], segment: str | None, settings: Mapping[str, Any]
) -> list[NDArray[np.bool_]]:
    """The voxels of a label; without one, of a mask that has a single label, or of fractions up to one."""
    values = np.concatenate([piece.ravel() for piece in pieces]) if pieces else np.zeros(1)
    if not np.isfinite(values).all() or values.min() < 0:
        raise _NotUsableError("mask_unreadable")
    if segment is not None:
        if not segment.isdecimal() or not int(segment):
            raise _NotUsableError("mask_segment_unknown")
        return [np.asarray(piece == int(segment)) for piece in pieces]
    highest = values.max()
    is_whole = bool((values == np.round(values)).all())
    if is_whole and ((values != 0) & (values != highest)).any():
        raise _NotUsableError("mask_ambiguous")
    if not is_whole and highest > 1:
        raise _NotUsableError("mask_unreadable")
    return [np.asarray(piece != 0 if is_whole else piece > settings["half"]) for piece in pieces]
