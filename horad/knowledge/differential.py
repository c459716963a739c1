"""The differential's tables: candidates with their priors, evidence with its weights, and how they are joined."""

import functools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from horad.knowledge.codes import Code
from horad.knowledge.locate import find_folder
from horad.knowledge.tables import read_table
from horad.terms import Diagnosis

Grade = Literal["published_ratio", "published_frequencies", "review", "editorial"]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Prior(_Table):
    """How often a candidate is the answer in one cohort: the value used, within its range, and its source."""

    value: float = Field(gt=0)
    low: float = Field(gt=0)
    high: float = Field(gt=0)
    source: str
    grade: Grade = "editorial"

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"the value {self.value} is outside its range {self.low} to {self.high}")
        return self


class CandidateRow(_Table):
    """One diagnosis the differential may name."""

    id: Diagnosis
    name: str
    family: Literal["heterotopic", "malignant", "benign_tumour", "mineral", "early", "beside"]
    code: Code | None = None
    prior: dict[str, Prior]


class Cohort(_Table):
    """Patients with priors of their own: all of ``all_of``, one of ``any_of``; the first that fits is taken."""

    id: str
    name: str
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()


class Weight(_Table):
    """The log likelihood ratio of one finding for one diagnosis, where it comes from and how good that is."""

    diagnosis: Diagnosis
    log_lr: float
    source: str
    grade: Grade


class EvidenceRow(_Table):
    """One finding and its weights; for a number (age, a measure) the half-open range it holds for."""

    finding: str = Field(pattern=r"^[a-z0-9_.]+(=[a-z0-9_]+)?$")
    group: str
    at_least: float | None = None
    below: float | None = None
    weights: tuple[Weight, ...] = Field(min_length=1)
    note: str = ""

    @property
    def name(self) -> str:
        """The finding without its value."""
        return self.finding.split("=", 1)[0]

    @functools.cached_property
    def label(self) -> str:
        """The finding as an argument names it."""
        parts = [self.finding]
        parts += [f">={self.at_least:g}"] if self.at_least is not None else []
        parts += [f"<{self.below:g}"] if self.below is not None else []
        return "".join(parts)


class Group(_Table):
    """Findings that say much the same: together they part two diagnoses by at most ``cap``."""

    id: str
    cap: float = Field(gt=0)
    why: str
    imaging: bool = False  # its findings can be looked for on the images


class Stance(_Table):
    """What a diagnosis named by the report weighs; ``own_prior`` is the part of the prior it stands in for."""

    log_lr: float
    own_prior: float = Field(default=0, ge=0, le=1)


class Settings(_Table):
    """Numbers of the model as a whole; fitted ones come with the data and the date that gave them."""

    temperature: float = Field(default=1.0, gt=0)  # from calibration.toml
    prior_strength: float = Field(gt=0)
    hedged: float = Field(ge=0, le=1)
    editorial_cap: float = Field(gt=0)
    lapse: float = Field(ge=0, lt=1)
    named: float = Field(ge=1)
    would_change: int = Field(gt=0)
    digits: int = Field(gt=0)
    fitted_on: str = ""
    fitted_at: str = ""


class Statement(_Table):
    """How the report's own words are weighed."""

    stances: dict[str, Stance]
    place: tuple[float, ...]
    main: dict[str, float]
    sections: tuple[float, ...]
    beside: float = Field(ge=0, le=1)
    kin: dict[str, dict[str, float]]
    families: dict[str, tuple[str, ...]]
    family_share: float = Field(ge=0, le=1)


class _CandidateFile(_Table):
    settings: Settings
    statement: Statement
    cohort: tuple[Cohort, ...]
    candidate: tuple[CandidateRow, ...]


class _EvidenceFile(_Table):
    group: tuple[Group, ...]
    evidence: tuple[EvidenceRow, ...]


class Fit(_Table):
    """One fit of the temperature by cross-validation, and what it did to the calibration error."""

    of: str
    temperature: float = Field(gt=0)
    folds: tuple[float, float]
    calibration_error: float = Field(ge=0)
    out_of_fold_error: float = Field(ge=0)
    interval: tuple[float, float]


class _CalibrationFile(_Table):
    temperature: float = Field(gt=0)
    fitted_at: str
    fitted_on: str
    fit: tuple[Fit, ...] = ()


class DifferentialBook(_Table):
    """Everything the differential knows, loaded and frozen."""

    settings: Settings
    statement: Statement
    cohorts: tuple[Cohort, ...]
    candidates: tuple[CandidateRow, ...]
    groups: Mapping[str, Group]
    evidence: tuple[EvidenceRow, ...]

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """The candidates in the table's order."""
        return tuple(str(candidate.id) for candidate in self.candidates)

    @functools.cached_property
    def families(self) -> dict[str, frozenset[str]]:
        """The candidates of each family ("malignant")."""
        found: dict[str, frozenset[str]] = {}
        for candidate in self.candidates:
            found[candidate.family] = found.get(candidate.family, frozenset()) | {str(candidate.id)}
        return found

    @functools.cached_property
    def log_priors(self) -> dict[str, dict[str, float]]:
        """By cohort: natural logs of its priors, made to sum to 1 and tempered by the prior strength."""
        return {cohort.id: self._log_priors(cohort.id) for cohort in self.cohorts}

    def _log_priors(self, cohort: str) -> dict[str, float]:
        total = sum(candidate.prior[cohort].value for candidate in self.candidates)
        strength = self.settings.prior_strength
        return {str(c.id): strength * math.log(c.prior[cohort].value / total) for c in self.candidates}

    @functools.cached_property
    def by_finding(self) -> dict[str, tuple[EvidenceRow, ...]]:
        """Rows by their finding ("cortical_rim=present", "age")."""
        found: dict[str, tuple[EvidenceRow, ...]] = {}
        for row in self.evidence:
            found[row.finding] = (*found.get(row.finding, ()), row)
        return found


def load_differential(folder: str | None = None) -> DifferentialBook:
    """Load the tables (cached per folder).

    Raises:
        RuleError: naming file and place, if a file is not readable or breaks the schema.
    """
    return _load(find_folder("models", folder) / "differential")


@functools.lru_cache(maxsize=4)
def _load(folder: Path) -> DifferentialBook:
    candidates = read_table(folder / "candidates.toml", _CandidateFile)
    evidence = read_table(folder / "evidence.toml", _EvidenceFile)
    calibration = read_table(folder / "calibration.toml", _CalibrationFile)
    fitted = {name: getattr(calibration, name) for name in ("temperature", "fitted_at", "fitted_on")}
    return DifferentialBook(
        settings=candidates.settings.model_copy(update=fitted),
        statement=candidates.statement,
        cohorts=candidates.cohort,
        candidates=candidates.candidate,
        groups={group.id: group for group in evidence.group},
        evidence=evidence.evidence,
    )
