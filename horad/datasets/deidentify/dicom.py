"""DICOM files without identifiers: the Basic Profile of PS3.15 with dates moved and structured content cleaned.

Pixels are not changed: a file whose pixels may hold text is written, and listed as a risk. A document inside a file
(PDF and others) is left out, since its content would have to be cleaned as well.
"""

import datetime as dt
import functools
import logging
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from horad.datasets.deidentify.dates import moved_field
from horad.datasets.deidentify.header import day_of, holds_text, known_of, read_whole, texts_of
from horad.datasets.deidentify.keys import Key
from horad.datasets.deidentify.known import KnownValues
from horad.datasets.deidentify.profile import Action, load_profile
from horad.datasets.deidentify.recognise import Ordinary
from horad.errors import SourceError
from horad.knowledge.deidentify import load_identifiers
from horad.knowledge.load import load_rules
from horad.writers.commit import new_folder

# A text, the days its dates move by, what the header says of people, and the day of the file.
Clean = Callable[[str, int, KnownValues, dt.date | None], str]

_SECONDARY = "1.2.840.10008.5.1.4.1.1.7"
_BIRTH_DATE = 0x00100030
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
_FREE_TEXT = frozenset({"LT", "ST", "UT", "UC", "UR"})
_CLOCK = re.compile(r"[\d.:]*")
_MOMENT = re.compile(r"[\d.+-]*")
_NUMBERS = frozenset({"US", "SS", "UL", "SL", "FL", "FD", "UV", "SV"})


@dataclass
class DicomOutcome:
    """How many files were written, which were left out and why, and what may remain in those that were written."""

    written: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)
    risks: list[tuple[str, str]] = field(default_factory=list)


def deidentify_dicom(source: Path, out: Path, key: Key, clean: Clean) -> DicomOutcome:
    """Write the DICOM files of a source without identifiers; ``clean`` cleans a text.

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
                risks = _written(path, place, key, clean)
            except SourceError as error:
                outcome.left_out.append((name, str(error)))
            except Exception as error:  # noqa: BLE001 - a foreign message may quote what the file holds
                outcome.left_out.append((name, f"cannot be read or written again ({type(error).__name__})"))
            else:
                outcome.written += 1
                outcome.risks += [(name, risk) for risk in risks]
        if not outcome.written:
            raise SourceError(outcome.left_out[0][1] if outcome.left_out else "holds no DICOM files")
    return outcome


def _written(path: Path, place: Path, key: Key, clean: Clean) -> list[str]:
    """Write one file below ``place``; what may remain in it. Nothing stays there of one that cannot be written."""
    dataset = read_whole(path)
    target = _target(place, dataset, key)
    if target.exists():
        raise SourceError("is the same SOP instance as an earlier file")
    risks = list(_risks(dataset))
    _Cleaning(key, clean, dataset).run()
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        dataset.save_as(target, enforce_file_format=True)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return risks


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
    kind = str(dataset.get("SOPClassUID", ""))
    derived = (
        kind == _SECONDARY
        or kind.startswith(f"{_SECONDARY}.")
        or "SECONDARY" in [str(part).upper() for part in dataset.get("ImageType", []) or []]
    )
    if burned == "YES" or (burned != "NO" and (derived or str(dataset.get("Modality", "")) in _MAY_SHOW_TEXT)):
        yield "images whose pixels may show text; look at them"


class _Cleaning:
    """One file being cleaned."""

    def __init__(self, key: Key, clean: Clean, dataset: Any) -> None:
        self._key, self._clean, self._dataset = key, clean, dataset
        self._profile = load_profile()
        patient = str(dataset.get("PatientID", "") or dataset.get("StudyInstanceUID", ""))
        self._days = key.days(patient)
        self._known, self._day = known_of(dataset), day_of(dataset)

    def run(self) -> None:
        """Clean the file in place.

        Raises:
            SourceError: if it would still hold what its header says of a person.
        """
        dataset = self._dataset
        names = {keyword: str(dataset.get(keyword, "") or "") for keyword in _PSEUDONYMS}
        dataset.remove_private_tags()
        self._clean_level(dataset)
        for keyword, kind in _PSEUDONYMS.items():
            known = names["PatientID"] if kind == "patient" and names["PatientID"] else names[keyword]
            made = self._key.pseudonym(kind, known) if known else ""
            if keyword == "AccessionNumber":
                made = made[:16]  # all that its VR holds: how the number of the reports and results begins
            if keyword in dataset or keyword != "AccessionNumber":
                setattr(dataset, keyword, made)
        self._refuse_leak()
        self._mark()

    def _refuse_leak(self) -> None:
        """Look again for what the header says of people: short texts that hold it are cleaned, the rest is withheld."""
        if not self._is_told():
            return
        for element in self._dataset.iterall():
            is_own = element.keyword in _PSEUDONYMS
            if not is_own and holds_text(element) and self._known.left_in("\n".join(texts_of(element)), _ordinary()):
                self._clean_text(element)
        if self._is_told():
            raise SourceError("would still hold what its header says of a person")

    def _is_told(self) -> bool:
        texts = (text for element in self._dataset.iterall() if holds_text(element) for text in texts_of(element))
        return bool(self._known.left_in(" \n".join(texts), _ordinary()))

    def _cleaned(self, text: str) -> str:
        return self._clean(text, self._days, self._known, self._day)

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
        from pydicom.datadict import dictionary_has_tag

        for element in list(dataset):
            # Curves, overlays, and what no dictionary knows, so that nobody can tell what it holds.
            if not dictionary_has_tag(element.tag):
                del dataset[element.tag]
            elif element.keyword == "ContentSequence":
                self._clean_sequence(element, None)
            else:
                self._clean_element(dataset, element, self._profile.get(int(element.tag)))

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
        else:
            self._clean_value(element, action)

    def _clean_value(self, element: Any, action: Action | None) -> None:
        if element.VR == "TM":
            if not all(_CLOCK.fullmatch(text) for text in texts_of(element)):
                element.value = ""
        elif action is Action.DUMMY or (element.VR == "PN" and element.value):
            element.value = self._dummy(element)
        elif element.VR in _FREE_TEXT and element.value:
            self._clean_text(element)

    def _clean_text(self, element: Any) -> None:
        cleaned = [self._cleaned(text) for text in texts_of(element)]
        element.value = cleaned if len(cleaned) > 1 else cleaned[0]

    def _clean_sequence(self, element: Any, action: Action | None) -> None:
        if action in (Action.EMPTY, Action.DUMMY):
            element.value = []
            return
        for item in element.value:
            self._clean_level(item)

    def _move(self, element: Any) -> None:
        if int(element.tag) == _BIRTH_DATE:
            element.value = ""  # the option of modified dates does not extend to it
            return
        said = [text for text in texts_of(element) if _MOMENT.fullmatch(text)]
        moved = [moved_field(text, self._days) or "" for text in said]
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


@functools.cache
def _ordinary() -> frozenset[str]:
    """Words that mean something in reports."""
    return Ordinary.of(load_rules(), load_identifiers())
