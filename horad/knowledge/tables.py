"""A TOML file of one fixed shape, with errors that name the file and the place in it."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from horad.errors import RuleError

_Shape = TypeVar("_Shape")


def read_table(path: Path, shape: type[_Shape]) -> _Shape:
    """The file as its shape.

    Raises:
        RuleError: if the file is not readable, or not of the shape.
    """
    try:
        return TypeAdapter(shape).validate_python(tomllib.loads(path.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = " -> ".join(str(part) for part in first["loc"])
        raise RuleError(f"{path}: {place}: {first['msg']}") from error
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: not readable as TOML: {str(error).splitlines()[0]}") from error
