"""A study beside a report: its series read, measured, and held against the text."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from horad.errors import HoradError, RecordError, SourceError
from horad.imaging.request import Box, Request
from horad.knowledge.collector import collector_paused
from horad.knowledge.imaging import load_notices
from horad.records import ImageResult, Measure, Notice, Refusal

if TYPE_CHECKING:
    from horad.confine import Confined
    from horad.imaging.masks import Masks
    from horad.imaging.series import Series

_BOX_NUMBERS = 6


def read_image(path: Path | str, request: Request | None = None, series_uid: str | None = None) -> ImageResult:
    """Read and measure one series.

    Raises:
        SourceError: if nothing there is a DICOM image, or it holds several series and none was chosen.
    """
    return measured(path, request, series_uid)[2]


def measured(path: Path | str, request: Request | None, series_uid: str | None) -> "tuple[Series, Masks, ImageResult]":
    """A series, the masks read for it, and what is said of it."""
    asked = request or Request()
    with _reader(asked) as reader:
        from horad.imaging.masks import Masks, read_masks
        from horad.imaging.measures import get_ready, measure_within
        from horad.imaging.series import load_series

        with collector_paused():
            series = load_series(path, series_uid)
            if series.volume is None:
                return series, Masks(), image_result(series, [], [])
            get_ready(series)
        masks, refused = read_masks(asked, series.volume, reader)
    return series, masks, image_result(series, *measure_within(series, masks, asked, refused))


@contextmanager
def _reader(request: Request) -> "Iterator[Confined | None]":
    """The child that will read the masks, on its way while the series is loaded; None if there are no files."""
    from horad.imaging.mask import mask_reader

    if not request.files:
        yield None
        return
    with mask_reader(request.files) as reader:
        reader.start()
        yield reader


def image_result(series: "Series", measures: list[Measure], refusals: list[Refusal]) -> ImageResult:
    """The record of a series and its measures."""
    header, geometry, volume = series.header, series.geometry, series.volume
    slices, rows, columns = geometry.spacing_mm if geometry else (math.nan,) * 3
    return ImageResult(
        series_uid=header.series_uid,
        modality=header.modality,
        body_part=header.body_part,
        sites=tuple(sorted(header.sites)),
        laterality=header.laterality,
        view=header.view,
        sequence=str(header.sequence) if header.sequence else None,
        weighting=header.sequence.settled if header.sequence else None,
        contrast=header.contrast,
        study_date=header.study_date.isoformat() if header.study_date else None,
        age_years=None if header.age_years is None else round(header.age_years, 1),
        spacing_mm=tuple(round(size, 6) for size in (rows, columns, slices) if not math.isnan(size)),
        spacing_kind=header.spacing_kind,
        slices=volume.shape[0] if volume else None,
        tilt_degrees=round(geometry.tilt_degrees, 2) if geometry else None,
        prosthesis_hint=bool(header.prosthesis),
        measures=tuple(measures),
        refusals=tuple(dict.fromkeys((*series.refusals, *refusals))),
        warnings=series.warnings,
    )


def image_beside(given: Any, folder: Path) -> ImageResult:
    """The images that a record of a batch names: a path, or a table of ``series`` and masks; never an error.

    Paths are relative to ``folder``. What cannot be read is a warning, so that the report is still read.
    """
    try:
        path, request, series_uid = _asked(given, folder)
        return read_image(path, request, series_uid)
    except (HoradError, OSError, ValueError) as error:  # a path may hold what no file system takes
        message = load_notices().warnings["image_unreadable"].format(what=error)
        return ImageResult(warnings=(Notice(code="image_unreadable", message=message),))


def _asked(given: Any, folder: Path) -> tuple[Path, Request, str | None]:
    if isinstance(given, str):
        return folder / given, Request(), None
    if not isinstance(given, Mapping) or not isinstance(given.get("series"), str):
        raise SourceError("image must be a path, or a table with the path of its series")
    roi = given.get("roi")
    request = Request(
        mask=_path(given, "mask", folder),
        roi=region_of(roi, folder) if isinstance(roi, str) else None,
        structures=_paths(given, "structures", folder),
        references=_paths(given, "references", folder),
        oedema=_path(given, "oedema", folder),
        contralateral=_path(given, "contralateral", folder),
    )
    return folder / given["series"], request, given.get("series_uid")


def _path(given: Mapping[str, Any], name: str, folder: Path) -> Path | None:
    return folder / str(given[name]) if given.get(name) else None


def _paths(given: Mapping[str, Any], name: str, folder: Path) -> dict[str, Path]:
    named = given.get(name)
    return {str(key): folder / str(path) for key, path in named.items()} if isinstance(named, Mapping) else {}


def region_of(written: str, folder: Path | None = None) -> Path | Box:
    """A region as it is written: a box of six whole numbers, or a path.

    Raises:
        RecordError: if it looks like a box and is none.
    """
    parts = written.split(",")
    if len(parts) != _BOX_NUMBERS:
        return (folder or Path()) / written
    try:
        x0, y0, z0, x1, y1, z1 = map(int, parts)
    except ValueError:
        raise RecordError(f"the box {written!r} must be six whole numbers: x,y,z,x,y,z") from None
    if not (0 <= x0 < x1 and 0 <= y0 < y1 and 0 <= z0 < z1):
        raise RecordError(f"the box {written!r} is empty: its second corner must lie beyond the first (half open)")
    return x0, y0, z0, x1, y1, z1
