"""What is in a dataset, in numbers: reports, patients, values of the fields, words, years."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from horad.datasets.folder import data_files, read_rows

# Fields of which the values are counted; a list counts each of its values.
_COUNTED = ("ho_status", "sites", "maturity", "marrow_signal", "neurovascular", "tumour", "modality", "diagnosis")


def count(folder: Path) -> dict[str, Any]:
    """Count everything; the same files give the same numbers.

    Raises:
        SourceError: if a row is not of the shape of its kind.
    """
    kinds: dict[str, Any] = {}
    made: set[tuple[str, str]] = set()
    lengths: list[int] = []
    for file in data_files(folder):
        rows = list(read_rows(file))
        own = kinds.setdefault(file.kind, {"parts": {}, "values": {}, "keys": []})
        patients = {row["patient_id"] for row in rows if row.get("patient_id")}
        own["parts"][file.part] = {"reports": len(rows), "patients": len(patients)}
        own["keys"] = sorted({*own["keys"], *(key for row in rows for key in row)})
        _count_values(own["values"], file.kind, file.part, rows)
        if file.kind == "texts":
            lengths += [len(row["text"].split()) for row in rows]
        if file.kind == "results":
            made |= {(row["provenance"]["horad"], row["provenance"]["rules_sha256"]) for row in rows}
    words = {"shortest": min(lengths), "median": statistics.median(lengths), "longest": max(lengths)} if lengths else {}
    made_by = [{"horad": version, "rules_sha256": rules} for version, rules in sorted(made)]
    return {"kinds": kinds, "words": words, "made_by": made_by}


def _count_values(counts: dict[str, Any], kind: str, part: str, rows: Iterable[Mapping[str, Any]]) -> None:
    found: dict[str, Counter[str]] = {}
    for row in rows:
        labels = row.get("summary") if kind == "results" else row.get("gold")
        for field in _COUNTED if labels else ():
            found.setdefault(field, Counter()).update(_values(labels or {}, field))
    for field, values in sorted(found.items()):
        own = counts.setdefault(field, {})
        for value, number in sorted(values.items()):
            own.setdefault(value, {})[part] = number


def _values(labels: Mapping[str, Any], field: str) -> list[str]:
    value = labels.get(field)
    match value:
        case list():
            return sorted({str(one["site"]) if isinstance(one, dict) else str(one) for one in value})
        case dict():
            return [str(value.get("relation") or "not_described")]
        case None | "":
            return []
    return [str(value)]
