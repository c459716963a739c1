"""JSON lines with their place, for gold and predictions alike; what is wrong is fatal and never quoted."""

import glob
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from horad.errors import RecordError, SourceError
from horad.readers.decode import decode
from horad.readers.jsonl import parse_object

Kind = Literal["gold", "predictions"]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Line:
    """One JSON object and where it stands; ``place`` is fit for a message."""

    place: str
    values: dict[str, Any]

    def read_as(self, model: type[Model]) -> Model:
        """The object as a record.

        Raises:
            SourceError: naming the place and the key, never the value.
        """
        try:
            return model.model_validate(self.values)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            key = ".".join(str(part) for part in first["loc"])
            raise SourceError(
                f"{self.place}: {key!r} {_WRONG.get(first['type'], 'is not of the right kind')}"
            ) from None


def find_files(names: Iterable[str]) -> list[Path]:
    """The files that the names mean; a name with * or ? that is no file itself is a pattern.

    Raises:
        SourceError: if a name leads to no file.
    """
    found: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        matches = [path] if path.exists() else _matches(name)
        if not matches:
            raise SourceError(f"{name}: no such file, and no file matches it as a pattern")
        for match in matches:
            if match.is_dir():
                raise SourceError(f"{match}: is a folder; name its files, for instance '{match}/*.jsonl'")
            found[match] = None
    return list(found)


def read_lines(path: Path) -> list[Line]:
    """Every object of a file of JSON lines; blank lines are passed over.

    Raises:
        SourceError: if the file cannot be read, is empty, or a line is no JSON object.
    """
    try:
        raw_lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror or 'input error'})") from None
    lines = list(_objects(path, raw_lines))
    if not lines:
        raise SourceError(f"{path}: holds no lines; name a file of JSON lines")
    return lines


def kind_of(line: Line) -> Kind:
    """What a line is, by its keys.

    Raises:
        SourceError: if it is neither.
    """
    if "gold" in line.values:
        return "gold"
    if "report_id" in line.values:
        return "predictions"
    raise SourceError(
        f'{line.place}: is neither a labelled report like {{"id": …, "text": …, "gold": {{…}}}} '
        'nor a result like {"report_id": …, "summary": {…}}'
    )


def _matches(pattern: str) -> list[Path]:
    found = glob.glob(pattern, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
    return [Path(name) for name in sorted(found)]


def _objects(path: Path, raw_lines: Iterable[bytes]) -> Iterator[Line]:
    for number, raw in enumerate(raw_lines, start=1):
        place = f"{path}:{number}"
        try:
            text = decode(raw).text.strip()
            if text:
                yield Line(place, parse_object(text))
        except RecordError as error:
            raise SourceError(f"{place}: {error}") from None


_WRONG = {
    "missing": "is missing",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
}
