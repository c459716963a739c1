"""The masks of a request, read once; what could not be used is refused by its role."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from horad.confine import Confined
from horad.imaging.mask import Mask, box_mask, mask_reader, read_mask
from horad.imaging.parse import RefusedError
from horad.imaging.refusals import refuse
from horad.imaging.request import Request
from horad.imaging.volume import Volume
from horad.records import Refusal

_DISTANCES = ("min_distance_mm", "contact_area_mm2")


@dataclass(frozen=True)
class Masks:
    """The masks of a request, read; those that could not be used are missing."""

    lesion: Mask | None = None
    region: Mask | None = None
    structures: dict[str, Mask] = field(default_factory=dict)
    references: dict[str, Mask] = field(default_factory=dict)
    oedema: Mask | None = None
    contralateral: Mask | None = None

    @property
    def all(self) -> dict[str, Mask]:
        """Every mask by its name, the lesion first."""
        single = (self.lesion, self.region, self.oedema, self.contralateral)
        named = {mask.name: mask for mask in single if mask is not None}
        return {**named, **self.structures, **self.references}


def read_masks(request: Request, volume: Volume, reader: Confined | None = None) -> tuple[Masks, list[Refusal]]:
    """The masks of a request, and why some could not be used; ``reader`` is a child that is started already."""
    if reader is not None:
        return _read_masks(request, volume, reader)
    # Without files this child is never called, and so never started.
    with mask_reader(request.files) as child:
        return _read_masks(request, volume, child)


def _read_masks(request: Request, volume: Volume, child: Confined) -> tuple[Masks, list[Refusal]]:
    refusals: list[Refusal] = []

    def read(name: str, path: Path | None, measures: tuple[str, ...] | None = None) -> Mask | None:
        return None if path is None else _tried(partial(read_mask, name, path, volume, child), measures, refusals)

    def several(paths: Mapping[str, Path], measures: Callable[[str], tuple[str, ...]]) -> dict[str, Mask]:
        found = {name: read(name, path, measures(name)) for name, path in paths.items()}
        return {name: mask for name, mask in found.items() if mask}

    masks = Masks(
        lesion=read("the lesion", request.mask),
        region=_region(request, volume, child, refusals),
        structures=several(request.structures, lambda _: _DISTANCES),
        references=several(request.references, lambda name: (f"t1_ratio_{name}",)),
        oedema=read("the oedema", request.oedema, ("oedema_lesion_ratio",)),
        contralateral=read("the other side", request.contralateral, ("side_ratio",)),
    )
    return masks, refusals


def _region(request: Request, volume: Volume, child: Confined, refusals: list[Refusal]) -> Mask | None:
    name, given = "the region", request.roi
    if given is None or request.mask is not None:
        return None
    if isinstance(given, Path):
        return _tried(partial(read_mask, name, given, volume, child), None, refusals)
    return _tried(partial(box_mask, name, given, volume.shape), None, refusals)


def _tried(read: Callable[[], Mask], measures: tuple[str, ...] | None, refusals: list[Refusal]) -> Mask | None:
    try:
        return read()
    except RefusedError as error:
        refusals += refuse(error.code, measures, **error.details)
        return None
