"""Small results for the tests of this folder."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from horad.records import ReportResult


def result(name: str, patient: str | None = None, /, **summary: Any) -> ReportResult:
    """A result of which only the summary matters; ``findings``, ``alerts``, … go where they belong."""
    outside = {key: summary.pop(key) for key in list(summary) if key in ReportResult.model_fields}
    row = {
        "report_id": name,
        "patient_id": patient,
        "text_sha256": hashlib.sha256(name.encode()).hexdigest(),
        "in_scope": True,
        "summary": summary,
        "provenance": {"horad": "0.1.0", "rules_sha256": "0" * 64},
    }
    return ReportResult.model_validate({**row, **outside})


def place(site: str, side: str = "left") -> dict[str, str]:
    """A site and its side."""
    return {"site": site, "side": side}


def write_results(path: Path, results: Iterable[ReportResult]) -> Path:
    """Results as Parquet or as JSON lines, as the name says."""
    if path.suffix == ".jsonl":
        path.write_text("".join(one.model_dump_json() + "\n" for one in results), "utf-8")
        return path
    import pyarrow as pa
    import pyarrow.parquet as pq

    from horad.writers.parquet import arrow_schema

    rows = [one.model_dump(mode="json") for one in results]
    rows = [{**row, "extra": json.dumps(row["extra"])} for row in rows]
    pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema()), path)
    return path
