"""One series: its header, its geometry, its pixels, and what it cannot carry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from horad.imaging.frames import Frame, frames_of
from horad.imaging.geometry import Geometry, geometry_of
from horad.imaging.header import Header, header_of, image_type_of
from horad.imaging.parse import Parsed, RefusedError
from horad.imaging.pixels import Pixels, load_pixels
from horad.imaging.refusals import refuse
from horad.imaging.scan import choose, scan
from horad.imaging.volume import Volume
from horad.imaging.warnings import warnings_of
from horad.knowledge.headers import load_header_words
from horad.knowledge.imaging import HounsfieldLimits, Limits, load_limits
from horad.records import Notice, Refusal


@dataclass(frozen=True)
class Series:
    """What was read of a series; ``volume`` is None where no grid could be made of it, and a refusal says why.

    A refusal with a measure takes that measure away; one without takes all.
    """

    header: Header
    geometry: Geometry | None
    volume: Volume | None
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Notice, ...] = ()

    @property
    def modality(self) -> str | None:
        """Modality as DICOM writes it."""
        return self.header.modality


def load_series(path: Path | str, series_uid: str | None = None) -> Series:
    """Read one series: a file, or a folder that holds one (or several, of which one is chosen).

    What is wrong with it is in ``refusals``; a crafted file ends there as well.

    Raises:
        SourceError: if nothing there is a DICOM image, or it holds several series and none was chosen.
    """
    limits = load_limits()
    found = scan(Path(path), limits)
    files = choose(found, series_uid, Path(path))
    if not files:
        return Series(Header(), None, None, found.refusals)
    header = header_of(files[0])
    told = warnings_of(header, files, found.others)
    if found.refusals:  # a series with an unreadable file is not complete
        return Series(header, None, None, found.refusals, told)
    try:
        return replace(_series(header, files, limits), warnings=told)
    except RefusedError as error:
        return Series(header, None, None, refuse(error.code, None, **error.details), told)


def read_headers(path: Path | str) -> tuple[Header, ...]:
    """The header of every series below a path, by its first image; no pixel is read.

    Raises:
        SourceError: if nothing there is a DICOM image.
    """
    return tuple(header_of(files[0]) for files in scan(Path(path)).series.values())


def _series(header: Header, files: Sequence[Parsed], limits: Limits) -> Series:
    if len(files) > limits.files.count:
        raise RefusedError("too_many_files", limit=limits.files.count)
    refusals = _of_kind(header, {image_type_of(file.dataset) for file in files})
    frames = [frame for file in files for frame in frames_of(file, limits.pixels)]
    if header.kind == "radiograph" or header.kind is None:
        return _flat(header, frames, refusals, limits)
    geometry = geometry_of(frames, limits.geometry)
    refusals += (*_of_scale(header, frames), *geometry.refusals)
    if geometry.affine is None or any(refusal.measure is None for refusal in refusals):
        return Series(header, geometry, None, refusals)
    ordered = [frames[place] for place in geometry.order]
    hounsfield = limits.hounsfield
    is_scaled = header.kind == "ct" and not any(refusal.code in _UNSCALED for refusal in refusals)
    try:
        pixels = load_pixels(ordered, limits, lowest=hounsfield.lowest if is_scaled else None)
    except RefusedError as error:
        return Series(header, geometry, None, (*refusals, *refuse(error.code, None, **error.details)))
    refusals += implausible(pixels, hounsfield) if is_scaled else ()
    return Series(header, geometry, _volume(pixels, ordered, geometry, header), refusals)


_UNSCALED = frozenset({"ct_no_rescale", "ct_not_hu", "ct_localizer"})


def _of_kind(header: Header, image_types: Iterable[tuple[str, ...]]) -> tuple[Refusal, ...]:
    if header.is_secondary_capture:
        return refuse("secondary_capture")
    match header.kind:
        case "radiograph":
            return refuse("radiograph_no_hu")
        case "mr":
            return refuse("mr_no_hu")
        case "ct":
            found = (refusal for values in sorted(image_types) for refusal in _of_image_type(values))
            return tuple(dict.fromkeys(found))
        case None:
            return refuse("modality_not_measured")


def _of_image_type(values: tuple[str, ...]) -> tuple[Refusal, ...]:
    known = load_header_words().image_type
    told = frozenset(values)
    if told & (known.localizer | known.projection):
        return refuse("ct_localizer")
    if told & known.derived and not told & known.axial:
        return refuse("ct_not_original")
    return ()


def _of_scale(header: Header, frames: Sequence[Frame]) -> tuple[Refusal, ...]:
    if header.kind != "ct":
        return ()
    if any(not frame.slope or frame.intercept is None for frame in frames):
        return refuse("ct_no_rescale")
    if any((frame.rescale_type or "HU").upper() != "HU" for frame in frames):
        return refuse("ct_not_hu")
    return ()


def _flat(header: Header, frames: Sequence[Frame], refusals: tuple[Refusal, ...], limits: Limits) -> Series:
    """A radiograph: one plane without a place in the patient."""
    first = frames[0]
    rows, columns = first.spacing or (np.nan, np.nan)
    refusals += refuse("spacing_missing") if first.spacing is None else ()
    geometry = Geometry((0,), (np.nan, rows, columns), 0.0, None, refusals)
    if any(refusal.measure is None for refusal in refusals):
        return Series(header, geometry, None, refusals)
    if len(frames) > 1:
        return Series(header, geometry, None, (*refusals, *refuse("several_images", count=len(frames))))
    try:
        pixels = load_pixels(frames, limits)
    except RefusedError as error:
        return Series(header, geometry, None, (*refusals, *refuse(error.code, None, **error.details)))
    return Series(header, geometry, _volume(pixels, frames, geometry, header), refusals)


def _volume(pixels: Pixels, frames: Sequence[Frame], geometry: Geometry, header: Header) -> Volume:
    affine = geometry.affine
    if affine is None:
        rows, columns = (1.0 if np.isnan(size) else size for size in geometry.spacing_mm[1:])
        affine = np.zeros((4, 4))
        affine[2, 0], affine[1, 1], affine[0, 2], affine[3, 3] = 1.0, rows, columns, 1.0
    return Volume(
        grid=pixels.grid,
        affine=affine,
        spacing_mm=geometry.spacing_mm,
        frame_of_reference=frames[0].frame_of_reference,
        series_uid=header.series_uid,
        sop_uids=tuple(frame.sop_uid for frame in frames),
    )


def implausible(pixels: Pixels, limits: HounsfieldLimits) -> tuple[Refusal, ...]:
    """The refusal of numbers that cannot be Hounsfield units: too many too high, or neither air nor soft tissue."""
    count = pixels.count
    if not count:
        return refuse("hu_implausible", what="every voxel is padding")
    high = _counted(pixels, (limits.highest, np.inf)) / count if pixels.highest > limits.highest else 0.0
    if high > limits.highest_share:
        return refuse("hu_implausible", what=f"{high:.0%} of the voxels are above {limits.highest:g}")
    needed = int(np.ceil(limits.least_share * count))
    if all(_counted(pixels, window, needed) < needed for window in (limits.soft, limits.air)):
        return refuse("hu_implausible", what="neither air nor soft tissue is there")
    return ()


def _counted(pixels: Pixels, window: tuple[float, float], enough: int | None = None) -> int:
    """How many voxels lie within a window, counted slice by slice until there are enough."""
    found = 0
    for number in range(pixels.grid.shape[0]):
        plane, valid = pixels.grid.part((slice(number, number + 1), slice(None), slice(None)))
        inside = (plane > window[0]) & (plane <= window[1])
        found += int(np.count_nonzero(inside if valid is None else inside & valid))
        if enough is not None and found >= enough:
            break
    return found
