import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from horad.records import Report, ReportResult
from horad.writers import parquet
from horad.writers.parquet import ParquetWriter, arrow_schema, join
from tests.made_results import results

REPORT = Report(text="secret")


def read_back(row: dict[str, object]) -> ReportResult:
    return ReportResult.model_validate({**row, "extra": json.loads(str(row["extra"]))})


def test_a_result_reads_back_the_same(result: ReportResult, tmp_path: Path) -> None:
    empty = ReportResult(
        report_id="none", text_sha256="0", in_scope=False, summary=type(result.summary)(), provenance=result.provenance
    )
    with ParquetWriter(tmp_path / "out.parquet") as writer:
        writer.write(empty, REPORT)
        writer.write(result, REPORT)
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist(maps_as_pydicts="strict")
    assert [read_back(row) for row in rows] == [empty, result]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=results())
def test_any_result_reads_back(made: ReportResult, tmp_path: Path) -> None:
    with ParquetWriter(tmp_path / "any.parquet") as writer:
        writer.write(made, Report(text=""))
    [row] = pq.read_table(tmp_path / "any.parquet").to_pylist(maps_as_pydicts="strict")
    assert read_back(row) == made


def test_the_schema_is_explicit_and_nested() -> None:
    schema = arrow_schema()
    assert schema.names == list(ReportResult.model_fields)
    summary = schema.field("summary").type
    assert summary.field("features").type == pa.map_(pa.string(), pa.string())
    assert summary.field("sites").type.value_type.field("side").type == pa.string()
    assert schema.field("findings").type.value_type.field("size_mm").type == pa.list_(pa.float64())
    assert schema.field("extra").type == pa.string()
    assert (schema.field("report_id").nullable, schema.field("patient_id").nullable) == (False, True)


def test_the_file_carries_version_and_rules(result: ReportResult, tmp_path: Path) -> None:
    with ParquetWriter(tmp_path / "out.parquet") as writer:
        writer.write(result, REPORT)
    metadata = pq.read_schema(tmp_path / "out.parquet").metadata
    assert (metadata[b"horad.version"], metadata[b"horad.rules_sha256"]) == (b"0.1.0", b"0" * 64)


def test_rows_are_written_in_groups(result: ReportResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_ROWS_PER_GROUP", 2)
    with ParquetWriter(tmp_path / "out.parquet") as writer:
        for _ in range(5):
            writer.write(result, REPORT)
    groups = pq.ParquetFile(tmp_path / "out.parquet").metadata
    assert [groups.row_group(number).num_rows for number in range(groups.num_row_groups)] == [2, 2, 1]


def test_parts_are_joined_in_their_order(result: ReportResult, tmp_path: Path) -> None:
    for name in ("b", "a"):
        with ParquetWriter(tmp_path / name, {"shard": name}) as writer:
            writer.write(result.model_copy(update={"report_id": name}), REPORT)
    join([tmp_path / "b", tmp_path / "a"], tmp_path / "out", {"version": "1"})
    assert pq.read_table(tmp_path / "out").column("report_id").to_pylist() == ["b", "a"]
    assert pq.read_schema(tmp_path / "out").metadata == {b"horad.version": b"1"}


def test_no_parts_are_a_table_without_rows(tmp_path: Path) -> None:
    join([], tmp_path / "out", {"version": "1"})
    assert pq.read_table(tmp_path / "out").num_rows == 0


def test_the_same_results_are_the_same_bytes(result: ReportResult, tmp_path: Path) -> None:
    for name in ("a", "b"):
        with ParquetWriter(tmp_path / name) as writer:
            writer.write(result, REPORT)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
