"""Measures of a lesion on CT: volume, densities, rim and core, distance to structures."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from horad.imaging.crop import Crop, crop, has_metal
from horad.imaging.density import completeness, inscribed_radius, zonal
from horad.imaging.mask import Bits, Mask, mask_of
from horad.imaging.masks import Masks
from horad.imaging.measured import Found, exploratory, of_any_mask, told
from horad.imaging.near import surfaces, to_structures
from horad.imaging.outline import Outline, outline_of
from horad.imaging.refusals import refuse
from horad.imaging.series import Series
from horad.imaging.volume import Volume
from horad.knowledge.imaging import load_refusals
from horad.knowledge.measures import MeasureSettings, load_measures

_HU_ONLY = "volume_ml"


@dataclass(frozen=True)
class _Lesion:
    """The lesion with what was found of it once."""

    where: Crop
    outline: Outline | None  # None where the image must not decide: metal, no densities, too small


def measure_ct(series: Series, masks: Masks) -> Iterator[Found]:
    """All that a CT can say of the lesion, or, exploratory, of the dense voxels in a region."""
    volume, settings = series.volume, load_measures()
    assert volume is not None
    if masks.lesion is not None:
        yield from _of_lesion(series, volume, masks, masks.lesion, settings)
        return
    assert masks.region is not None
    dense = _dense(volume, masks.region, settings.dense.seed)
    if dense is None:
        yield from refuse("nothing_dense", threshold=settings.dense.seed)
        return
    fused = _leaves(volume, masks.region, settings.dense.seed)
    yield from refuse("fused") if fused else ()
    found = exploratory(_of_lesion(series, volume, masks, dense, settings))
    yield from (item for item in found if not (fused and getattr(item, "name", "") == "volume_ml"))


def _dense(volume: Volume, region: Mask, threshold: float) -> Mask | None:
    box = tuple(slice(begin, end) for begin, end in zip(region.start, region.stop, strict=True))
    bits = np.zeros(region.grid, bool)
    bits[box] = (volume.grid.part(box)[0] >= threshold) & region.bits
    return mask_of("the lesion", bits) if bits.any() else None


def _leaves(volume: Volume, region: Mask, threshold: float) -> bool:
    """Whether what is dense in the region goes on beyond its edge."""
    from scipy import ndimage

    wide = crop(volume, region)
    edge = ndimage.binary_dilation(wide.bits) & ~wide.bits
    inside = wide.bits & (wide.values >= threshold)
    return bool((edge & (wide.values >= threshold) & ndimage.binary_dilation(inside)).any())


def _of_lesion(series: Series, volume: Volume, masks: Masks, mask: Mask, settings: MeasureSettings) -> Iterator[Found]:
    where = crop(volume, mask)
    yield from of_any_mask(mask, where)
    metal = has_metal(volume, mask, settings.metal.density, settings.metal.distance_mm)
    if metal:
        is_drawn = masks.lesion is not None
        names = [name for name in load_refusals()["metal"].measures if not (is_drawn and name == _HU_ONLY)]
        yield from refuse("metal", names, distance=settings.metal.distance_mm)
    unscaled = {"ct_no_rescale", "ct_not_hu"} & {refusal.code for refusal in series.refusals}
    is_small = _is_small(mask, where, settings)
    can_see = not (metal or unscaled or is_small or np.isnan(where.spacing).any())
    is_fine = not np.isnan(where.spacing).any() and where.spacing.max() <= settings.distance.largest_spacing_mm
    lesion, renewed, distances = _outlined(where, masks if is_fine else Masks(), settings, can_see=can_see)
    if is_small:
        yield from refuse("lesion_too_small", least_ml=settings.size.least_ml, least_slices=settings.size.least_slices)
    else:
        yield from _volume(lesion, renewed, settings, is_drawn=masks.lesion is not None)
    if not metal:
        yield from _densities(where)
        yield from _zones(lesion, settings) if lesion.outline else ()
    if masks.contralateral is not None:
        yield _side_ratio(where, masks.contralateral)
    if masks.structures and not is_fine:
        yield from refuse("distance_not_resolved")
    yield from distances


def _is_small(mask: Mask, where: Crop, settings: MeasureSettings) -> bool:
    return where.filled_ml < settings.size.least_ml or mask.stop[0] - mask.start[0] < settings.size.least_slices


def _outlined(
    where: Crop, masks: Masks, settings: MeasureSettings, *, can_see: bool
) -> tuple[_Lesion, list[float], list[Found]]:
    """The lesion with its outline, its volumes with renewed masks, and its distances; the volumes on a second core."""
    filled, structures = where.filled, masks.structures
    with ThreadPoolExecutor(1) as beside:
        renewed = beside.submit(_renewed, where, settings) if can_see else None
        surface, others = surfaces(where, structures) if structures else (None, {})
        outline = outline_of(where.values, filled, where.spacing, settings.surface, surface) if can_see else None
        distances: list[Found] = []
        if surface is not None:
            seen = outline.mesh if outline else surface
            distances += to_structures(seen, (surface, others), where, structures, settings.distance)
        return _Lesion(where, outline), renewed.result() if renewed else [], distances


def _renewed(where: Crop, settings: MeasureSettings) -> list[float]:
    """The volume with the mask redrawn at each threshold."""
    volumes = []
    for threshold in settings.dense.range:
        seeded = _seeded(where, threshold)
        volumes.append(outline_of(where.values, seeded, where.spacing, settings.surface, passes=1).volume_ml)
    return volumes


def _volume(lesion: _Lesion, renewed: list[float], settings: MeasureSettings, *, is_drawn: bool) -> Iterator[Found]:
    if lesion.outline is None:
        if is_drawn:
            yield told("volume_ml", lesion.where.filled_ml, "mask only, holes filled: voxels counted")
        return
    values = [lesion.outline.volume_ml, *renewed]
    thresholds = "/".join(f"{threshold:g}" for threshold in settings.dense.range)
    method = (
        "outer volume, core included: mask, edge placed within a voxel by partial volume; "
        f"range with the mask renewed at {thresholds} HU"
    )
    yield told("volume_ml", values[0], method, (min(values), max(values)))


def _seeded(where: Crop, threshold: float) -> Bits:
    """The mask as a threshold would draw it within one voxel of the mask given."""
    from scipy import ndimage

    inner, outer = ndimage.binary_erosion(where.filled), ndimage.binary_dilation(where.filled)
    seeded = inner | (outer & (where.values >= threshold))
    return np.asarray(ndimage.binary_fill_holes(seeded if seeded.any() else where.filled), bool)


def _densities(where: Crop) -> Iterator[Found]:
    inside = where.counted(where.filled)
    if not len(inside):
        yield from refuse("all_padding")
        return
    inner = where.counted(where.eroded)
    inner = inner if len(inner) else inside
    edge = "the range is with and without the outermost voxels"
    for name, what in (("mean_hu", "mean"), ("p50_hu", "median"), ("p90_hu", "90th percentile")):
        take = (lambda values: float(np.mean(values, dtype=np.float64))) if what == "mean" else _percentile(name)
        yield told(name, take(inside), f"{what} of the mask, holes filled; {edge}", (take(inside), take(inner)))


def _percentile(name: str) -> Callable[[NDArray[np.float32]], float]:
    rank = float(name[1:3])
    return lambda values: float(np.percentile(values, rank))


def _zones(lesion: _Lesion, settings: MeasureSettings) -> Iterator[Found]:
    where, outline = lesion.where, lesion.outline
    assert outline is not None
    depth, deepest = inscribed_radius(where, outline.mesh)
    factor = settings.size.zonal_factor
    # The radius is known to half a voxel of the finer grid.
    is_resolved = deepest + where.spacing.min() / 2 >= factor * where.spacing.max()
    found = zonal(where, depth, deepest, settings.zones) if is_resolved else None
    if found is None:
        yield from refuse("zonal_not_resolved", factor=factor)
        return
    shells = "median of the densest shell of the outer zone; quartiles"
    yield told("rim_hu", found.rim[0], shells, found.rim[1:])
    yield told("core_hu", found.core[0], "median of the inner zone; quartiles", found.core[1:])
    yield told("zonal_index_hu", found.index[0], "rim minus core; above zero the rim is denser", found.index[1:])
    if outline.rim_voxels < settings.zones.least_rim_voxels:
        yield from refuse("rim_not_resolved", ["rim_completeness"], least=settings.zones.least_rim_voxels)
        return
    share = completeness(outline, found.core[0], settings.zones.complete)
    yield told("rim_completeness", share, "part of the surface below which a rim is met")


def _side_ratio(where: Crop, other: Mask) -> Found:
    ratio = np.count_nonzero(where.bits) / np.count_nonzero(other.bits)
    return told("side_ratio", float(ratio), "volume of the mask over that of the other side's mask")
