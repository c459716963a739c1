"""Measures of a lesion on one series, and what is refused with its reason."""

import importlib
from collections.abc import Callable, Iterable, Iterator

from horad.confine import Confined
from horad.imaging.masks import Masks, read_masks
from horad.imaging.measured import Found
from horad.imaging.refusals import is_refused, refuse
from horad.imaging.request import Request
from horad.imaging.series import Series
from horad.records import Measure, Refusal

_Kind = tuple[tuple[str, ...] | None, Callable[[Series, Masks], Iterator[Found]]]


def measure(series: Series, request: Request, reader: Confined | None = None) -> tuple[list[Measure], list[Refusal]]:
    """What the series and the masks can carry; a refused measure is absent.

    ``reader`` reads the masks' files, if it is started already.

    Raises:
        SourceError: if a mask's file does not exist.
    """
    if series.volume is None:
        return [], []
    masks, refusals = read_masks(request, series.volume, reader)
    return measure_within(series, masks, request, refusals)


def measure_within(
    series: Series, masks: Masks, request: Request, refused: Iterable[Refusal] = ()
) -> tuple[list[Measure], list[Refusal]]:
    """The same within masks that are read already; ``refused`` says why some of those asked for are missing."""
    refusals, found = [*refused], list(_measured(series, masks, request))
    refusals += [item for item in found if isinstance(item, Refusal)]
    kept = [item for item in found if isinstance(item, Measure) and not is_refused(item.name, series.refusals)]
    return kept, list(dict.fromkeys(refusals))


def get_ready(series: Series) -> None:
    """Import what the measures of a series will need, while a child gets ready to read the masks."""
    if series.header.kind != "ct":
        return
    for module in ("scipy.ndimage", "scipy.sparse", "scipy.spatial", "skimage.measure._marching_cubes_lewiner"):
        importlib.import_module(module)


def _measured(series: Series, masks: Masks, request: Request) -> Iterator[Found]:
    from horad.imaging.ct import measure_ct
    from horad.imaging.flat import measure_radiograph
    from horad.imaging.mr import measure_mr

    if any(refusal.measure is None for refusal in series.refusals):
        return
    kinds: dict[str | None, _Kind] = {
        "ct": (None, measure_ct),
        "mr": (("t1_ratio_fat", "t1_ratio_muscle", "oedema_lesion_ratio"), measure_mr),
        "radiograph": (("area_mm2", "density_ratio"), measure_radiograph),
    }
    if series.header.kind not in kinds:
        return
    names, of_kind = kinds[series.header.kind]
    if request.mask is None and request.roi is None:
        yield from refuse("no_mask", names)
    elif masks.lesion or masks.region:
        yield from of_kind(series, masks)
