"""The typed shape of ``models/grading/inference.toml`` and ``clock.toml``; unknown keys and values are refused."""

import functools
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from horad.knowledge.locate import find_folder
from horad.knowledge.tables import read_table
from horad.terms import Compartment, Feature, FindingAssertion, GradeSystem, Maturity, Modality, RiskFactor, Site

_FOLDER = "grading"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Criterion(_Table):
    """Conditions on what is described of one lesion; every one that is given must hold."""

    id: str
    source: tuple[str, ...] = Field(min_length=1)
    assertions: tuple[FindingAssertion, ...] = (FindingAssertion.PRESENT,)
    sites: tuple[Site, ...] = ()
    maturity: tuple[Maturity, ...] = ()
    modality: tuple[Modality, ...] = ()  # the report's imaging holds one of these
    causes: tuple[RiskFactor, ...] = ()
    without_causes: tuple[RiskFactor, ...] = ()
    compartments: tuple[tuple[Compartment, ...], ...] = ()  # the lesion's are exactly one of these sets
    geometry: tuple[str, ...] = ()  # one of these shapes is told of the lesion
    without: tuple[str, ...] = ()  # and none of these
    told: tuple[str, ...] = ()  # one of these is told anywhere in the report
    without_features: tuple[Feature, ...] = ()  # none is present or possible
    gap_below: float | None = None
    gap_from: float | None = None
    size_below: float | None = None
    size_from: float | None = None
    size_to: float | None = None
    size_above: float | None = None


class GradeCriterion(Criterion):
    """A grade and what it is inferred from."""

    system: GradeSystem
    value: str


class StageCriterion(Criterion):
    """A Ledermann stage of maturity and what it is inferred from."""

    stage: int = Field(ge=1, le=4)


class Inference(_Table):
    """All criteria in order: the first of a system that holds decides."""

    grade: tuple[GradeCriterion, ...]
    stage: tuple[StageCriterion, ...]
    several_levels: tuple[Site, ...] = ()


class Interval(_Table):
    """When an event has been seen after an injury or operation, in days, and by whom."""

    event: str
    low: int | None = None
    high: int | None = None
    source: str
    note: str = ""
    sites: tuple[Site, ...] = ()
    causes: tuple[RiskFactor, ...] = ()
    modality: tuple[Modality, ...] = ()


class Clock(_Table):
    """The intervals that are known."""

    interval: tuple[Interval, ...]


_Shape = TypeVar("_Shape", bound=BaseModel)


@functools.lru_cache(maxsize=4)
def load_inference(folder: str | Path | None = None) -> Inference:
    """The criteria of grades and stages (cached per folder).

    Raises:
        RuleError: naming the place, if the file is not readable or not of its shape.
    """
    return _load(folder, "inference.toml", Inference)


@functools.lru_cache(maxsize=4)
def load_clock(folder: str | Path | None = None) -> Clock:
    """The intervals since injury (cached per folder).

    Raises:
        RuleError: naming the place, if the file is not readable or not of its shape.
    """
    return _load(folder, "clock.toml", Clock)


def _load(folder: str | Path | None, name: str, shape: type[_Shape]) -> _Shape:
    return read_table(find_folder("models", folder) / _FOLDER / name, shape)
