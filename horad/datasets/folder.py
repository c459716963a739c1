"""A dataset's folder: its files by kind and part, and what stands in them, row by row."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from horad.datasets.results import read_results
from horad.datasets.rows import KINDS, Kind
from horad.errors import SourceError
from horad.evaluation.gold import GoldReport
from horad.evaluation.lines import read_lines

CARD, CROISSANT, SUMS, COUNTS = "README.md", "croissant.json", "SHA256SUMS", "dataset.json"


@dataclass(frozen=True)
class DataFile:
    """One file of rows."""

    path: Path
    kind: Kind
    part: str


def data_files(folder: Path) -> list[DataFile]:
    """The files of rows, by kind and part."""
    return [
        DataFile(path, kind, path.stem.removeprefix(f"{kind}-"))
        for kind in KINDS
        for path in sorted(folder.glob(f"{kind}-*.{'parquet' if kind == 'results' else 'jsonl'}"))
    ]


def read_rows(file: DataFile) -> Iterator[dict[str, Any]]:
    """The rows of a file, each of the shape that its kind asks for, with ``id`` as the id of every kind.

    Raises:
        SourceError: naming the place of a row that has not that shape; no value is quoted.
    """
    if file.kind == "results":
        for result in read_results(file.path):
            yield {"id": result.report_id, **result.model_dump(mode="json")}
        return
    if not file.path.stat().st_size:
        return
    for line in read_lines(file.path):
        if file.kind == "labels":
            line.read_as(GoldReport)
        elif not isinstance(line.values.get("text"), str) or line.values.get("id") in (None, ""):
            raise SourceError(f"{line.place}: holds no id and text")
        yield {**line.values, "id": str(line.values["id"])}


def read_json(path: Path) -> dict[str, Any]:
    """A file of one JSON object.

    Raises:
        SourceError: if it is not there or holds something else.
    """
    try:
        document = json.loads(path.read_bytes())
    except OSError:
        raise SourceError(f"{path.name}: is missing or cannot be read") from None
    except ValueError:
        raise SourceError(f"{path.name}: is not JSON") from None
    if not isinstance(document, dict):
        raise SourceError(f"{path.name}: holds no JSON object")
    return document
