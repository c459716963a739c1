"""CSV: one flat row per report for spreadsheets, guarded against formula injection."""

import csv
import io
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from horad.records import Notice, Report, ReportResult, Summary

COLUMNS = (
    "report_id",
    "patient_id",
    "accession_number",
    "study_date",
    "report_status",
    "in_scope",
    "ho_status",
    "sites",
    "maturity",
    "marrow_signal",
    "neurovascular_relation",
    "neurovascular_structures",
    "grades",
    "features",
    "tumour",
    "modality",
    "risk_factors",
    "lesions",
    "alerts",
    "conflicts",
    "warnings",
    "evidence",
    "extra",
    "text_sha256",
    "horad",
    "rules_sha256",
)

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CsvWriter:
    """Write one row per report; lists are joined by ``; ``, pairs by ``:`` or ``=``."""

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file)  # rows end in CRLF, so that a lone CR in a cell is quoted
        self._rows.writerow(COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()

    def write(self, result: ReportResult, report: Report) -> None:
        """Add one result."""
        del report  # every writer is called alike; a row holds what the result says
        cells = flat(result)
        self._rows.writerow([guarded(cells[column]) for column in COLUMNS])


def join(parts: Sequence[Path], target: Path, stamp: Mapping[str, str] | None = None) -> None:
    """Make one file of several, with one header."""
    del stamp  # a row says itself what made it
    header = io.StringIO(newline="")
    csv.writer(header).writerow(COLUMNS)
    with target.open("wb") as table:
        table.write(header.getvalue().encode())
        for part in parts:
            with part.open("rb") as file:
                file.seek(len(header.getvalue().encode()))
                shutil.copyfileobj(file, table)


def guarded(cell: str) -> str:
    """The cell, made harmless with a leading apostrophe if a spreadsheet would run it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def flat(result: ReportResult) -> dict[str, str]:
    """The result as one row of texts."""
    return {
        "report_id": result.report_id,
        "patient_id": result.patient_id or "",
        "accession_number": result.accession_number or "",
        "study_date": result.study_date or "",
        "report_status": result.report_status,
        "in_scope": str(result.in_scope).lower(),
        **_flat_summary(result.summary),
        "lesions": str(len(result.findings)),
        "alerts": codes(result.alerts),
        "conflicts": codes(result.conflicts),
        "warnings": codes(result.warnings),
        "evidence": _json([span.model_dump(mode="json") for span in result.evidence]),
        "extra": _json(result.extra) if result.extra else "",
        "text_sha256": result.text_sha256,
        "horad": result.provenance.horad,
        "rules_sha256": result.provenance.rules_sha256,
    }


def _flat_summary(summary: Summary) -> dict[str, str]:
    return {
        "ho_status": summary.ho_status,
        "sites": joined(f"{place.site}:{place.side}" for place in summary.sites),
        "maturity": summary.maturity,
        "marrow_signal": summary.marrow_signal,
        "neurovascular_relation": summary.neurovascular.relation,
        "neurovascular_structures": joined(summary.neurovascular.structures),
        "grades": joined(f"{grade.system}:{grade.value}" for grade in summary.grades),
        "features": joined(f"{name}={value}" for name, value in summary.features.items()),
        "tumour": summary.tumour,
        "modality": joined(summary.modality),
        "risk_factors": joined(summary.risk_factors),
    }


def joined(values: Iterable[str]) -> str:
    """Values in one cell."""
    return "; ".join(values)


def codes(notices: Iterable[Notice]) -> str:
    """The codes of notices in one cell, each once."""
    return joined(dict.fromkeys(notice.code for notice in notices))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
