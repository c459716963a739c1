"""One DICOM file up to its pixels, read so that a crafted file can cost neither memory nor time."""

import io
import os
import stat
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from horad.errors import HoradError
from horad.knowledge.imaging import FileLimits

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_FLOAT_PIXELS = 0x7FE00008
PIXELS = 0x7FE00010
_UNDEFINED = 0xFFFFFFFF
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa", b"\xca\xfe\xba\xbe", b"#!")

# What is taken from a file; everything else is skipped without being read.
_KEYWORDS: str = (
    "ImageType SOPClassUID SOPInstanceUID StudyDate AcquisitionDate Modality ConversionType StudyDescription "
    "SeriesDescription AnatomicRegionSequence PatientBirthDate PatientAge ContrastBolusAgent BodyPartExamined "
    "ScanningSequence SequenceVariant ScanOptions SequenceName RepetitionTime EchoTime InversionTime FlipAngle "
    "EchoTrainLength ProtocolName PulseSequenceName EffectiveEchoTime AcquisitionContrast PixelSpacing "
    "ContrastBolusAgentSequence ImagerPixelSpacing NominalScannedPixelSpacing PixelSpacingCalibrationType ViewPosition "
    "ViewCodeSequence StudyInstanceUID SeriesInstanceUID SeriesNumber ImagePositionPatient ImageOrientationPatient "
    "FrameOfReferenceUID Laterality ImageLaterality SamplesPerPixel PhotometricInterpretation NumberOfFrames Rows "
    "Columns BitsAllocated BitsStored HighBit PixelRepresentation PixelPaddingValue PixelPaddingRangeLimit "
    "RescaleSlope RescaleIntercept RescaleType ModalityLUTSequence LossyImageCompression BurnedInAnnotation "
    "PresentationLUTShape DerivationDescription RequestedProcedureDescription PerformedProcedureStepDescription "
    "ImageComments PrimaryAnatomicStructureSequence EchoPulseSequence "
    "SharedFunctionalGroupsSequence PerFrameFunctionalGroupsSequence"
)


class RefusedError(HoradError):
    """A file, or a series, that is not read: the code of a refusal and what fills in its reason."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code, self.details = code, details


class NotDicomError(HoradError):
    """A file that is no DICOM file at all."""


@dataclass(frozen=True)
class Parsed:
    """A file's header, and where its pixel data stand."""

    path: Path
    size: int
    dataset: "Dataset"
    transfer_syntax: str
    is_big_endian: bool
    pixels_at: int | None  # None without pixel data
    pixels_length: int | None  # None when it is undefined: encapsulated
    has_float_pixels: bool
    is_executable: bool  # by its first bytes; they are never run


def parse(path: Path, limits: FileLimits) -> Parsed:
    """Read a header.

    Raises:
        NotDicomError: if the file has no DICOM prefix, or is no regular file.
        RefusedError: if it is larger, deeper or slower to read than the limits allow, or damaged.
    """
    from pydicom.errors import InvalidDicomError

    file = _open(path, limits)
    with file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is wrong with a value shows when the value is asked for
        try:
            return _parsed(path, file)
        except InvalidDicomError:
            raise NotDicomError("no DICOM prefix") from None
        except RecursionError:
            raise RefusedError("nested_too_deep") from None
        except HoradError:
            raise
        except Exception as error:  # noqa: BLE001 - pydicom raises many kinds; only the kind may be told
            raise RefusedError("header_unreadable", count=1, what=type(error).__name__) from None


class _Metered(io.BufferedReader):
    """A file that refuses to be read beyond a number of bytes and of reads."""

    def __init__(self, raw: io.RawIOBase, limits: FileLimits) -> None:
        super().__init__(raw, 8192)
        self._bytes, self._reads, self._limits = limits.header_bytes, limits.header_reads, limits

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            raise RefusedError("deflated")  # only a file that is to be inflated is asked for in one piece
        self._bytes -= size
        self._reads -= 1
        if self._bytes < 0 or self._reads < 0:
            raise RefusedError("header_too_large", limit=f"{self._limits.header_bytes >> 20} MB")
        return super().read(size)


def _open(path: Path, limits: FileLimits) -> _Metered:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise RefusedError("header_unreadable", count=1, what=error.strerror) from None
    file = _Metered(io.FileIO(descriptor, "r"), limits)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        file.close()
        raise NotDicomError("not a regular file")
    if status.st_size > limits.bytes:
        file.close()
        raise RefusedError("file_too_large", limit=limits.bytes >> 20)
    return file


def _parsed(path: Path, file: _Metered) -> Parsed:
    from pydicom.filereader import read_partial

    found: list[tuple[int, int, int]] = []

    def at_pixels(tag: int, _vr: str | None, length: int) -> bool:
        if tag < _FLOAT_PIXELS:
            return False
        found.append((int(tag), file.tell(), length))
        return True

    dataset = read_partial(file, stop_when=at_pixels, specific_tags=_tags())
    syntax = str(dataset.file_meta.get("TransferSyntaxUID") or "")
    tag, at, length = found[0] if found else (0, 0, 0)
    return Parsed(
        path=path,
        size=os.fstat(file.fileno()).st_size,
        dataset=dataset,
        transfer_syntax=syntax,
        is_big_endian=dataset.original_encoding[1] is False,
        pixels_at=at if tag == PIXELS else None,
        pixels_length=None if length == _UNDEFINED else length,
        has_float_pixels=_FLOAT_PIXELS <= tag < PIXELS,
        is_executable=(dataset.preamble or b"").startswith(_PROGRAMS),
    )


def _tags() -> list[Any]:
    from pydicom.datadict import tag_for_keyword

    if not _CACHE:
        _CACHE.extend(tag_for_keyword(keyword) for keyword in _KEYWORDS.split())
    return _CACHE


_CACHE: list[Any] = []
