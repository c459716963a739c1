"""Small DICOM images for the tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from horad.imaging.series import Series

SERIES_UID = "1.2.826.0.1.3680043.8.498.1"
FRAME_UID = "1.2.826.0.1.3680043.8.498.2"
AXIAL = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]


def image(pixels: np.ndarray | None = None, **tags: Any) -> FileDataset:
    """One axial CT image; a tag given as None is left out."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=["horad", repr(sorted(tags.items(), key=str))])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    pixels = soft_tissue() if pixels is None else pixels
    defaults: dict[str, Any] = {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": meta.MediaStorageSOPInstanceUID,
        "SeriesInstanceUID": SERIES_UID,
        "StudyInstanceUID": SERIES_UID,
        "FrameOfReferenceUID": FRAME_UID,
        "Modality": "CT",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "PixelSpacing": [0.7, 0.7],
        "SliceThickness": 3.0,
        "ImagePositionPatient": [0.0, 0.0, 0.0],
        "ImageOrientationPatient": AXIAL,
        "RescaleSlope": 1,
        "RescaleIntercept": -1024,
        "Rows": pixels.shape[-2],
        "Columns": pixels.shape[-1],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": pixels.dtype.itemsize * 8,
        "BitsStored": pixels.dtype.itemsize * 8,
        "HighBit": pixels.dtype.itemsize * 8 - 1,
        "PixelRepresentation": int(pixels.dtype.kind == "i"),
    }
    for keyword, value in {**defaults, **tags}.items():
        if value is not None:
            setattr(made, keyword, value)
    made.PixelData = pixels.tobytes()
    made["PixelData"].VR = "OW"
    return made


def soft_tissue(rows: int = 16, columns: int = 12) -> np.ndarray:
    """Stored values of air above soft tissue, with an intercept of -1024."""
    made = np.full((rows, columns), 1074, np.int16)
    made[: rows // 4] = 24
    return made


def series(
    folder: Path, places: list[list[float]], each: Mapping[int, Mapping[str, Any]] | None = None, **tags: Any
) -> Path:
    """A series with an image at every place; ``each`` changes single images by their number."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, place in enumerate(places):
        own = {**tags, **(each or {}).get(number, {})}
        image(**{"ImagePositionPatient": place, "SOPInstanceUID": f"{SERIES_UID}.{number}", **own}).save_as(
            folder / f"{number:04d}.dcm", enforce_file_format=True
        )
    return folder


def straight(count: int = 5, step: float = 2.5) -> list[list[float]]:
    """Places one above the other."""
    return [[0.0, 0.0, step * number] for number in range(count)]


def written(folder: Path, made: FileDataset, name: str = "image.dcm") -> Path:
    """The image in a file."""
    path = folder / name
    made.save_as(path, enforce_file_format=True)
    return path


def codes(read: Series) -> list[str]:
    """The codes of the refusals of a series, each once."""
    return list(dict.fromkeys(refusal.code for refusal in read.refusals))


def item(**tags: Any) -> Dataset:
    """An item of a sequence."""
    made = Dataset()
    for keyword, value in tags.items():
        setattr(made, keyword, value)
    return made
