"""What horad writes for other systems, read by horad again: the same text, marked as preliminary."""

import json
from pathlib import Path

import pytest

from horad.readers.detect import read_source
from horad.readers.rows import Columns
from horad.records import Report, ReportResult
from horad.run.batch import plan, run
from horad.terms import ReportStatus

LINES = [
    {"id": "a", "patient_id": "P-1", "text": "CT.\nMature bone | left hip, 3 ^ 4 & 5 ~ 6, Brooker III.\nGr\u00fcn."},
    {"id": "b", "accession_number": "A-2", "text": "No heterotopic ossification. No tumour."},
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    return path


def read_again(source: Path, out: Path, form: str) -> list[Report]:
    """The reports in the parts of a batch."""
    run(plan([source], out, form, workers=0))
    found = [record for part in sorted(out.glob("part-*")) for record in read_source(part, Columns())]
    return [record for record in found if isinstance(record, Report)]


@pytest.mark.parametrize("form", ["hl7", "fhir"])
def test_the_text_and_whose_it_is_come_back_and_the_status_is_preliminary(
    form: str, source: Path, tmp_path: Path
) -> None:
    reports = read_again(source, tmp_path / "out", form)
    assert [one.text for one in reports] == [line["text"] for line in LINES]
    told = [(one.metadata.id, one.metadata.patient_id, one.metadata.accession_number) for one in reports]
    assert told == [("a", "P-1", None), ("b", None, "A-2")]
    assert {one.metadata.report_status for one in reports} == {ReportStatus.PRELIMINARY}


@pytest.mark.parametrize("form", ["hl7", "fhir"])
def test_reading_again_finds_the_same(form: str, source: Path, tmp_path: Path) -> None:
    read_again(source, tmp_path / "out", form)
    run(plan([source], tmp_path / "first.jsonl", workers=0))
    run(plan(sorted((tmp_path / "out").glob("part-*")), tmp_path / "again.jsonl", workers=0))
    first, again = (
        [ReportResult.model_validate_json(line) for line in (tmp_path / name).read_bytes().splitlines()]
        for name in ("first.jsonl", "again.jsonl")
    )
    assert [one.summary for one in again] == [one.summary for one in first]
