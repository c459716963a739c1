import json
from pathlib import Path

from horad.records import Rejection, Report, ReportResult
from horad.writers.jsonl import JsonlWriter, QuarantineWriter

REPORT = Report(text="secret")


def test_every_result_is_one_line_that_reads_back(result: ReportResult, tmp_path: Path) -> None:
    odd = result.model_copy(update={"report_id": "Größe\u2028\n"})
    with JsonlWriter(tmp_path / "out.jsonl") as writer:
        writer.write(result, REPORT)
        writer.write(odd, REPORT)
    lines = (tmp_path / "out.jsonl").read_bytes().split(b"\n")
    assert [ReportResult.model_validate_json(line) for line in lines[:2]] == [result, odd]
    assert lines[2:] == [b""]


def test_the_quarantine_lists_source_position_and_reason(tmp_path: Path) -> None:
    with QuarantineWriter(tmp_path / "q.jsonl") as writer:
        writer.write(Rejection(source="a.csv", position=3, reason="'text' is empty"))
    row = json.loads((tmp_path / "q.jsonl").read_bytes())
    assert row == {"source": "a.csv", "position": 3, "reason": "'text' is empty"}


def test_a_quarantine_without_records_is_no_file(tmp_path: Path) -> None:
    with QuarantineWriter(tmp_path / "q.jsonl"):
        pass
    assert list(tmp_path.iterdir()) == []
