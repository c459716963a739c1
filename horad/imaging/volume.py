"""The pixels of one series as numbers with a place in the patient."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.int16] | NDArray[np.int32] | NDArray[np.float32]
Valid = NDArray[np.bool_]
Box = tuple[slice, ...]  # of slices, rows, columns


class Grid(Protocol):
    """The values of a series, read no further than they are asked for."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""

    def part(self, box: Box) -> tuple[Values, Valid | None]:
        """The values in a box, and False where the scanner padded; None for the latter without padding."""


@dataclass(frozen=True)
class Held:
    """Values in memory."""

    values: Values
    valid: Valid | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        slices, rows, columns = self.values.shape
        return slices, rows, columns

    def part(self, box: Box) -> tuple[Values, Valid | None]:
        """The values in a box, and where they are valid."""
        return self.values[box], None if self.valid is None else self.valid[box]


@dataclass(frozen=True)
class Volume:
    """Values on a regular grid: rescaled (Hounsfield units for CT), MONOCHROME1 inverted, never unsigned.

    Slices are sorted along the normal. The affine takes an index (slice, row, column, 1) to millimetres in the patient
    (DICOM's LPS); it holds the shear of a tilted gantry, while ``spacing_mm`` is the distance of the planes along their
    normal. Of a single slice that distance is NaN: it has none.
    """

    grid: Grid
    affine: NDArray[np.float64]
    spacing_mm: tuple[float, float, float]  # of slices along the normal, of rows, of columns
    frame_of_reference: str | None
    series_uid: str | None
    sop_uids: tuple[str, ...]  # one per slice

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        return self.grid.shape

    @property
    def values(self) -> Values:
        """All values, read when they are first asked for."""
        return self._whole[0]

    @property
    def valid(self) -> Valid | None:
        """False where the scanner padded; None without padding."""
        return self._whole[1]

    @cached_property
    def _whole(self) -> tuple[Values, Valid | None]:
        return self.grid.part((slice(None), slice(None), slice(None)))
