"""What a published dataset may not carry (``models/dataset/fields.toml``)."""

import functools
import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from horad.knowledge.locate import find_folder
from horad.knowledge.tables import read_table

_FILE = "dataset/fields.toml"
_SIGNS = re.compile(r"[^a-z0-9]")


class PublishedFields(BaseModel):
    """Names of columns that identify, names of those that must hold pseudonyms, and the form of a pseudonym."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    identifying: tuple[str, ...] = Field(min_length=1)
    keyed: tuple[str, ...] = Field(min_length=1)
    pseudonym: str

    def identifies(self, name: str) -> bool:
        """Whether a column of this name holds an identifier, whatever stands in it."""
        return _plain(name) in {_plain(own) for own in self.identifying}

    def must_be_keyed(self, name: str) -> bool:
        """Whether a column of this name may hold a pseudonym only."""
        return _plain(name) in {_plain(own) for own in self.keyed}

    def is_pseudonym(self, value: str) -> bool:
        """Whether a value has the form of a pseudonym."""
        return re.fullmatch(self.pseudonym, value) is not None


def _plain(name: str) -> str:
    return _SIGNS.sub("", name.casefold())


@functools.lru_cache(maxsize=4)
def load_published_fields(folder: str | Path | None = None) -> PublishedFields:
    """The table, cached per folder.

    Raises:
        RuleError: naming the place, if the file is not readable or not of its shape.
    """
    return read_table(find_folder("models", folder) / _FILE, PublishedFields)
