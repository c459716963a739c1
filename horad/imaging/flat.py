"""Measures of a lesion on a radiograph: area and relative density, never Hounsfield units."""

from collections.abc import Iterator

import numpy as np

from horad.imaging.crop import Crop, crop
from horad.imaging.mask import Bits, Mask
from horad.imaging.masks import Masks
from horad.imaging.measured import Found, of_any_mask, told
from horad.imaging.refusals import refuse
from horad.imaging.series import Series
from horad.imaging.volume import Volume

_RING = (3, 10)  # pixels off the mask
_DARK = 0.1  # percentile of the image that counts as black
_DETECTOR = "; in the plane of the detector: the magnification is not known, so it is too large"


def measure_radiograph(series: Series, masks: Masks) -> Iterator[Found]:
    """Area, extent, and density against what lies beside it."""
    volume, mask = series.volume, masks.lesion or masks.region
    assert volume is not None
    assert mask is not None
    where = crop(volume, mask)
    plane = "" if series.header.spacing_kind == "patient" else _DETECTOR
    pixel = float(np.prod(where.spacing[1:]))
    if not np.isnan(pixel):
        area = float(np.count_nonzero(where.bits)) * pixel
        edge = float(np.count_nonzero(_edge(where.bits))) * pixel / 2
        yield told(
            "area_mm2", area, f"pixels of the mask, range half a pixel at its edge{plane}", (area - edge, area + edge)
        )
    for item in of_any_mask(mask, where):
        yield item.model_copy(update={"method": item.method + plane}) if item.name == "extent_mm" else item
    yield from _density(volume, mask, masks)
    if masks.contralateral is not None:
        ratio = np.count_nonzero(mask.bits) / np.count_nonzero(masks.contralateral.bits)
        yield told("side_ratio", float(ratio), "area of the mask over that of the other side's mask")


def _density(volume: Volume, mask: Mask, masks: Masks) -> Iterator[Found]:
    """The mean of the mask over that of each reference region, or of a ring around the mask."""
    valid = volume.values if volume.valid is None else volume.values[volume.valid]
    dark = float(np.percentile(valid, _DARK))
    inside = _mean(volume, mask) - dark
    others: dict[str | None, float] = {name: _mean(volume, other) - dark for name, other in masks.references.items()}
    names = others
    told_of = "the reference region"
    if not names:
        told_of = f"a ring {_RING[0]} to {_RING[1]} pixels around it"
        ring = _ring(crop(volume, mask))
        names = {None: float(np.mean(ring)) - dark} if len(ring) else {}
    usable = {name: beside for name, beside in names.items() if beside > 0}
    if not usable:
        yield from refuse("density_not_comparable")
    for name, beside in usable.items():
        method = f"mean pixel value over that of {told_of}, above the darkest; not linear in density"
        yield told("density_ratio", inside / beside, method, structure=name)


def _mean(volume: Volume, mask: Mask) -> float:
    where = crop(volume, mask)
    return float(np.mean(where.counted(where.bits), dtype=np.float64))


def _ring(where: Crop) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    from scipy import ndimage

    near, far = (ndimage.binary_dilation(where.bits, iterations=count) for count in _RING)
    return where.counted(np.asarray(far & ~near, bool))


def _edge(bits: Bits) -> Bits:
    from scipy import ndimage

    cross = np.zeros((3, 3, 3), bool)
    cross[1, 1, :] = cross[1, :, 1] = True
    return np.asarray(bits & ~ndimage.binary_erosion(bits, cross), bool)
