"""JSON lines out, whole or not at all."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from horad.records import Report
from horad.writers.commit import new_file


def row_of(report: Report) -> dict[str, Any]:
    """A report as a line that horad reads: id and text, and what its source said of it."""
    known = report.metadata.model_dump(mode="json", exclude_defaults=True, exclude={"id", "extra"})
    return {"id": report.report_id, "text": report.text, **known, **report.metadata.extra}


def write_lines(target: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a file of JSON lines."""
    with new_file(target) as place, place.open("wb") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
