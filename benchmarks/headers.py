"""How long the headers of a folder of images take: ``python benchmarks/headers.py [FILES]``.

Makes a folder of CT images, reads every header and says what each series is by ``read_headers``, and for
comparison reads them by ``pydicom.dcmread(stop_before_pixels=True)``.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydicom import dcmread
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from horad.imaging.series import read_headers

_SIZE = 128
_PER_SERIES = 200
_SOME_TAGS = 60


def main() -> None:
    """Print files a second."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), count)
        for name, read in (("horad read_headers", _headers), ("pydicom dcmread", _dcmread)):
            read(Path(folder))  # the files are in memory from here on
            seconds, processor = timed(read, Path(folder))
            told = (
                f"{count} headers in {seconds:.2f} s ({processor:.2f} s of processor), {count / seconds:.0f} a second"
            )
            print(f"{name}: {told}")


def make(folder: Path, count: int) -> None:
    """Series of images, each a copy of one file with its own place."""
    pixels = np.zeros((_SIZE, _SIZE), np.int16).tobytes()
    for number in range(count):
        series = folder / f"{number // _PER_SERIES:04d}"
        series.mkdir(exist_ok=True)
        path = series / f"{number:05d}.dcm"
        _image(number, pixels).save_as(path, enforce_file_format=True)


def _image(number: int, pixels: bytes) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = CTImageStorage, ExplicitVRLittleEndian
    meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}"
    made = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    made.SOPClassUID, made.SOPInstanceUID = CTImageStorage, f"1.2.3.{number}"
    made.SeriesInstanceUID, made.Modality = f"1.2.3.4.{number // _PER_SERIES}", "CT"
    made.ImagePositionPatient, made.ImageOrientationPatient = [0, 0, number], [1, 0, 0, 0, 1, 0]
    made.PixelSpacing, made.RescaleSlope, made.RescaleIntercept = [0.7, 0.7], 1, -1024
    made.Rows = made.Columns = _SIZE
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 16, 15, 1
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    block = made.private_block(0x0029, "SOME VENDOR", create=True)
    for tag in range(_SOME_TAGS):
        block.add_new(tag, "LO", f"a private value of the vendor, number {tag}")
    made.PixelData = pixels
    made["PixelData"].VR = "OW"
    return made


def timed(read: Callable[[Path], None], folder: Path) -> tuple[float, float]:
    """Seconds on the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    read(folder)
    return time.perf_counter() - clock, time.process_time() - processor


def _headers(folder: Path) -> None:
    assert read_headers(folder)


def _dcmread(folder: Path) -> None:
    for path in sorted(folder.rglob("*.dcm")):
        dataset = dcmread(path, stop_before_pixels=True)
        assert dataset.Rows == _SIZE


if __name__ == "__main__":
    main()
