"""What the header of a series says: modality, part, side, view, sequence, contrast, date, age, spacing, rescale."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from horad.imaging import tags
from horad.imaging.parse import Parsed
from horad.imaging.sequence import Sequence, sequence_of
from horad.imaging.sides import Told, settled, sides_told
from horad.knowledge.headers import HeaderWords, holds, load_body_parts, load_header_words, plain

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

Kind = Literal["ct", "mr", "radiograph"]
SpacingKind = Literal["patient", "detector"]

_DATE = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})")
_AGE = re.compile(r"(\d{3})([DWMY])")
_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Header:
    """The identity of a series, as its first image tells it; what is missing or contradicts itself is None."""

    modality: str | None = None
    kind: Kind | None = None  # how it is measured
    body_part: str | None = None
    sites: frozenset[str] = frozenset()  # of horad's, that lie in the body part
    laterality: str | None = None  # L, R, B
    sides: tuple[Told, ...] = ()
    view: str | None = None
    sequence: Sequence | None = None
    contrast: str | None = None
    study_date: dt.date | None = None
    age_years: float | None = None
    implausible_age: str | None = None  # why an age that was written is not believed
    spacing_kind: SpacingKind | None = None
    photometric: str | None = None
    rescale: tuple[float, float] | None = None
    rescale_type: str | None = None
    prosthesis: tuple[str, ...] = ()  # words that tell of metal
    image_type: tuple[str, ...] = ()
    is_secondary_capture: bool = False
    is_lossy: bool = False
    series_uid: str | None = None
    study_uid: str | None = None


def header_of(file: Parsed) -> Header:
    """The header of a file."""
    head, words = file.dataset, load_header_words()
    groups = tuple(
        tags.item(head, name) for name in ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence")
    )
    modality = tags.text(head, "Modality")
    kind = kind_of(modality, words)
    scale = next((one for group in groups if (one := tags.item(group, "PixelValueTransformationSequence"))), head)
    slope, intercept = tags.number(scale, "RescaleSlope"), tags.number(scale, "RescaleIntercept")
    told = sides_told(head, groups)
    body_part, sites = _body_part(head, groups)
    study_date = _date(tags.text(head, "StudyDate"))
    age, implausible = _age(head, study_date, words)
    return Header(
        modality=modality,
        kind=kind,
        body_part=body_part,
        sites=sites,
        laterality=settled(told),
        sides=told,
        view=_view(head, kind),
        sequence=sequence_of(head, groups) if kind == "mr" else None,
        contrast=_contrast(head, words),
        study_date=study_date,
        age_years=age,
        implausible_age=implausible,
        spacing_kind=_spacing_kind(head, kind, words),
        photometric=tags.text(head, "PhotometricInterpretation"),
        rescale=None if slope is None or intercept is None else (slope, intercept),
        rescale_type=tags.text(scale, "RescaleType"),
        prosthesis=_prosthesis(head, words),
        image_type=image_type_of(head),
        is_secondary_capture=tags.text(head, "SOPClassUID") in words.secondary_capture.sop_classes,
        is_lossy=tags.text(head, "LossyImageCompression") == "01" or file.transfer_syntax in words.lossy.syntaxes,
        series_uid=tags.text(head, "SeriesInstanceUID"),
        study_uid=tags.text(head, "StudyInstanceUID"),
    )


def image_type_of(head: "Dataset") -> tuple[str, ...]:
    """The values of Image Type."""
    return tuple(value.upper() for value in tags.texts(head, "ImageType"))


def kind_of(modality: str | None, words: HeaderWords) -> Kind | None:
    """How a modality is measured; None if it is not."""
    kinds: dict[Kind, frozenset[str]] = {
        "ct": words.modality.ct,
        "mr": words.modality.mr,
        "radiograph": words.modality.radiograph,
    }
    return next((kind for kind, names in kinds.items() if modality in names), None)


def _body_part(head: "Dataset", groups: tuple["Dataset | None", ...]) -> tuple[str | None, frozenset[str]]:
    """The part as it is written or coded, else as the descriptions name it; and the sites that lie in it."""
    holders = (head, *(tags.item(group, "FrameAnatomySequence") for group in groups))
    coded = (meaning.upper() for holder in holders for _, meaning in tags.meanings(holder, "AnatomicRegionSequence"))
    written = tags.text(head, "BodyPartExamined") or next(filter(None, coded), None)
    descriptions = (tags.text(head, name) for name in ("StudyDescription", "SeriesDescription", "ProtocolName"))
    for name in filter(None, (written, *descriptions)):
        words = plain(name)
        found = {word: part for part in load_body_parts() for word in holds(words, part.words)}
        if found:
            part = written or (next(iter(found)) if len(found) == 1 else None)
            return part, frozenset(str(site) for one in found.values() for site in one.sites)
    return written, frozenset()


def _view(head: "Dataset", kind: Kind | None) -> str | None:
    """The projection of a radiograph; the plane of a slice."""
    if kind == "radiograph" or kind is None:
        codes = (meaning for _, meaning in tags.meanings(head, "ViewCodeSequence") if meaning)
        return tags.text(head, "ViewPosition") or next(codes, None)
    turn = tags.numbers(head, "ImageOrientationPatient", 6)
    if turn is None:
        return None
    (a, b, c), (d, e, f) = turn[:3], turn[3:]
    normal = {"sagittal": b * f - c * e, "coronal": c * d - a * f, "axial": a * e - b * d}
    return max(normal, key=lambda plane: abs(normal[plane]))


def _contrast(head: "Dataset", words: HeaderWords) -> str | None:
    agent = tags.text(head, "ContrastBolusAgent")
    coded = next((meaning for _, meaning in tags.meanings(head, "ContrastBolusAgentSequence") if meaning), None)
    told = agent or coded
    return told if told and plain(told) not in words.contrast.none else None


def _date(written: str | None) -> dt.date | None:
    match = _DATE.fullmatch(written or "")
    if not match:
        return None
    try:
        return dt.date(*map(int, match.groups()))
    except ValueError:
        return None


def _age(head: "Dataset", study: dt.date | None, words: HeaderWords) -> tuple[float | None, str | None]:
    """Years at the study, by birth date and by what is written; or why they are not believed."""
    born = _date(tags.text(head, "PatientBirthDate"))
    counted = (study - born).days / _DAYS_PER_YEAR if study and born else None
    match = _AGE.fullmatch(tags.text(head, "PatientAge") or "")
    written = int(match[1]) / words.age.units[match[2]] if match else None
    limits = words.age
    if counted is not None and not 0 <= counted <= limits.highest:
        return None, "the birth date does not fit the study date"
    if written is not None and written > limits.highest:
        return None, "the age written is higher than people live"
    if written == limits.placeholder and (counted is None or counted >= 1):
        return counted, "the age written is a placeholder"
    if counted is not None and written is not None and abs(counted - written) > limits.slack:
        return None, "the age written and the birth date disagree"
    return (counted if counted is not None else written), None


_SPACINGS = ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing")


def _spacing_kind(head: "Dataset", kind: Kind | None, words: HeaderWords) -> SpacingKind | None:
    """Where a spacing holds: at the patient, or at a detector behind it, magnified by an unknown factor."""
    if kind in {"ct", "mr"}:
        return "patient"
    spacing = [tags.numbers(head, name, 2) for name in _SPACINGS]
    if not any(pair and min(pair) > 0 for pair in spacing):
        return None
    is_calibrated = tags.text(head, "PixelSpacingCalibrationType") in words.spacing.calibrated
    return "patient" if is_calibrated and spacing[0] else "detector"


def _prosthesis(head: "Dataset", words: HeaderWords) -> tuple[str, ...]:
    told = (plain(" ".join(tags.texts(head, keyword))) for keyword in words.prosthesis.descriptions)
    return tuple(dict.fromkeys(word.lower() for line in told for word in holds(line, words.prosthesis.words)))
