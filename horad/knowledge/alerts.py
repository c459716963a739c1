"""What raises an alert: conditions on what a report says, each with its source (``models/alerts.toml``)."""

import functools
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from horad.knowledge.locate import find_folder
from horad.knowledge.tables import read_table
from horad.terms import Change, Feature, Kind, Maturity, Presence, Relation, Tumour

_FILE = "alerts.toml"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reason(_Table):
    """One reason for an alert: every condition given must hold, those on a lesion for the same lesion."""

    id: str
    text: str
    source: tuple[str, ...] = Field(min_length=1)
    tumour: tuple[Tumour, ...] = ()  # the report's value is one of these
    mention: str = ""  # a red flag of this value is said
    kinds: tuple[Kind, ...] = ()
    features: Mapping[Feature, tuple[Presence, ...]] = Field(default_factory=dict)
    maturity: tuple[Maturity, ...] = ()
    change: tuple[Change, ...] = ()
    relation: tuple[Relation, ...] = ()
    structure_kinds: tuple[str, ...] = ()

    @property
    def looks_at_lesion(self) -> bool:
        """Whether a condition is on a lesion."""
        return bool(self.kinds or self.features or self.maturity or self.change or self.relation)

    @model_validator(mode="after")
    def _has_a_condition(self) -> "Reason":
        if not (self.looks_at_lesion or self.tumour or self.mention):
            raise ValueError(f"the reason {self.id!r} has no condition")
        return self


class Alert(_Table):
    """An alert: its code, its sentence, and the reasons of which any one raises it."""

    code: str
    message: str
    reason: tuple[Reason, ...] = ()
    mirrors: str = ""  # the code of a conflict that is an alert as well


class _File(_Table):
    alert: tuple[Alert, ...] = Field(min_length=1)


@functools.lru_cache(maxsize=4)
def load_alerts(folder: str | Path | None = None) -> tuple[Alert, ...]:
    """The alerts, in the order in which they are told (cached per folder).

    Raises:
        RuleError: naming the place, if the file is not readable or not of its shape.
    """
    return read_table(find_folder("models", folder) / _FILE, _File).alert
