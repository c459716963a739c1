"""The pixels of one series as numbers with a place in the patient."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Volume:
    """Values on a regular grid: rescaled (Hounsfield units for CT), MONOCHROME1 inverted, never unsigned.

    Slices are sorted along the normal. The affine takes an index (slice, row, column, 1) to millimetres in the patient
    (DICOM's LPS); it holds the shear of a tilted gantry, while ``spacing_mm`` is the distance of the planes along their
    normal. Of a single slice that distance is NaN: it has none.
    """

    values: NDArray[np.int16] | NDArray[np.int32] | NDArray[np.float32]
    affine: NDArray[np.float64]
    spacing_mm: tuple[float, float, float]  # of slices along the normal, of rows, of columns
    frame_of_reference: str | None
    series_uid: str | None
    sop_uids: tuple[str, ...]  # one per slice
    valid: NDArray[np.bool_] | None = None  # False where the scanner padded; None without padding
