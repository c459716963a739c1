"""Codes of the closed vocabularies, public and private, and the names that sources give to modalities."""

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


class Scheme(BaseModel):
    """The private coding scheme: its designator, its identifier, and who answers for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    designator: str
    uid: str
    name: str
    organization: str


@dataclass(frozen=True)
class CodeBook:
    """Codes by vocabulary and value, and horad's modality for a source's name of it.

    ``terms`` are public codes, where there are any; ``private`` has one for every value, and for every field under
    the vocabulary "field".
    """

    terms: Mapping[str, Mapping[str, Code]]
    private: Mapping[str, Mapping[str, Code]]
    scheme: Scheme
    modalities: Mapping[str, str]

    def code(self, vocabulary: str, value: str) -> Code:
        """The public code of a value, else its private one."""
        return self.terms.get(vocabulary, {}).get(value) or self.private[vocabulary][value]


@functools.lru_cache(maxsize=4)
def load_codes(folder: str | None = None) -> CodeBook:
    """Load the code tables (cached per folder).

    Raises:
        RuleError: naming the file, if one is not readable or not of its shape.
    """
    root = find_folder("models", folder) / "codes"
    terms = _table(root / "terms.toml", TypeAdapter(dict[str, dict[str, Code]]))
    names = _table(root / "modality.toml", TypeAdapter(dict[str, dict[str, list[str]]]))["modality"]
    own = _table(root / "horad.toml", TypeAdapter(dict[str, dict[str, Any]]))
    try:
        scheme = Scheme.model_validate(own.pop("scheme"))
        private = {
            vocabulary: {name: Code(scheme=scheme.designator, **code) for name, code in codes.items()}
            for vocabulary, codes in own.items()
        }
    except (KeyError, TypeError, ValidationError) as error:
        raise RuleError(f"{root / 'horad.toml'}: not readable as a table of codes: {error!r:.80}") from error
    return CodeBook(terms, private, scheme, {name: modality for modality, given in names.items() for name in given})


def _table(path: Path, shape: TypeAdapter[Any]) -> Any:
    try:
        return shape.validate_python(tomllib.loads(path.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise RuleError(f"{path}: not readable as a table of codes: {str(error).splitlines()[0]}") from error
