"""One DICOM file: read whole or not at all, and what its header says of people."""

import datetime as dt
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from horad.datasets.deidentify.dates import date_of
from horad.datasets.deidentify.known import KnownValues, known_pairs
from horad.datasets.deidentify.profile import load_profile
from horad.errors import SourceError
from horad.knowledge.deidentify import load_identifiers

_ENCAPSULATED = "1.2.840.10008.5.1.4.1.1.104."
_DIRECTORY = "1.2.840.10008.1.3.10"
_DEFLATED = "1.2.840.10008.1.2.1.99"
_MOST_BYTES = 2_000_000_000
_UNDEFINED, _HEAD = 0xFFFFFFFF, 8  # a length that is not told; the bytes that every element begins with
_PIXELS = frozenset({"PixelData", "FloatPixelData", "DoubleFloatPixelData", "PixelDataProviderURL"})
_TEXTS = frozenset({"LO", "SH", "LT", "ST", "UT", "UC", "UR", "PN", "AE"})
_OWN_UIDS = frozenset({"StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"})
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def read_whole(path: Path) -> Any:
    """The file's dataset.

    Raises:
        SourceError: if it is no DICOM file, is of a kind that is not cleaned, or ends before its end.
    """
    import pydicom
    from pydicom.errors import InvalidDicomError

    if path.stat().st_size > _MOST_BYTES:
        raise SourceError("is larger than is read")
    try:
        syntax = str(pydicom.filereader.read_file_meta_info(path).get("TransferSyntaxUID", ""))
        if syntax == _DEFLATED:
            raise SourceError("is deflated as a whole; save it in another transfer syntax")
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            dataset = pydicom.dcmread(path)
    except InvalidDicomError:
        raise SourceError("is no DICOM file") from None
    if _is_cut(dataset, told, path.stat().st_size):
        raise SourceError("ends before its end: it is damaged or was copied in part")
    kind = str(dataset.get("SOPClassUID", ""))
    if kind == _DIRECTORY or "DirectoryRecordSequence" in dataset:
        raise SourceError("is a directory of other files (DICOMDIR)")
    if kind.startswith(_ENCAPSULATED) or "EncapsulatedDocument" in dataset:
        raise SourceError("holds a document (PDF or other), which is not cleaned")
    if not dataset.get("SOPInstanceUID"):
        raise SourceError("has no SOP Instance UID")
    return dataset


def _is_cut(dataset: Any, told: list[warnings.WarningMessage], size: int) -> bool:
    """Whether the library met the end of the file where it did not belong; it only warns of it, or says nothing."""
    if any(" in file " in str(warning.message) for warning in told):
        return True
    if "Rows" in dataset and not any(keyword in dataset for keyword in _PIXELS):
        return True
    end = size
    for tag in sorted(dataset.keys()):
        raw = dataset.get_item(tag)
        length, start = getattr(raw, "length", _UNDEFINED), getattr(raw, "value_tell", 0)
        end = size if length == _UNDEFINED or not start else start + length
        if end > size:
            return True
    return 0 < size - end < _HEAD


def known_of(dataset: Any) -> KnownValues:
    """What the header says of people: names wherever they stand, and what the profile takes out of ids and places."""
    return known_pairs(_pairs(dataset), load_identifiers())


def _pairs(dataset: Any) -> Iterator[tuple[str, str]]:
    profile, fields = load_profile(), load_identifiers().fields
    for element in dataset.iterall():
        if element.VR == "PN":
            yield "name", "\n".join(texts_of(element)).replace("=", "^")
        elif element.keyword in _OWN_UIDS:
            yield "uid", str(element.value or "")
        elif element.VR in _TEXTS and int(element.tag) in profile:
            key = _WORD.sub("_", element.keyword).lower()
            if not any(pattern.search(key) for pattern in fields["name"]):  # of stations and protocols, not people
                yield key, "\n".join(texts_of(element))


def texts_of(element: Any) -> list[str]:
    """The values of a text element, each as words."""
    if element.value is None:
        return []
    return [str(value) for value in (element.value if element.VM > 1 else [element.value])]


def holds_text(element: Any) -> bool:
    """Whether an element holds words that a person may have written."""
    return element.VR in _TEXTS


def day_of(dataset: Any) -> dt.date | None:
    """The latest day that the file says it was made on."""
    keywords = ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate")
    days = [date_of(str(dataset.get(keyword, "") or "")) for keyword in keywords]
    return max((day for day in days if day), default=None)
