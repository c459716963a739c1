"""Measures of a lesion on MR: ratios to tissues of the same series, and the width of oedema."""

from collections.abc import Iterator

import numpy as np

from horad.imaging.crop import Crop, crop
from horad.imaging.mask import Bits
from horad.imaging.masks import Masks
from horad.imaging.measured import Found, largest_diameter, of_any_mask, told
from horad.imaging.refusals import refuse
from horad.imaging.series import Series
from horad.imaging.volume import Volume
from horad.knowledge.measures import load_measures

_TISSUES = ("fat", "muscle")


def measure_mr(series: Series, masks: Masks) -> Iterator[Found]:
    """Signal against fat and muscle, and the diameter of the oedema against the lesion's."""
    volume, mask = series.volume, masks.lesion or masks.region
    assert volume is not None
    assert mask is not None
    where = crop(volume, mask)
    yield from of_any_mask(mask, where)
    if mask.stop[0] - mask.start[0] > 1 and not np.isnan(where.spacing).any():
        method = "mask only, holes filled: voxels counted"
        yield told("volume_ml", float(np.count_nonzero(where.filled)) * where.voxel_ml, method)
    yield from _ratios(series, volume, where, masks)
    if masks.oedema is not None:
        yield _oedema(series, where, masks.oedema.within(*_all(volume)), volume)
    if masks.contralateral is not None:
        ratio = np.count_nonzero(where.bits) / np.count_nonzero(masks.contralateral.bits)
        yield told("side_ratio", float(ratio), "volume of the mask over that of the other side's mask")


def _ratios(series: Series, volume: Volume, where: Crop, masks: Masks) -> Iterator[Found]:
    sequence = series.header.sequence
    if sequence is None or sequence.settled != load_measures().mr.weighting:
        yield from refuse("mr_not_t1")
        return
    inside = where.counted(where.bits)
    for tissue in _TISSUES:
        name, region = f"t1_ratio_{tissue}", masks.references.get(tissue)
        found = None if region is None else crop(volume, region)
        beside = np.array([]) if found is None else found.counted(found.bits)
        if not len(beside) or not len(inside) or np.mean(beside) <= 0:
            yield from refuse("mr_no_reference", [name], tissue=tissue)
            continue
        scale = float(np.mean(beside, dtype=np.float64))
        low, high = np.percentile(inside, [25, 75]) / scale
        method = f"mean signal over that of {tissue}, same series, {sequence}; range from the quartiles of the lesion"
        yield told(name, float(np.mean(inside, dtype=np.float64)) / scale, method, (float(low), float(high)))


def _oedema(series: Series, where: Crop, oedema: Bits, volume: Volume) -> Found:
    start = where.start
    whole = oedema.copy()
    box = tuple(slice(at, at + size) for at, size in zip(start, where.bits.shape, strict=True))
    whole[box] |= where.bits
    spacing = np.array(volume.spacing_mm)
    wide, narrow = largest_diameter(whole, spacing)[0], largest_diameter(where.bits, spacing)[0]
    pixel = float(np.hypot(*spacing[1:]))
    limits = ((wide - pixel) / (narrow + pixel), (wide + pixel) / max(narrow - pixel, pixel))
    method = f"largest diameter of lesion and oedema together over the lesion's, {series.header.sequence}"
    return told("oedema_lesion_ratio", wide / narrow, method, limits)


def _all(volume: Volume) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return (0, 0, 0), volume.shape
