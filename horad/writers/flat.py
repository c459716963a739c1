"""The flat table: one row per report, one plain value per cell, for analysts; as Parquet or CSV.

Lists are joined by ``; ``, pairs by ``:``; docs/results.md describes every column.
"""

import csv as csv_format
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from horad.records import Finding, ReportResult, Summary
from horad.terms import Feature, SummaryGradeSystem
from horad.writers.csv import codes, guarded, joined
from horad.writers.parquet import TableWriter

_ROWS_PER_GROUP = 10_000
FEATURE_PREFIX = "feature_"
SUFFIXES = (".csv", ".parquet")

COLUMNS: dict[str, type] = {
    **dict.fromkeys(("report_id", "patient_id", "accession_number", "study_date", "report_status"), str),
    "in_scope": bool,
    **dict.fromkeys(("ho_status", "sites", "maturity", "marrow_signal"), str),
    **dict.fromkeys(("neurovascular_relation", "neurovascular_structures"), str),
    "neurovascular_distance_mm": float,
    **dict.fromkeys(("grades", "brooker", "tumour", "modality", "risk_factors"), str),
    "lesions": int,
    "change": str,
    "largest_mm": float,
    **{f"{FEATURE_PREFIX}{feature}": str for feature in Feature},
    "injury_interval_days": int,
    "diagnosis": str,
    "diagnosis_probability": float,
    **dict.fromkeys(("alerts", "conflicts", "warnings", "text_sha256", "horad", "rules_sha256"), str),
}


class FlatWriter(TableWriter):
    """Write the rows of a part as Parquet; ``join`` makes the table."""

    def row(self, result: ReportResult) -> dict[str, Any]:
        """A row of plain values."""
        return row(result)

    def schema(self, first: Mapping[str, Any]) -> Any:
        """The plain columns."""
        del first  # the table says what made it, not its parts
        return _schema()


def join(parts: Sequence[Path], target: Path, suffix: str, stamp: Mapping[str, str]) -> None:
    """Make one table of several, as CSV or Parquet by ``suffix``."""
    write = {".csv": _join_csv, ".parquet": _join_parquet}[suffix.lower()]
    write(parts, target, stamp)


def row(result: ReportResult) -> dict[str, Any]:
    """The result as one row of plain values; what is not known is None."""
    first = result.differential[0] if result.differential else None
    return {
        **result.model_dump(
            mode="json", include={"report_id", "patient_id", "accession_number", "study_date", "report_status"}
        ),
        "in_scope": result.in_scope,
        **_of_summary(result.summary),
        **_of_findings(result.findings),
        "injury_interval_days": result.context.injury_interval_days,
        "diagnosis": first and first.diagnosis.value,
        "diagnosis_probability": first and first.probability,
        "alerts": codes(result.alerts) or None,
        "conflicts": codes(result.conflicts) or None,
        "warnings": codes(result.warnings) or None,
        "text_sha256": result.text_sha256,
        "horad": result.provenance.horad,
        "rules_sha256": result.provenance.rules_sha256,
    }


def _of_summary(summary: Summary) -> dict[str, Any]:
    brooker = (grade.value for grade in summary.grades if grade.system == SummaryGradeSystem.BROOKER)
    return {
        "ho_status": summary.ho_status.value,
        "sites": joined(f"{place.site}:{place.side}" for place in summary.sites) or None,
        "maturity": summary.maturity.value,
        "marrow_signal": summary.marrow_signal.value,
        "neurovascular_relation": summary.neurovascular.relation.value,
        "neurovascular_structures": joined(summary.neurovascular.structures) or None,
        "grades": joined(f"{grade.system}:{grade.value}" for grade in summary.grades) or None,
        "brooker": joined(brooker) or None,
        "tumour": summary.tumour.value,
        "modality": joined(summary.modality) or None,
        "risk_factors": joined(summary.risk_factors) or None,
        **{f"{FEATURE_PREFIX}{name}": value.value for name, value in summary.features.items()},
    }


def _of_findings(findings: Iterable[Finding]) -> dict[str, Any]:
    findings = tuple(findings)
    near = [r.distance_mm for f in findings for r in f.neurovascular if r.distance_mm is not None]
    sizes = [size for finding in findings for size in finding.size_mm]
    return {
        "lesions": len(findings),
        "neurovascular_distance_mm": min(near, default=None),
        "largest_mm": max(sizes, default=None),
        "change": joined(dict.fromkeys(f"{f.site}:{f.side}:{f.change}" for f in findings if f.change)) or None,
    }


def _schema(stamp: Mapping[str, str] | None = None) -> Any:
    import pyarrow as pa

    kinds = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    return schema.with_metadata({f"horad.{name}": value for name, value in stamp.items()}) if stamp else schema


def _batches(parts: Iterable[Path]) -> Iterable[Any]:
    import pyarrow.parquet as pq

    for part in parts:
        with pq.ParquetFile(part) as file:
            yield from file.iter_batches(_ROWS_PER_GROUP)


def _join_parquet(parts: Sequence[Path], target: Path, stamp: Mapping[str, str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema(stamp)
    with pq.ParquetWriter(target, schema, compression="zstd") as table:
        for batch in _batches(parts):
            table.write_table(pa.Table.from_batches([batch.replace_schema_metadata(schema.metadata)], schema))


def _join_csv(parts: Sequence[Path], target: Path, stamp: Mapping[str, str]) -> None:
    del stamp  # a row says itself what made it
    with target.open("w", encoding="utf-8", newline="") as file:
        rows = csv_format.writer(file)
        rows.writerow(COLUMNS)
        for batch in _batches(parts):
            rows.writerows([_cell(cells[name]) for name in COLUMNS] for cells in batch.to_pylist())


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return guarded(value)
    return "" if value is None else str(value)
