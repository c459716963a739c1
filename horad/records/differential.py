"""Candidate diagnoses with what speaks for and against each."""

from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt

from horad.records.record import Record
from horad.terms import Diagnosis


class Argument(Record):
    """One described finding that speaks for or against a candidate, its weight and its source."""

    finding: str
    weight: float
    source: str
    evidence: tuple[NonNegativeInt, ...] = ()


class Candidate(Record):
    """One diagnosis: rank, probability over the list, arguments, and what would change it."""

    diagnosis: Diagnosis
    rank: PositiveInt
    probability: Annotated[float, Field(ge=0, le=1)]
    supporting: tuple[Argument, ...] = ()
    opposing: tuple[Argument, ...] = ()
    would_change: tuple[str, ...] = ()
