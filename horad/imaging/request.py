"""What is to be measured on a series: the masks and boxes that a user gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

Box = tuple[int, int, int, int, int, int]  # x, y, z, x, y, z in voxel indices, half open


@dataclass(frozen=True)
class Request:
    """Masks (DICOM SEG or NIfTI) of the lesion, of a generous region, of structures and of reference tissues."""

    mask: Path | None = None
    roi: Path | Box | None = None
    structures: Mapping[str, Path] = field(default_factory=dict)
    references: Mapping[str, Path] = field(default_factory=dict)  # by tissue: fat, muscle
    oedema: Path | None = None
    contralateral: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of masks that are to be read."""
        single = (self.mask, self.roi if isinstance(self.roi, Path) else None, self.oedema, self.contralateral)
        several = (*self.structures.values(), *self.references.values())
        return (*(path for path in single if path is not None), *several)
