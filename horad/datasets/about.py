"""What only people know of a dataset: its name, its licence, why and how it was made. A TOML file says it."""

import tomllib
from pathlib import Path

from pydantic import Field, ValidationError

from horad.errors import SourceError
from horad.records.record import Record

_NOT_STATED = "Not stated."


class About(Record):
    """The answers; what is not answered is printed as not stated. ``date`` is the day of publication."""

    name: str = Field(min_length=1, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$")
    description: str = "Radiology reports with structured findings on heterotopic ossification."
    version: str = Field(default="1.0.0", pattern=r"^\d+\.\d+\.\d+$")
    license: str = "unknown"
    creators: tuple[str, ...] = ()
    url: str = ""
    citation: str = ""
    date: str = Field(default="", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    motivation: str = _NOT_STATED
    collection: str = _NOT_STATED
    sampling: str = _NOT_STATED
    annotation: str = _NOT_STATED
    deidentification: str = _NOT_STATED
    consent: str = _NOT_STATED
    uses: str = _NOT_STATED
    limits: str = _NOT_STATED
    maintenance: str = _NOT_STATED


def read_about(path: Path) -> About:
    """The file.

    Raises:
        SourceError: if it cannot be read, has another key, or lacks the name.
    """
    try:
        return About.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror or 'input error'})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise SourceError(f"{path}: is not TOML") from None
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        known = ", ".join(About.model_fields)
        raise SourceError(f"{path}: {key!r}: {first['msg']}; the keys are {known}") from None
