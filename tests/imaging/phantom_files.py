"""Phantoms as files: a shuffled DICOM series whose slice thickness is wrong, and masks as SEG and NIfTI."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset

from tests.imaging import made
from tests.imaging.phantoms import Phantom

_STUDY = {
    "PatientID": "p",
    "PatientName": "Phantom^P",
    "PatientBirthDate": "",
    "PatientSex": "",
    "StudyID": "1",
    "StudyDate": "20260101",
    "StudyTime": "120000",
    "AccessionNumber": "",
    "ReferringPhysicianName": "",
    "Laterality": "",
    "SeriesNumber": 1,
}


def affine_of(phantom: Phantom) -> NDArray[np.float64]:
    affine = np.eye(4)
    # Slices follow the normal: columns cross rows.
    affine[:3, :3] = phantom.rotation * np.array([-1.0, 1.0, 1.0]) * np.array(phantom.spacing)
    affine[:3, 3] = [-40.0, 25.5, 110.0]
    return affine


def write_series(
    folder: Path, values: NDArray[np.int16], affine: NDArray[np.float64], *, seed: int = 0, **tags: Any
) -> Path:
    """Slices in random order of files; slices follow the normal, as DICOM's rows and columns demand."""
    folder.mkdir(parents=True, exist_ok=True)
    order = np.random.default_rng(seed).permutation(len(values))
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    row, column = affine[:3, 1] / spacing[1], affine[:3, 2] / spacing[2]
    for name, number in enumerate(order):
        one = made.image(
            (values[number].astype(np.int16) + 1024).astype(np.int16),
            **{
                **_STUDY,
                "PixelSpacing": [float(spacing[1]), float(spacing[2])],
                "ImageOrientationPatient": [f"{part:.10f}" for part in (*column, *row)],
                "ImagePositionPatient": [f"{part:.10f}" for part in affine[:3, 3] + number * affine[:3, 0]],
                "SOPInstanceUID": f"{made.SERIES_UID}.{number}",
                "InstanceNumber": int(name) + 1,
                **tags,
            },
        )
        one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID
        one.save_as(folder / f"{name:04d}.dcm", enforce_file_format=True)
    return folder


def write_seg(path: Path, series: Path, masks: dict[str, NDArray[Any]], **tags: Any) -> Path:
    """One segment per mask, by its name; frames without a voxel are left out. Numbers with a point are fractions."""
    import highdicom
    from pydicom.sr.codedict import codes

    sources = sorted((dcmread(file) for file in series.glob("*.dcm")), key=_number)
    described = [
        highdicom.seg.SegmentDescription(
            segment_number=number,
            segment_label=name,
            segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
            segmented_property_type=codes.SCT.Lesion,
            algorithm_type=highdicom.seg.SegmentAlgorithmTypeValues.MANUAL,
        )
        for number, name in enumerate(masks, 1)
    ]
    made_seg = highdicom.seg.Segmentation(
        source_images=sources,
        pixel_array=np.stack(
            [bits if bits.dtype.kind == "f" else bits.astype(np.uint8) for bits in masks.values()], -1
        ),
        segmentation_type=tags.pop("segmentation_type", "BINARY"),
        segment_descriptions=described,
        series_instance_uid=f"{made.SERIES_UID}.90",
        series_number=90,
        sop_instance_uid=f"{made.SERIES_UID}.91",
        instance_number=1,
        manufacturer="m",
        manufacturer_model_name="m",
        software_versions="1",
        device_serial_number="1",
    )
    for keyword, value in tags.items():
        setattr(made_seg, keyword, value)
    made_seg.save_as(path)
    return path


def _number(image: Dataset) -> int:
    return int(str(image.SOPInstanceUID).rsplit(".", 1)[-1])


def write_nifti(path: Path, bits: NDArray[Any], affine: NDArray[np.float64]) -> Path:
    """Axes as a converter would write them: columns, rows, slices; in RAS."""
    import nibabel

    to_ras = np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine @ np.eye(4)[[2, 1, 0, 3]]
    nibabel.Nifti1Image(bits.transpose(2, 1, 0).astype(np.uint8), to_ras).to_filename(path)
    return path
