"""How image headers say what horad needs to know (``models/imaging``): names, sides, body parts, MR weighting."""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from horad.knowledge.locate import find_folder
from horad.knowledge.tables import read_table
from horad.terms import Site

Range = tuple[float, float]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Modalities(_Table):
    """Which modalities are measured how."""

    ct: frozenset[str]
    mr: frozenset[str]
    radiograph: frozenset[str]
    no_image: frozenset[str]


class ImageTypes(_Table):
    """What values of Image Type mean."""

    localizer: frozenset[str]
    projection: frozenset[str]
    axial: frozenset[str]
    derived: frozenset[str]


class Lateralities(_Table):
    """How a side is written: values of tags, codes, words of descriptions."""

    codes: Mapping[str, tuple[str, ...]]
    snomed: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    letters: tuple[str, ...]


class Ages(_Table):
    """What an age can be."""

    highest: float
    slack: float
    units: Mapping[str, float]
    placeholder: float


class Prosthesis(_Table):
    """Words that tell of metal, and where they are looked for."""

    words: tuple[str, ...]
    descriptions: tuple[str, ...]


class _SopClasses(_Table):
    sop_classes: frozenset[str]


class _Lossy(_Table):
    syntaxes: frozenset[str]


class _Calibrated(_Table):
    calibrated: frozenset[str]


class _NoContrast(_Table):
    none: frozenset[str]


class _From(_Table):
    keywords: tuple[str, ...] = Field(alias="from")


class HeaderWords(_Table):
    """``header.toml``."""

    modality: Modalities
    image_type: ImageTypes
    secondary_capture: _SopClasses
    lossy: _Lossy
    laterality: Lateralities
    spacing: _Calibrated
    age: Ages
    contrast: _NoContrast
    prosthesis: Prosthesis
    side_descriptions: _From


class Weighting(_Table):
    """One way to weight a sequence: half-open ranges of its times and its flip angle."""

    name: str
    kinds: frozenset[str]
    source: str
    repetition_ms: Range | None = None
    echo_ms: Range | None = None
    inversion_ms: Range | None = None
    flip_degrees: Range | None = None


class Sequences(_Table):
    """``sequences.toml``."""

    names: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, str]
    weighting: tuple[Weighting, ...]


class BodyPart(_Table):
    """Names of a region, and the sites that lie in it."""

    words: tuple[str, ...]
    sites: tuple[Site, ...]


class _BodyParts(_Table):
    part: tuple[BodyPart, ...]


@functools.lru_cache(maxsize=4)
def load_header_words(folder: str | None = None) -> HeaderWords:
    """``header.toml`` (cached per folder)."""
    return read_table(_folder(folder) / "header.toml", HeaderWords)


@functools.lru_cache(maxsize=4)
def load_sequences(folder: str | None = None) -> Sequences:
    """``sequences.toml`` (cached per folder)."""
    return read_table(_folder(folder) / "sequences.toml", Sequences)


@functools.lru_cache(maxsize=4)
def load_body_parts(folder: str | None = None) -> tuple[BodyPart, ...]:
    """``body_parts.toml`` (cached per folder)."""
    return read_table(_folder(folder) / "body_parts.toml", _BodyParts).part


def plain(words: str) -> str:
    """A description as words are looked for in it: upper case, single spaces instead of punctuation."""
    return " ".join(re.sub(r"[^0-9A-Z*]+", " ", words.upper()).split())


def holds(description: str, words: Iterable[str]) -> Iterator[str]:
    """The words that stand whole in a plain description."""
    padded = f" {description} "
    return (word for word in words if f" {word} " in padded)


def _folder(folder: str | None) -> Path:
    return find_folder("models", folder) / "imaging"
