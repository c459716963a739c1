import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from horad.records import Candidate, Report, ReportResult
from horad.terms import Diagnosis
from horad.writers.duckdb import TABLES, join, open_part

STAMP = {"version": "0.1.0", "rules_sha256": "0" * 64}


def made(folder: Path, *parts: list[ReportResult]) -> Path:
    """A database of some parts."""
    paths = []
    for number, results in enumerate(parts):
        paths.append(folder / f"{number}.parquet")
        with open_part(paths[-1], STAMP) as writer:
            for result in results:
                writer.write(result, Report(text=""))
    join(paths, folder / "out.duckdb", STAMP)
    return folder / "out.duckdb"


@pytest.fixture
def database(result: ReportResult, tmp_path: Path) -> Iterator[Any]:
    """Three reports in two parts, with the same id."""
    own = Candidate(diagnosis=Diagnosis.BPOP, rank=1, probability=1.0)
    lesion = result.findings[0].model_copy(update={"differential": (own,)})
    with duckdb.connect(
        str(made(tmp_path, [result, result], [result.model_copy(update={"findings": (lesion, lesion)})])),
        read_only=True,
    ) as opened:
        yield opened


def rows(database: Any, query: str) -> list[tuple[Any, ...]]:
    return list(database.execute(query).fetchall())


def test_the_database_has_its_tables(database: Any) -> None:
    assert sorted(name for (name,) in rows(database, "SHOW TABLES")) == sorted([*TABLES, "meta"])


def test_what_made_it_stands_in_meta(database: Any) -> None:
    assert dict(rows(database, "FROM meta")) == {
        **STAMP,
        "intended_use": "For research, dataset building and quality review; not a medical device.",
    }


def test_reports_are_numbered_over_all_parts(database: Any) -> None:
    assert rows(database, "SELECT report, report_id, lesions FROM reports ORDER BY report") == [
        (0, "case-1", 1),
        (1, "case-1", 1),
        (2, "case-1", 2),
    ]


def test_a_report_holds_its_summary(database: Any) -> None:
    query = (
        "SELECT ho_status, sites[1].side, grades[1].value, features['cortical_rim'], risk_factors FROM reports LIMIT 1"
    )
    assert rows(database, query) == [("present", "left", "III", "present", ["spinal_cord_injury"])]


def test_findings_join_their_report(database: Any) -> None:
    query = """SELECT r.report, f.finding, f.maturity, f.ledermann, f.size_mm, f.neurovascular[1].denied
        FROM reports r JOIN findings f USING (report) ORDER BY ALL"""
    found = ("f1", "mature", 4, [34.0, 12.0], ["encases"])
    assert rows(database, query) == [(0, *found), (1, *found), (2, *found), (2, *found)]


def test_evidence_keeps_its_number_and_its_place(database: Any, result: ReportResult) -> None:
    got = rows(
        database,
        "SELECT evidence, start_char, end_char, text, finding FROM evidence WHERE report = 1 ORDER BY evidence",
    )
    assert got == [(n, span.start, span.end, span.text, span.finding) for n, span in enumerate(result.evidence)]


def test_the_differential_tells_reports_from_lesions(database: Any) -> None:
    query = "SELECT report, finding, diagnosis, probability FROM differential ORDER BY report, finding NULLS FIRST"
    assert rows(database, query) == [
        (0, None, "ho", 1.0),
        (1, None, "ho", 1.0),
        (2, None, "ho", 1.0),
        (2, "f1", "bpop", 1.0),
        (2, "f1", "bpop", 1.0),
    ]


def test_what_was_carried_is_json(database: Any) -> None:
    [(extra,)] = rows(database, "SELECT extra FROM reports LIMIT 1")
    assert json.loads(extra) == {"ward": "7", "gold": {"a": [1, None]}}


@pytest.mark.parametrize("table", TABLES)
def test_without_results_the_tables_are_there_and_have_no_rows(table: str, tmp_path: Path) -> None:
    with duckdb.connect(str(made(tmp_path)), read_only=True) as opened:
        assert rows(opened, f"SELECT count(*) FROM {table}") == [(0,)]
    assert [path.name for path in tmp_path.iterdir()] == ["out.duckdb"]
