"""Where the planes of a series lie: positions projected on their normal, and what that forbids."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from horad.imaging.frames import Frame
from horad.imaging.refusals import refuse
from horad.knowledge.imaging import GeometryLimits
from horad.records import Refusal

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Geometry:
    """The grid of a series; ``affine`` is None where there is none."""

    order: tuple[int, ...]  # of the frames given, along the normal
    spacing_mm: tuple[float, float, float]  # of slices (NaN for a single one), rows, columns; NaN where unknown
    tilt_degrees: float
    affine: Array | None
    refusals: tuple[Refusal, ...]


def geometry_of(frames: Sequence[Frame], limits: GeometryLimits) -> Geometry:
    """Order the planes and judge the grid; slice thickness is never asked, it is blur and no position."""
    refusals = [*_in_plane(frames, limits)]
    spacing = frames[0].spacing
    rows, columns = spacing or (np.nan, np.nan)
    axes = _axes(frames, limits)
    if isinstance(axes, tuple):
        return Geometry(tuple(range(len(frames))), (np.nan, rows, columns), 0.0, None, (*refusals, *axes))
    positions = np.array([frame.position for frame in frames], dtype=np.float64)
    order = np.argsort(positions @ axes[2], kind="stable")
    steps = np.diff(positions[order] @ axes[2])
    tilt = _tilt(positions[order], axes, limits.absolute_mm)
    refusals += _regular(steps, limits)
    if not refusals and tilt > limits.tilt_degrees:
        refusals += refuse("tilted", degrees=tilt)
    is_grid = spacing is not None and all(refusal.code in {"single_slice", "tilted"} for refusal in refusals)
    affine = _affine(positions[order], axes, (rows, columns)) if is_grid else None
    step = float(np.mean(steps)) if is_grid and len(steps) else np.nan
    return Geometry(tuple(map(int, order)), (step, rows, columns), tilt, affine, tuple(refusals))


def _in_plane(frames: Sequence[Frame], limits: GeometryLimits) -> tuple[Refusal, ...]:
    first = frames[0]
    for frame in frames:
        if (frame.pixels.rows, frame.pixels.columns) != (first.pixels.rows, first.pixels.columns):
            return refuse("mixed_size")
        if (frame.spacing is None) != (first.spacing is None):
            return refuse("mixed_size")
        if frame.spacing and first.spacing and not np.allclose(frame.spacing, first.spacing, rtol=limits.spacing):
            return refuse("mixed_size")
    return refuse("spacing_missing") if first.spacing is None else ()


def _axes(frames: Sequence[Frame], limits: GeometryLimits) -> Array | tuple[Refusal, ...]:
    """Directions of growing column index, of growing row index, and of the normal; or why there are none."""
    if any(frame.position is None or frame.orientation is None for frame in frames):
        return refuse("position_missing")
    turns = np.array([frame.orientation for frame in frames], dtype=np.float64)
    along, down = turns[:, :3], turns[:, 3:]
    lengths = np.concatenate([np.linalg.norm(along, axis=1), np.linalg.norm(down, axis=1)])
    crossed = np.abs(np.sum(along * down, axis=1))
    if np.abs(lengths - 1).max() > limits.cosines * 10 or crossed.max() > limits.cosines * 10:
        return refuse("position_missing")
    kinds: list[Array] = []
    for turn in turns:
        if not any(np.abs(turn - kind).max() <= limits.cosines for kind in kinds):
            kinds.append(turn)
    if len(kinds) > 1:
        return refuse("mixed_orientation", count=len(kinds))
    references = {frame.frame_of_reference for frame in frames}
    if len(references) > 1:
        return refuse("mixed_frame_of_reference", count=len(references))
    column = along[0] / np.linalg.norm(along[0])
    normal = np.cross(column, down[0])
    normal /= np.linalg.norm(normal)
    return np.stack([column, np.cross(normal, column), normal])


def _regular(steps: Array, limits: GeometryLimits) -> list[Refusal]:
    if not len(steps):
        return [*refuse("single_slice")]
    real = steps[steps > limits.absolute_mm]
    median = float(np.median(real)) if len(real) else 0.0
    tolerance = limits.relative * median + limits.absolute_mm
    refusals: list[Refusal] = []
    duplicates = int(np.sum(steps <= limits.absolute_mm))
    if duplicates:
        refusals += refuse("slice_duplicate", count=duplicates)
    if len(real) and real.max() > limits.gap * median:
        refusals += refuse("slice_gap", largest=real.max(), median=median)
    elif len(real) and np.abs(real - median).max() > tolerance:
        refusals += refuse("slice_spacing_varies", smallest=real.min(), largest=real.max())
    return refusals


def _tilt(positions: Array, axes: Array, jitter: float) -> float:
    """The largest shear of a step between planes, or of all steps together, in degrees; rounding is no shear."""
    if len(positions) < 2:
        return 0.0
    moves = np.vstack([np.diff(positions, axis=0), positions[-1] - positions[0]])
    along = np.abs(moves @ axes[2])
    aside = np.maximum(np.linalg.norm(moves @ axes[:2].T, axis=1) - 2 * jitter, 0)
    is_step = along > jitter
    return float(np.degrees(np.arctan2(aside[is_step], along[is_step])).max(initial=0.0))


def _affine(positions: Array, axes: Array, spacing: tuple[float, float]) -> Array:
    affine = np.eye(4)
    count = len(positions)
    affine[:3, 0] = (positions[-1] - positions[0]) / (count - 1) if count > 1 else axes[2]
    affine[:3, 1] = axes[1] * spacing[0]
    affine[:3, 2] = axes[0] * spacing[1]
    affine[:3, 3] = positions[0]
    return affine
