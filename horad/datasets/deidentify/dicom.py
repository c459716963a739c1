"""DICOM files without identifiers: the Basic Profile of PS3.15 with dates moved and structured content cleaned.

Pixels are not changed: a file whose pixels may hold text is written, and listed as a risk. A document inside a file
(PDF and others) is left out, since its content would have to be cleaned as well.
"""

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from horad.datasets.deidentify.dates import moved_field
from horad.datasets.deidentify.keys import Key
from horad.datasets.deidentify.profile import Action, load_profile
from horad.errors import SourceError
from horad.writers.commit import new_folder

Clean = Callable[[str, int], str]

_ENCAPSULATED = "1.2.840.10008.5.1.4.1.1.104."
_DIRECTORY = "1.2.840.10008.1.3.10"
_DEFLATED = "1.2.840.10008.1.2.1.99"
_MOST_BYTES = 2_000_000_000
_OLDEST = 89
# Methods of de-identification of CID 7050: the basic profile, dates modified, structured content cleaned.
METHODS = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    ("113104", "Clean Structured Content Option"),
)
_MAY_SHOW_TEXT = frozenset({"US", "XA", "RF", "ES", "XC", "OT", "SC", "GM", "SM"})
_PSEUDONYMS = {"PatientID": "patient", "PatientName": "patient", "AccessionNumber": "accession"}
_DUMMIES = {
    "DA": "19000101",
    "DT": "19000101000000",
    "TM": "000000",
    "PN": "ANONYMOUS",
    "IS": "0",
    "DS": "0",
    "AS": "000Y",
}
_NUMBERS = frozenset({"US", "SS", "UL", "SL", "FL", "FD", "UV", "SV"})


@dataclass
class DicomOutcome:
    """How many files were written, which were left out and why, and what may remain in those that were written."""

    written: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)
    risks: list[tuple[str, str]] = field(default_factory=list)


def deidentify_dicom(source: Path, out: Path, key: Key, clean: Clean) -> DicomOutcome:
    """Write the DICOM files of a source without identifiers; ``clean`` cleans a text, its dates moved by some days.

    Raises:
        SourceError: if not a single file could be written.
        OutputError: if OUT holds something already, or cannot be written.
        HoradError: if the extra is not installed.
    """
    outcome = DicomOutcome()
    load_profile()
    with _quiet(), new_folder(out) as place:
        for number, path in enumerate(_files(source), 1):
            name = f"file {number}"
            try:
                dataset = _read(path)
                target = _target(place, dataset, key)
                outcome.risks += [(name, risk) for risk in _risks(dataset)]
                _Cleaning(key, clean, dataset).run()
                target.parent.mkdir(parents=True, exist_ok=True)
                dataset.save_as(target, enforce_file_format=True)
            except SourceError as error:
                outcome.left_out.append((name, str(error)))
            except Exception as error:  # noqa: BLE001 - a foreign message may quote what the file holds
                outcome.left_out.append((name, f"cannot be read or written again ({type(error).__name__})"))
            else:
                outcome.written += 1
        if not outcome.written:
            raise SourceError(outcome.left_out[0][1] if outcome.left_out else "holds no DICOM files")
    return outcome


@contextmanager
def _quiet() -> Iterator[None]:
    """Warnings and logs of the library may quote what a file holds."""
    log = logging.getLogger("pydicom")
    before, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.disabled = before


def _files(source: Path) -> Iterator[Path]:
    """The files of a source in order; links are not followed."""
    if source.is_file():
        yield source
        return
    yield from sorted(path for path in source.rglob("*") if path.is_file() and not path.is_symlink())


def _read(path: Path) -> Any:
    import pydicom
    from pydicom.errors import InvalidDicomError

    if path.stat().st_size > _MOST_BYTES:
        raise SourceError("is larger than is read")
    try:
        syntax = str(pydicom.filereader.read_file_meta_info(path).get("TransferSyntaxUID", ""))
        if syntax == _DEFLATED:
            raise SourceError("is deflated as a whole; save it in another transfer syntax")
        dataset = pydicom.dcmread(path)
    except InvalidDicomError:
        raise SourceError("is no DICOM file") from None
    kind = str(dataset.get("SOPClassUID", ""))
    if kind == _DIRECTORY or "DirectoryRecordSequence" in dataset:
        raise SourceError("is a directory of other files (DICOMDIR)")
    if kind.startswith(_ENCAPSULATED) or "EncapsulatedDocument" in dataset:
        raise SourceError("holds a document (PDF or other), which is not cleaned")
    if not dataset.get("SOPInstanceUID"):
        raise SourceError("has no SOP Instance UID")
    return dataset


def _target(place: Path, dataset: Any, key: Key) -> Path:
    """Where a file goes: by its new UIDs, never by its old name."""
    study, series, instance = (
        key.uid(str(dataset.get(keyword, "")))
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
    )
    return place / study / series / f"{instance}.dcm"


def _risks(dataset: Any) -> Iterator[str]:
    if "PixelData" not in dataset:
        return
    burned = str(dataset.get("BurnedInAnnotation", "")).upper()
    derived = "SECONDARY" in [str(part).upper() for part in dataset.get("ImageType", []) or []]
    if burned == "YES" or (burned != "NO" and (derived or str(dataset.get("Modality", "")) in _MAY_SHOW_TEXT)):
        yield "images whose pixels may show text; look at them"


class _Cleaning:
    """One file being cleaned."""

    def __init__(self, key: Key, clean: Clean, dataset: Any) -> None:
        self._key, self._clean, self._dataset = key, clean, dataset
        self._profile = load_profile()
        patient = str(dataset.get("PatientID", "") or dataset.get("StudyInstanceUID", ""))
        self._days = key.days(patient)

    def run(self) -> None:
        """Clean the file in place."""
        dataset = self._dataset
        names = {keyword: str(dataset.get(keyword, "") or "") for keyword in _PSEUDONYMS}
        age = str(dataset.get("PatientAge", "") or "")
        dataset.remove_private_tags()
        self._clean_level(dataset)
        for keyword, kind in _PSEUDONYMS.items():
            known = names["PatientID"] if kind == "patient" and names["PatientID"] else names[keyword]
            if keyword in dataset or keyword != "AccessionNumber":
                setattr(dataset, keyword, self._key.pseudonym(kind, known)[:16] if known else "")
        if age.endswith("Y") and age[:3].isdecimal():
            dataset.PatientAge = "090Y" if int(age[:3]) > _OLDEST else age
        self._mark()

    def _mark(self) -> None:
        from pydicom.dataset import Dataset, FileMetaDataset
        from pydicom.sequence import Sequence

        dataset = self._dataset
        dataset.PatientIdentityRemoved = "YES"
        dataset.DeidentificationMethod = "horad: Basic Profile, dates moved, structured content cleaned"
        dataset.LongitudinalTemporalInformationModified = "MODIFIED"
        methods = []
        for value, meaning in METHODS:
            method = Dataset()
            method.CodeValue, method.CodingSchemeDesignator, method.CodeMeaning = value, "DCM", meaning
            methods.append(method)
        dataset.DeidentificationMethodCodeSequence = Sequence(methods)
        meta = FileMetaDataset()
        meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
        meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", "")
        meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.file_meta = meta
        dataset.preamble = bytes(128)

    def _clean_level(self, dataset: Any) -> None:
        for element in list(dataset):
            tag = element.tag
            if tag.group in range(0x5000, 0x5100) or tag.group in range(0x6000, 0x6100):
                del dataset[tag]
            elif element.keyword == "ContentSequence":
                for item in element.value:
                    self._clean_content(item)
            else:
                self._clean_element(dataset, element, self._profile.get(int(tag)))

    def _clean_element(self, dataset: Any, element: Any, action: Action | None) -> None:
        if element.VR in ("DA", "DT"):
            self._move(element)
        elif element.VR == "UI":
            if action is Action.UID or not self._is_standard(element.value):
                element.value = self._mapped(element.value)
        elif action is Action.REMOVE:
            del dataset[element.tag]
        elif element.VR == "SQ":
            self._clean_sequence(element, action)
        elif action is Action.EMPTY:
            element.value = None if element.VR in _NUMBERS else ""
        elif action is Action.DUMMY and element.VR != "TM":
            element.value = self._dummy(element)

    def _clean_sequence(self, element: Any, action: Action | None) -> None:
        if action in (Action.EMPTY, Action.DUMMY):
            element.value = []
            return
        for item in element.value:
            self._clean_level(item)

    def _clean_content(self, item: Any) -> None:
        """One item of a structured report: texts cleaned, names of people replaced, references mapped."""
        if item.get("ValueType") == "TEXT" and item.get("TextValue"):
            item.TextValue = self._clean(str(item.TextValue), self._days)
        if item.get("PersonName"):
            item.PersonName = "ANONYMOUS"
        for keyword in ("Date", "DateTime"):
            if keyword in item:
                self._move(item[keyword])
        if item.get("UID") and not self._is_standard(item.UID):
            item.UID = self._mapped(item.UID)
        kept = {"ContentSequence", "TextValue", "PersonName", "Date", "DateTime", "UID", "Time"}
        for element in list(item):
            if element.keyword not in kept:
                self._clean_element(item, element, self._profile.get(int(element.tag)))
        for child in item.get("ContentSequence", []) or []:
            self._clean_content(child)

    def _move(self, element: Any) -> None:
        values = element.value if element.VM > 1 else [element.value]
        moved = [moved_field(str(value), self._days) or "" for value in values if value]
        element.value = moved if len(moved) > 1 else (moved or [""])[0]

    def _mapped(self, value: Any) -> Any:
        if not value:
            return value
        if isinstance(value, str):
            return self._key.uid(str(value))
        return [self._key.uid(str(one)) for one in value]

    def _is_standard(self, value: Any) -> bool:
        """Whether UIDs are the standard's own (classes, syntaxes), which say what a file is and not whose."""
        values = [value] if isinstance(value, str) else list(value or [])
        return all(str(one).startswith("1.2.840.10008.") for one in values)

    def _dummy(self, element: Any) -> Any:
        if element.VR in _NUMBERS:
            return 0
        if element.VR in ("OB", "OW", "UN", "OF", "OD", "OL"):
            return b"\0\0"
        return _DUMMIES.get(element.VR, "REMOVED")
