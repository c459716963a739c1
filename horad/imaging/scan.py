"""The DICOM files of a folder, grouped by series; what cannot be read is counted, never followed."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from horad.errors import SourceError
from horad.imaging import tags
from horad.imaging.parse import NotDicomError, Parsed, RefusedError, parse
from horad.imaging.refusals import refuse
from horad.knowledge.headers import load_header_words
from horad.knowledge.imaging import Limits, load_limits
from horad.records import Refusal


@dataclass
class Found:
    """What a folder (or one file) holds."""

    series: dict[str, list[Parsed]] = field(default_factory=dict)
    refused: dict[str, list[RefusedError]] = field(default_factory=dict)  # by code
    others: int = 0  # no DICOM, or no image

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What could not be read, one refusal per code."""
        found: list[Refusal] = []
        for code, errors in self.refused.items():
            details = {**errors[0].details, "count": len(errors)}
            found += refuse(code, None, **details)
        return tuple(found)


def scan(path: Path, limits: Limits | None = None) -> Found:
    """Read the headers below a path.

    Raises:
        SourceError: if there is nothing there, or nothing of it is DICOM.
    """
    limits = limits or load_limits()
    found = Found()
    no_image = load_header_words().modality.no_image
    for file in _files(path):
        try:
            parsed = parse(file, limits.files)
        except NotDicomError:
            found.others += 1
            continue
        except RefusedError as error:
            found.refused.setdefault(error.code, []).append(error)
            continue
        if tags.text(parsed.dataset, "Modality") in no_image or not _is_image(parsed):
            found.others += 1
        else:
            found.series.setdefault(tags.text(parsed.dataset, "SeriesInstanceUID") or "", []).append(parsed)
    if not found.series and not found.refused:
        what = "is no DICOM image" if path.is_file() else "holds no DICOM images"
        raise SourceError(f"{path}: {what}; give a DICOM file or a folder of them")
    return found


def choose(found: Found, series_uid: str | None, path: Path) -> list[Parsed]:
    """The files of one series.

    Raises:
        SourceError: if there are several and none was chosen, or the one chosen is not there.
    """
    if series_uid is not None:
        if series_uid not in found.series:
            raise SourceError(f"{path}: holds {len(found.series)} series, but not the one chosen with --series")
        return found.series[series_uid]
    if len(found.series) > 1:
        largest = sorted(found.series.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        told = ", ".join(f"{uid or 'no UID'} ({_kind(files)})" for uid, files in largest[:_TOLD])
        more = f", and {len(largest) - _TOLD} smaller" if len(largest) > _TOLD else ""
        raise SourceError(f"{path}: holds {len(found.series)} series; choose one with --series UID: {told}{more}")
    return next(iter(found.series.values()), [])


_TOLD = 8


def _kind(files: list[Parsed]) -> str:
    return f"{tags.text(files[0].dataset, 'Modality') or 'no modality'}, {len(files)} file{'s' * (len(files) != 1)}"


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or every file below a folder in the order of names; links inside it are not followed."""
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        raise SourceError(f"{path}: no such file or folder")
    for folder, names, files in os.walk(path):
        names.sort()
        for name in sorted(files):
            file = Path(folder) / name
            if not name.startswith(".") and name != "DICOMDIR" and not file.is_symlink():
                yield file


def _is_image(file: Parsed) -> bool:
    return tags.integer(file.dataset, "Rows") is not None or file.pixels_at is not None or file.has_float_pixels
