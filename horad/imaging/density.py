"""Densities of a lesion: as a whole, and of its rim against its core."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from horad.imaging.crop import Crop
from horad.imaging.fast import depth_of
from horad.imaging.mesh import Mesh, Numbers
from horad.imaging.outline import Outline
from horad.knowledge.measures import Zones

_SHELLS = 8  # over the depth of the rim
_TRIES = 7  # along each axis, about the deepest voxel


@dataclass(frozen=True)
class Zonal:
    """Median densities of rim and core, each with its range."""

    rim: tuple[float, float, float]  # value, low, high
    core: tuple[float, float, float]

    @property
    def index(self) -> tuple[float, float, float]:
        """Rim minus core."""
        return self.rim[0] - self.core[0], self.rim[1] - self.core[2], self.rim[2] - self.core[1]


def inscribed_radius(where: Crop, surface: Mesh) -> tuple[Numbers, float]:
    """The depth of every voxel below the surface, in millimetres, and the radius of the largest ball within it."""
    from scipy.spatial import cKDTree

    depth = depth_of(where.filled, where.spacing)
    deepest = np.array(np.unravel_index(int(depth.argmax()), depth.shape))
    steps = np.linspace(-1, 1, _TRIES)
    around = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    return depth, float(cKDTree(surface.points).query((deepest + around) * where.spacing)[0].max())


def zonal(where: Crop, depth: Numbers, radius: float, zones: Zones) -> Zonal | None:
    """The densest shell of the outer zone against the inner zone; None where either holds too few voxels."""
    core = where.counted(where.filled & (depth >= zones.core_depth * radius))
    if len(core) < zones.least_voxels:
        return None
    ends = np.linspace(0, zones.rim_depth * radius, _SHELLS + 1)
    shells = [where.counted(where.filled & (depth > low) & (depth <= high)) for low, high in pairwise(ends)]
    told = [_quartiles(shell) for shell in shells if len(shell) >= zones.least_voxels]
    return Zonal(max(told), _quartiles(core)) if told else None


def _quartiles(values: NDArray[np.float32]) -> tuple[float, float, float]:
    low, middle, high = np.percentile(values, [25, 50, 75])
    return float(middle), float(low), float(high)


def completeness(outline: Outline, core: float, part: float) -> float:
    """The part of the surface whose rays meet a rim: what stands out of the denser of core and surroundings."""
    base = max(core - outline.surroundings, 0.0)
    meets = outline.peaks - base >= part * (outline.contrast - base)
    return float(np.average(meets, weights=outline.mesh.point_areas))
