"""The outer surface of a lesion, found within a voxel: the mask says what is lesion, the image where its edge runs.

From each point of the mask's surface a ray is cast along the normal. Outside the densest place on the ray, what exceeds
the surroundings is summed and divided by the rim's own contrast; that sum is where a sharp edge would lie, however much
the image is blurred, because blurring moves density about but loses none. It is exact for a rim wide enough to show its
own density and for one so thin that it is a line, as long as core and surroundings differ little beside the rim. Where
the rim is wide its own density is met on the ray; where it is thin, that of the denser parts of the rim is taken.

The image is asked twice, the second time from the surface found first, and moves it by about one voxel at most. Where
the rim stands out little, and where image and mask agree within a tenth of a voxel, the mask decides.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from horad.imaging.mesh import Mesh, Numbers, Points, mesh_of, unit
from horad.knowledge.measures import SurfaceSettings

_AVERAGED = 3  # rounds over neighbouring points
_INWARD, _OUTWARD, _SAMPLES = -4.5, 3.0, 76
_STEP_MM = 0.6  # that a ray reaches beyond the size of a voxel
_AT_ONCE = 256  # rays
_FWHM = 2.355  # full width at half maximum, of a Gaussian's standard deviation
_STEEPNESS = 4.0
_FAR_MM = 3.0  # over which the density of the surroundings is averaged


@dataclass(frozen=True)
class Outline:
    """A lesion's surface with what its rays met."""

    mesh: Mesh
    shift_voxels: float  # mean, of the image's surface against the mask's
    is_thin: bool
    peaks: Numbers  # above the surroundings, at each point
    contrast: float  # the rim's own
    rim_voxels: float  # the median width of the rim
    surroundings: float
    mask_ml: float  # what the voxels of the mask enclose beyond its smooth surface, where the mask decides

    @property
    def volume_ml(self) -> float:
        """What the surface encloses."""
        return self.mesh.volume / 1000 + self.mask_ml


@dataclass(frozen=True)
class _Rays:
    """Values along the normals: one row per point, at ``steps`` millimetres from it."""

    normals: Points
    voxel: Numbers  # the size of a voxel along each ray
    steps: Numbers
    values: Numbers

    @property
    def pace(self) -> Numbers:
        return np.asarray(self.steps[:, 1] - self.steps[:, 0])


def outline_of(
    values: NDArray[np.float32],
    bits: NDArray[np.bool_],
    spacing: Points,
    settings: SurfaceSettings,
    base: Mesh | None = None,
    *,
    passes: int = 2,
) -> Outline:
    """The outer surface of the lesion whose filled mask is given with the image around it."""
    base = base or mesh_of(bits, spacing)
    first = _cast(values, base, spacing)
    around = _surroundings(values, bits, spacing, float(np.percentile(_peaks(first, _near(first))[0], 90)))
    mesh, shift = base, np.zeros(len(base.points))
    for number in range(passes):
        rays = _cast(values, mesh, spacing) if number else first
        found = _Found(
            rays,
            _sampled(around, mesh.points + (rays.voxel + 0.5)[:, None] * rays.normals, spacing),
            settings,
            is_first=not number,
        )
        moves = found.edges(mesh)
        mesh = mesh.moved(moves[:, None] * rays.normals)
        shift = shift + moves / rays.voxel
    mean = float(np.average(shift, weights=base.point_areas))
    weight = _trust(mean, settings, is_thin=found.is_thin)
    settled = Mesh(base.points + weight * (mesh.points - base.points), base.triangles)
    background = float(np.median(found.around))
    smoothed_off = float(np.count_nonzero(bits)) * float(np.prod(spacing)) - base.volume
    return Outline(
        settled,
        mean,
        found.is_thin,
        found.peaks,
        found.contrast,
        found.rim_voxels,
        background,
        (1 - weight) * smoothed_off / 1000,
    )


def _trust(shift: float, settings: SurfaceSettings, *, is_thin: bool) -> float:
    """How much the image's surface counts against the mask's: nothing where they agree, all where they are apart."""
    limit = settings.trusted_shift_thin if is_thin and shift > 0 else settings.trusted_shift
    return float(1 / (1 + (limit / max(abs(shift), 1e-6)) ** _STEEPNESS))


def _cast(values: NDArray[np.float32], mesh: Mesh, spacing: Points) -> _Rays:
    average = mesh.averager(_AVERAGED)
    normals = unit(average(mesh.normals))
    voxel = np.linalg.norm(normals * spacing, axis=1)
    pace = (voxel + _STEP_MM) / 1.5
    steps = np.linspace(_INWARD, _OUTWARD, _SAMPLES)[None, :] * pace[:, None]
    starts, directions = (mesh.points / spacing).T, (normals / spacing).T
    met = np.empty(steps.shape)
    for first in range(0, len(steps), _AT_ONCE):  # what fits the processor's cache
        few = slice(first, first + _AT_ONCE)
        met[few] = _at(values, starts[:, few, None] + steps[few] * directions[:, few, None])
    return _Rays(normals, voxel, steps, average(met))


def _sampled(values: NDArray[np.float32], points: Points, spacing: Points) -> Numbers:
    return _at(values, (points / spacing).T)


def _at(values: NDArray[np.float32], places: Numbers) -> Numbers:
    """Values between voxels; ``places`` are indices, an axis after the other."""
    from scipy import ndimage

    return np.asarray(ndimage.map_coordinates(values, places, order=1, mode="nearest"), np.float64)


def _near(rays: _Rays, part: float = 0.8, more: float = 0.5) -> NDArray[np.bool_]:
    """Where on the rays the rim may be."""
    return np.asarray(rays.steps <= (part * rays.voxel + more)[:, None])


def _peaks(rays: _Rays, where: NDArray[np.bool_]) -> tuple[Numbers, NDArray[np.int_]]:
    met = np.where(where, rays.values, -np.inf)
    return met.max(axis=1), met.argmax(axis=1)


def _surroundings(
    values: NDArray[np.float32], bits: NDArray[np.bool_], spacing: Points, rim: float
) -> NDArray[np.float32]:
    """The density around the lesion, from what is two voxels off and not bone itself."""
    from scipy import ndimage

    near = ndimage.binary_dilation(bits, iterations=2)
    usual = float(np.median(values[~near])) if not near.all() else float(values.min())
    counted = ~near & (values < (rim + usual) / 2)
    usual = float(np.median(values[counted])) if counted.any() else usual
    width = _FAR_MM / spacing
    weight = ndimage.gaussian_filter(counted.astype(np.float32), width)
    total = ndimage.gaussian_filter(np.where(counted, values, np.float32(0)), width)
    return np.asarray((total + np.float32(usual * 0.01)) / (weight + np.float32(0.01)), np.float32)


class _Found:
    """What the rays of one pass tell of the rim and of where it ends."""

    def __init__(self, rays: _Rays, around: Numbers, settings: SurfaceSettings, *, is_first: bool) -> None:
        self._rays, self._settings, self._is_first = rays, settings, is_first
        self.around = around
        where = _near(rays) if is_first else _near(rays, 0.5, 0.3)
        tops, self._at = _peaks(rays, where)
        self.peaks = tops - around
        self.contrast = max(float(np.percentile(self.peaks, 90)), 1.0)
        width = self._width(tops)
        blur = _FWHM * np.hypot(rays.voxel / 2, settings.blur_mm)
        self._relative = np.minimum(width / blur, 5.0)
        self.is_thin = bool(np.median(self._relative) < settings.thin)
        self.rim_voxels = float(np.median(np.minimum(width, 50.0) / rays.voxel))

    def _width(self, tops: Numbers) -> Numbers:
        """The width of the rim at half its height; infinite where it has no inner end on the ray."""
        values, count = self._rays.values, self._rays.values.shape[1]
        index = np.arange(count)[None, :]
        below = values < ((tops + self.around) / 2)[:, None]
        inner = np.where(below & (index < self._at[:, None]), index, -1).max(axis=1)
        outer = np.where(below & (index > self._at[:, None]), index, count).min(axis=1)
        return np.where(inner < 0, np.inf, (outer - inner - 1) * self._rays.pace)

    def edges(self, mesh: Mesh) -> Numbers:
        """How far the edge lies from each point, along its normal."""
        rays, average = self._rays, mesh.averager(_AVERAGED)
        from_plateau, to_plateau = self._settings.plateau
        wide = np.clip((self._relative - from_plateau) / (to_plateau - from_plateau), 0, 1)
        contrast = np.maximum(self.peaks + (np.maximum(self.peaks, self.contrast) - self.peaks) * (1 - wide), 1.0)
        part = np.clip((rays.values - self.around[:, None]) / contrast[:, None], -0.2, 1.2)
        part = np.where(self._outer_flank(), part, 0.0)
        top = np.take_along_axis(part, self._at[:, None], axis=1)[:, 0]
        start = np.take_along_axis(rays.steps, self._at[:, None], axis=1)[:, 0]
        edge = start + (part.sum(axis=1) - top / 2) * rays.pace
        edge = edge + self._for_curvature(mesh, part, (top, start, edge))
        low, high = self._settings.contrast
        certain = np.clip((self.peaks / self.contrast - low) / (high - low), 0, 1)
        reach = rays.voxel + 0.8 if self._is_first else 0.7 * rays.voxel
        return average(np.clip(edge, -reach, reach) * certain)

    def _outer_flank(self) -> NDArray[np.bool_]:
        """From the densest place outwards to the least dense: beyond it something else begins."""
        index = np.arange(self._rays.values.shape[1])[None, :]
        outer = index >= self._at[:, None]
        least = np.where(outer, self._rays.values, np.inf).argmin(axis=1)
        return np.asarray(outer & (index <= least[:, None]))

    def _for_curvature(self, mesh: Mesh, part: Numbers, along: tuple[Numbers, Numbers, Numbers]) -> Numbers:
        """What the sum lacks because a surface outside a curved one is larger, and one inside it smaller."""
        top, start, edge = along
        rays = self._rays
        outside = mesh.moved(rays.normals).point_areas
        inside = mesh.moved(-rays.normals).point_areas
        growth = np.clip(
            mesh.averager(_AVERAGED)((outside - inside) / 2 / np.maximum(mesh.point_areas, 1e-9)), -0.3, 0.3
        )
        grown = 1 + growth[:, None] * (rays.steps - edge[:, None])
        total = ((part * grown).sum(axis=1) - top * (1 + growth * (start - edge)) / 2) * rays.pace
        length = edge - start
        return np.asarray(total - (length - growth * length**2 / 2))
