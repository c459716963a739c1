"""The typed shape of the rule files; unknown keys and wrong types are refused with their path."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Rule(BaseModel):
    """One reviewed rule: words in a report → one mention with a field and a value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z0-9][a-z0-9-]*$")
    field: str
    value: str
    phrases: tuple[str, ...] = ()
    patterns: tuple[tuple[dict[str, Any], ...], ...] = ()
    attributes: dict[str, str | int | float | bool | tuple[str, ...]] = {}
    source: tuple[str, ...] = Field(min_length=1)
    match: tuple[str, ...] = Field(min_length=1)
    no_match: tuple[str, ...] = Field(min_length=1)
    mistakes: tuple[str, ...] = ()
    note: str = ""

    @field_validator("phrases")
    @classmethod
    def _lower(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in phrases:
            if phrase != phrase.lower():
                raise ValueError(f"phrase {phrase!r} must be lower case (text is read in lower case)")
        return phrases

    @property
    def family(self) -> str:
        """The part of the id before the dot."""
        return self.id.split(".", 1)[0]


class RuleFile(BaseModel):
    """One file of ``[[rule]]`` tables."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: tuple[Rule, ...] = Field(min_length=1)
