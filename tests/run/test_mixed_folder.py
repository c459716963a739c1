"""One folder with every form side by side, through the command: each record accounted for, by form and by reason."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from horad.cli import app
from tests.readers import dicom_made, fhir_made, hl7_made
from tests.readers.test_pdf import made as pdf_made

PRESENT = "CT. Heterotopic ossification of the left hip."
OUTCOMES = ("written", "quarantined", "superseded", "cancelled", "left_out")


def _row(key: str, **more: str) -> str:
    return json.dumps({"id": key, "text": PRESENT, **more}) + "\n"


def _texts(folder: Path) -> None:
    (folder / "wards" / "hip").mkdir(parents=True)
    (folder / "wards" / "hip" / "one.txt").write_text(PRESENT)
    (folder / "wards" / "lines.jsonl").write_text(
        _row("j1") + _row("j2", report_status="final") + _row("j2", report_status="corrected") + "{broken\n"
    )
    (folder / "wards" / "table.csv").write_bytes("id;text\nc1;Verkn\xf6cherung, HO of the hip.\n".encode("cp1252"))
    (folder / "page.html").write_text(f"<!doctype html><html><body><p>{PRESENT}</p></body></html>")
    (folder / "page.pdf").write_bytes(pdf_made([PRESENT]))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "junk.bin").write_bytes(bytes(range(256)) * 40)


def _tables(folder: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["id", "text"], ["x1", PRESENT], ["x2", PRESENT]):
        book.worksheets[0].append(row)
    book.save(folder / "wards" / "book.xlsx")
    pq.write_table(pa.table({"id": ["p1"], "text": [PRESENT]}), folder / "wards" / "table.parquet")


def _messages(folder: Path) -> None:
    def oru(key: str, **of: str) -> str:
        return hl7_made.oru([PRESENT], filler=key, accession=key, **of)

    (folder / "night").mkdir()
    (folder / "night" / "single.hl7").write_text(oru("H1"), newline="")
    batch = ["FHS|^~\\&\r", oru("H2"), oru("H3", status="X"), hl7_made.message(kind="ADT^A01"), "FTS|1\r"]
    (folder / "night" / "batch.dat").write_text("".join(batch), newline="")
    known = fhir_made.report(id="r1"), fhir_made.report(id="r2", status="entered-in-error")
    plain = [{**report, "basedOn": []} for report in known]
    (folder / "night" / "bundle.json").write_text(json.dumps(fhir_made.bundle(fhir_made.PATIENT, *plain)))


def _documents(folder: Path) -> None:
    place = folder / "pacs" / "study"
    place.mkdir(parents=True)
    report = dicom_made.document(SOPInstanceUID="1.2.3.9", AccessionNumber="D1")
    whole = dicom_made.save(report, place / "report.dcm").read_bytes()
    (place / "short.dcm").write_bytes(whole[:-150])
    enclosed = {"EncapsulatedDocument": pdf_made([PRESENT]), "MIMETypeOfEncapsulatedDocument": "application/pdf"}
    pdf = dicom_made.document((), dicom_made.PDF, SOPInstanceUID="1.2.3.8", AccessionNumber="D2", **enclosed)
    dicom_made.save(pdf, place / "letter")
    image = dicom_made.document((), dicom_made.CT, Modality="CT", Rows=1, Columns=1)
    dicom_made.save(image, place / "image.dcm")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of one batch over all of it, which ends with exit code 1."""
    folder = tmp_path_factory.mktemp("mixed")
    (folder / "in").mkdir()
    for make in (_texts, _tables, _messages, _documents):
        make(folder / "in")
    assert app.run(["batch", str(folder / "in"), "-o", str(folder / "out"), "--workers", "2", "--shard-size", "6"]) == 1
    return folder / "out"


@pytest.fixture(scope="module")
def told(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "run.json").read_bytes()))


def test_every_form_is_counted(told: dict[str, Any]) -> None:
    assert told["by_form"] == {
        "csv": {"written": 1},
        "dicom": {"written": 2, "quarantined": 2},
        "excel": {"written": 2},
        "fhir": {"written": 1, "left_out": 1},
        "hl7": {"written": 2, "cancelled": 1, "quarantined": 1},
        "html": {"written": 1},
        "jsonl": {"written": 2, "superseded": 1, "quarantined": 1},
        "parquet": {"written": 1},
        "pdf": {"written": 1},
        "text": {"written": 1, "quarantined": 1},
        "unknown": {"quarantined": 1},
    }


def test_every_record_is_accounted_for(told: dict[str, Any]) -> None:
    assert told["read"] == sum(told[outcome] for outcome in OUTCOMES)
    assert [told[outcome] for outcome in OUTCOMES] == [14, 6, 1, 1, 1]


def test_what_cannot_be_read_is_listed_with_its_reason(out: Path) -> None:
    rows = [json.loads(row) for row in (out / "quarantine.jsonl").read_bytes().splitlines()]
    assert {(row["source"], row["position"]): row["reason"] for row in rows} == {
        ("empty.txt", None): "is empty; check how it was made",
        ("junk.bin", None): "holds NUL bytes (a binary file, or UTF-16 without its mark); save it as UTF-8 text",
        ("night/batch.dat", 3): "is an HL7 message of type ADT, not an observation report (ORU)",
        ("pacs/study/image.dcm", None): "is an image (CT) that is no report",
        ("pacs/study/short.dcm", None): "is cut short (truncated)",
        ("wards/lines.jsonl", 4): "is not JSON: Expecting property name enclosed in double quotes at column 2",
    }


def test_what_was_set_aside_is_listed_with_its_outcome(told: dict[str, Any]) -> None:
    assert [tuple(row.values()) for row in told["set_aside"]] == [
        ("night/batch.dat", 2, "cancelled"),
        ("night/bundle.json", 2, "left_out"),
        ("wards/lines.jsonl", 2, "superseded"),
    ]


def test_every_written_report_stands_once_in_the_parts(out: Path) -> None:
    rows = [row for part in sorted(out.glob("part-*.parquet")) for row in pq.read_table(part).to_pylist()]
    ids = ["1.2.3.8", "1.2.3.9", "H1", "H2", "c1", "j1", "j2", "p1", "page", "page", "r1", "wards/hip/one", "x1", "x2"]
    assert sorted(row["report_id"] for row in rows) == ids
    assert Counter(row["summary"]["ho_status"] for row in rows) == {"present": 14}
