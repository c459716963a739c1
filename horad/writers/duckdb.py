"""DuckDB: one database file with a table of reports, and of their findings, spans and diagnoses.

It is made of Parquet parts. Rows of all tables are joined by ``report``, a number; ``report_id`` may repeat. Lists and
pairs are DuckDB's own: ``unnest(sites)``, ``features['cortical_rim']``.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from horad.errors import HoradError
from horad.writers.layout import INTENDED_USE
from horad.writers.parquet import ParquetWriter

# The network is never asked for an extension; that for Parquet is built in.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}

_PART = "(SELECT * REPLACE (file_row_number + ? AS file_row_number) FROM read_parquet(?, file_row_number = true))"
_REPORTS = """
    SELECT file_row_number AS report, report_id, patient_id, accession_number, study_date, report_status, in_scope,
        summary.ho_status AS ho_status, summary.sites AS sites, summary.maturity AS maturity,
        summary.marrow_signal AS marrow_signal, summary.neurovascular.relation AS neurovascular_relation,
        summary.neurovascular.structures AS neurovascular_structures, summary.grades AS grades,
        summary.features AS features, summary.tumour AS tumour, summary.modality AS modality,
        summary.risk_factors AS risk_factors, len(findings) AS lesions, context, alerts, conflicts, warnings, image,
        extra, text_sha256, provenance.horad AS horad, provenance.rules_sha256 AS rules_sha256
    FROM part"""
_FINDINGS = """
    SELECT report, report_id, f.id AS finding, f.kind AS kind, f.assertion AS assertion, f.site AS site, f.side AS side,
        f.compartments AS compartments, f.structures AS structures, f.maturity.value AS maturity,
        f.maturity.basis AS maturity_basis, f.maturity.ledermann AS ledermann, f.marrow_signal.value AS marrow_signal,
        f.marrow_signal.sequence AS marrow_sequence, f.neurovascular AS neurovascular, f.grades AS grades,
        f.size_mm AS size_mm, f.change AS change, f.features AS features, f.evidence AS evidence
    FROM (SELECT file_row_number AS report, report_id, unnest(findings) AS f FROM part)"""
_EVIDENCE = """
    SELECT report, report_id, number - 1 AS evidence, e."start" AS start_char, e."end" AS end_char, e.text AS text,
        e.section AS section, e.rule AS rule, e.field AS field, e.finding AS finding
    FROM (SELECT file_row_number AS report, report_id, unnest(evidence) AS e, generate_subscripts(evidence, 1) AS number
        FROM part)"""
_DIFFERENTIAL = """
    SELECT report, report_id, finding, d.diagnosis AS diagnosis, d.rank AS rank, d.probability AS probability,
        d.supporting AS supporting, d.opposing AS opposing, d.would_change AS would_change
    FROM (
        SELECT file_row_number AS report, report_id, NULL::VARCHAR AS finding, unnest(differential) AS d FROM part
        UNION ALL
        SELECT report, report_id, f.id AS finding, unnest(f.differential) AS d
        FROM (SELECT file_row_number AS report, report_id, unnest(findings) AS f FROM part)
    )"""
TABLES = {"reports": _REPORTS, "findings": _FINDINGS, "evidence": _EVIDENCE, "differential": _DIFFERENTIAL}


def open_part(path: Path, stamp: Mapping[str, str]) -> ParquetWriter:
    """The writer of a part, from which ``join`` takes the tables."""
    return ParquetWriter(path, stamp)


def join(parts: Sequence[Path], target: Path, stamp: Mapping[str, str]) -> None:
    """Make the database of the parts; without any part its tables have no rows."""
    try:
        import duckdb
    except ImportError:
        raise HoradError("DuckDB needs an extra: pip install 'horad[duckdb]'") from None
    with duckdb.connect(str(target), config=_CONFIG) as database:
        _say_what_made_it(database, stamp)
        rows = 0
        for number, part in enumerate(parts):
            rows += _add(database, part, rows, is_first=number == 0)
        if not parts:
            _without_rows(database, target)


def _add(database: Any, part: Path, before: int, *, is_first: bool) -> int:
    """Add the rows of one part to every table; how many reports there were."""
    for table, select in TABLES.items():
        into = f"CREATE TABLE {table} AS" if is_first else f"INSERT INTO {table}"
        database.execute(f"{into} WITH part AS {_PART} {select}", [before, str(part)])
    count = database.execute("SELECT count(*) FROM read_parquet(?)", [str(part)]).fetchone()
    return int(count[0])


def _without_rows(database: Any, target: Path) -> None:
    empty = target.with_name(f"{target.name}.parquet")
    try:
        from horad.writers import parquet

        parquet.join([], empty, {})
        _add(database, empty, 0, is_first=True)
    finally:
        empty.unlink(missing_ok=True)


def _say_what_made_it(database: Any, stamp: Mapping[str, str]) -> None:
    database.execute("CREATE TABLE meta (name VARCHAR PRIMARY KEY, value VARCHAR)")
    database.executemany("INSERT INTO meta VALUES (?, ?)", [*stamp.items(), ("intended_use", INTENDED_USE)])
