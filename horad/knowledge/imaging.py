"""How much horad reads of images, how exact a grid must be, and what it refuses (``models/imaging``)."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from horad.knowledge.locate import find_folder
from horad.knowledge.tables import read_table


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RefusalRow(_Table):
    """One reason to refuse: its code, the measures it takes away (none: all), and what would help."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    rule: int = Field(ge=1, le=12)
    measures: tuple[str, ...] = ()
    reason: str
    fix: str


class _RefusalFile(_Table):
    measures: Mapping[str, tuple[str, ...]]
    refusal: tuple[RefusalRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_unique_and_measures_known(self) -> Self:
        codes = [row.code for row in self.refusal]
        if len(codes) != len(set(codes)):
            raise ValueError("a code stands twice")
        known = {*self.measures, *(name for names in self.measures.values() for name in names)}
        unknown = {name for row in self.refusal for name in row.measures} - known
        if unknown:
            raise ValueError(f"unknown measures: {', '.join(sorted(unknown))}")
        return self


class FileLimits(_Table):
    """How much of files is read."""

    bytes: int
    count: int
    header_bytes: int
    header_reads: int


class PixelLimits(_Table):
    """How large an image may declare itself."""

    rows: int
    columns: int
    frames: int
    samples: int
    compressed_samples: int


class DecodingLimits(_Table):
    """What the decoding child may take."""

    base_bytes: int
    base_seconds: float
    seconds_per_million: float


class GeometryLimits(_Table):
    """How exact a grid must be."""

    relative: float
    absolute_mm: float
    gap: float
    tilt_degrees: float
    cosines: float
    spacing: float


class HounsfieldLimits(_Table):
    """What a CT number can be."""

    lowest: float
    highest: float
    highest_share: float
    air: tuple[float, float]
    soft: tuple[float, float]
    least_share: float


class Limits(_Table):
    """``limits.toml``."""

    files: FileLimits
    pixels: PixelLimits
    decoding: DecodingLimits
    geometry: GeometryLimits
    hounsfield: HounsfieldLimits


class _Relations(_Table):
    touching: frozenset[str]
    apart: frozenset[str]
    kinds: frozenset[str]


class _Zonal(_Table):
    peripheral: str
    central: str


class Notices(_Table):
    """``notices.toml``: sentences on a series, and on a report against its images."""

    warnings: Mapping[str, str]
    conflicts: Mapping[str, str]
    words: Mapping[str, str]
    sides: Mapping[str, str]
    relations: _Relations
    zonal: _Zonal


@functools.lru_cache(maxsize=4)
def load_notices(folder: str | None = None) -> Notices:
    """The sentences (cached per folder).

    Raises:
        RuleError: naming the place, if the file is not readable or not of its shape.
    """
    return read_table(_folder(folder) / "notices.toml", Notices)


@functools.lru_cache(maxsize=4)
def load_refusals(folder: str | None = None) -> Mapping[str, RefusalRow]:
    """The reasons to refuse by their codes, groups of measures spelt out (cached per folder).

    Raises:
        RuleError: naming the place, if the file is not readable or not of its shape.
    """
    file = read_table(_folder(folder) / "refusals.toml", _RefusalFile)
    return {row.code: row.model_copy(update={"measures": _spelt_out(row, file.measures)}) for row in file.refusal}


def _spelt_out(row: RefusalRow, groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    names = (name for given in row.measures for name in groups.get(given, (given,)))
    return tuple(dict.fromkeys(names))


@functools.lru_cache(maxsize=4)
def load_limits(folder: str | None = None) -> Limits:
    """The limits (cached per folder).

    Raises:
        RuleError: naming the place, if the file is not readable or not of its shape.
    """
    return read_table(_folder(folder) / "limits.toml", Limits)


def _folder(folder: str | None) -> Path:
    return find_folder("models", folder) / "imaging"
