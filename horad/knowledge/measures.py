"""How lesions are measured on images (``models/imaging/measures.toml``)."""

import functools

from pydantic import BaseModel, ConfigDict

from horad.knowledge.locate import find_folder
from horad.knowledge.tables import read_table


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str


class MaskLimits(_Table):
    """How exactly a mask must lie on the grid, and what reading one may take."""

    corner_voxels: float
    bytes: int
    child_bytes: int
    child_seconds: float
    half: float


class Dense(_Table):
    """Densities taken as bone."""

    seed: float
    range: tuple[float, ...]


class SizeLimits(_Table):
    """How large a lesion must be to be measured."""

    least_ml: float
    least_slices: int
    zonal_factor: float


class Zones(_Table):
    """Where rim and core lie."""

    rim_depth: float
    core_depth: float
    least_voxels: int
    complete: float
    least_rim_voxels: float


class Metal(_Table):
    """What counts as metal, and how near it disturbs."""

    density: float
    distance_mm: float


class SurfaceSettings(_Table):
    """How the outline is sought within a voxel."""

    blur_mm: float
    trusted_shift: float
    trusted_shift_thin: float
    thin: float
    plateau: tuple[float, float]
    contrast: tuple[float, float]


class DistanceSettings(_Table):
    """How exact a distance is."""

    uncertainty: float
    contact: float
    largest_spacing_mm: float


class MrSettings(_Table):
    """What an MR series must be for its ratios."""

    weighting: str


class MeasureSettings(BaseModel):
    """``measures.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mask: MaskLimits
    dense: Dense
    size: SizeLimits
    zones: Zones
    metal: Metal
    surface: SurfaceSettings
    distance: DistanceSettings
    mr: MrSettings


@functools.lru_cache(maxsize=4)
def load_measures(folder: str | None = None) -> MeasureSettings:
    """The settings (cached per folder).

    Raises:
        RuleError: naming the place, if the file is not readable or not of its shape.
    """
    return read_table(find_folder("models", folder) / "imaging" / "measures.toml", MeasureSettings)
