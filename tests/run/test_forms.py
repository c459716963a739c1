"""Every form through a whole batch of several shards."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from horad.run.batch import plan, run

LINES = [
    {"id": "a", "patient_id": "P-1", "text": "CT. Mature heterotopic ossification of the left hip, Brooker III."},
    {"id": "b", "text": "No fracture."},
    {"id": "c", "patient_id": "P-2", "text": "Radiograph. No heterotopic ossification of the right hip."},
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    return path


def written(source: Path, out: Path, form: str) -> dict[str, int]:
    """The counts of a batch of one shard per report."""
    run(replace(plan([source], out, form, workers=0), shard_records=1))
    beside = out / "run.json" if out.is_dir() else out.with_name(f"{out.name}.run.json")
    report = json.loads(beside.read_bytes())
    return {name: report[name] for name in ("read", "written", "left_out")}


def parts(out: Path) -> Iterator[Path]:
    yield from (path for path in sorted(out.rglob("*")) if path.is_file() and "part-" in str(path.relative_to(out)))


@pytest.mark.parametrize("form", ["dicom-sr", "fhir"])
def test_what_mentions_nothing_is_left_out_and_counted(form: str, source: Path, tmp_path: Path) -> None:
    assert written(source, tmp_path / "out", form) == {"read": 3, "written": 2, "left_out": 1}
    report = json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert report["set_aside"] == [{"source": "in.jsonl", "position": 2, "outcome": "left_out"}]


@pytest.mark.parametrize("form", ["hl7", "duckdb", "parquet", "jsonl", "csv"])
def test_other_forms_hold_every_report(form: str, source: Path, tmp_path: Path) -> None:
    assert written(source, tmp_path / "out", form) == {"read": 3, "written": 3, "left_out": 0}


def test_documents_stand_in_the_folder_of_their_shard(source: Path, tmp_path: Path) -> None:
    written(source, tmp_path / "out", "dicom-sr")
    suffixes = sorted("".join(path.suffixes) for path in parts(tmp_path / "out"))
    assert suffixes == [".dcm"] * 2 + [".html"] * 2 + [".jsonl"] * 3 + [".source.dcm"] * 2


def test_every_message_is_in_the_batches(source: Path, tmp_path: Path) -> None:
    written(source, tmp_path / "out", "hl7")
    text = b"".join(path.read_bytes() for path in parts(tmp_path / "out")).decode("utf-8")
    ids = [line.split("|")[3] for line in text.split("\r") if line.startswith("OBR")]
    assert sorted(ids) == ["a", "b", "c"]


def test_the_database_is_made_of_all_shards(source: Path, tmp_path: Path) -> None:
    written(source, tmp_path / "out.duckdb", "duckdb")
    with duckdb.connect(str(tmp_path / "out.duckdb"), read_only=True) as database:
        found = database.execute("SELECT report, report_id, ho_status FROM reports ORDER BY report").fetchall()
        [(version,)] = database.execute("SELECT value FROM meta WHERE name = 'version'").fetchall()
    assert found == [(0, "a", "present"), (1, "b", "not_mentioned"), (2, "c", "absent")]
    assert version == "0.1.0"


@pytest.mark.parametrize("form", ["dicom-sr", "fhir", "hl7"])
def test_a_second_batch_writes_the_same_bytes(form: str, source: Path, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        written(source, tmp_path / name, form)
        made.append({str(path.relative_to(tmp_path / name)): path.read_bytes() for path in parts(tmp_path / name)})
    assert made[0] == made[1]


def test_the_flat_table_holds_what_the_form_leaves_out(source: Path, tmp_path: Path) -> None:
    job = plan([source], tmp_path / "out", "fhir", workers=0)
    run(replace(job, flat=tmp_path / "flat.parquet"))
    assert pq.read_table(tmp_path / "flat.parquet").column("report_id").to_pylist() == ["a", "b", "c"]
