"""Codes of the closed vocabularies, and the names that sources give to modalities."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from horad.errors import RuleError
from horad.knowledge.locate import find_folder


class Code(BaseModel):
    """One coded concept: scheme designator, value and meaning, as DICOM writes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: str
    code: str
    meaning: str


@dataclass(frozen=True)
class CodeBook:
    """Codes by vocabulary and value, and horad's modality for a source's name of it."""

    terms: Mapping[str, Mapping[str, Code]]
    modalities: Mapping[str, str]


@functools.lru_cache(maxsize=4)
def load_codes(folder: str | None = None) -> CodeBook:
    """Load the code tables (cached per folder).

    Raises:
        RuleError: naming the file, if one is not readable or not of its shape.
    """
    root = find_folder("models", folder) / "codes"
    terms = _table(root / "terms.toml", TypeAdapter(dict[str, dict[str, Code]]))
    names = _table(root / "modality.toml", TypeAdapter(dict[str, dict[str, list[str]]]))["modality"]
    return CodeBook(terms, {name: modality for modality, given in names.items() for name in given})


def _table(path: Path, shape: TypeAdapter[Any]) -> Any:
    try:
        return shape.validate_python(tomllib.loads(path.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise RuleError(f"{path}: not readable as a table of codes: {str(error).splitlines()[0]}") from error
