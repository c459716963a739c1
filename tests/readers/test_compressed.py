"""Files that gzip has compressed: read as what they hold, in places too, and ended where they are made to do harm."""

import gzip
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from horad.knowledge import sources
from horad.readers import compressed
from horad.readers.detect import SourceFile, read_source
from horad.readers.ranges import form_of, headers_from, records_from
from horad.readers.rows import Columns
from horad.records import Rejection, Report
from horad.run.batch import plan, run
from tests.readers.fhir_made import bundle, report
from tests.readers.hl7_made import oru

TEXT = "Heterotopic ossification of the left hip."
LINE = json.dumps({"id": "a", "text": TEXT}) + "\n"


def _packed(path: Path, data: str | bytes) -> Path:
    path.write_bytes(gzip.compress(data if isinstance(data, bytes) else data.encode()))
    return path


@pytest.mark.parametrize(
    ("name", "data", "form", "ids"),
    [
        pytest.param("a.jsonl.gz", LINE * 2, "jsonl", ["a", "a"], id="JSON lines"),
        pytest.param("a.GZ", LINE, "jsonl", ["a"], id="no inner suffix"),
        pytest.param("a.csv.gz", f"id;text\nc;{TEXT}\n", "csv", ["c"], id="CSV"),
        pytest.param("a.csv.gz", "id;text\nc;Verkn\xf6cherung\n".encode("cp1252"), "csv", ["c"], id="CSV, CP-1252"),
        pytest.param("a.tsv.gz", f"id\ttext\nc\t{TEXT}\n", "csv", ["c"], id="TSV"),
        pytest.param("a.ndjson.gz", (json.dumps(report()) + "\n") * 2, "fhir", ["r1", "r1"], id="FHIR lines"),
        pytest.param("a.json.gz", json.dumps(bundle(report())), "fhir", ["r1"], id="FHIR Bundle"),
        pytest.param("a.hl7.gz", oru([TEXT]), "hl7", ["F1"], id="HL7"),
        pytest.param("a.txt.gz", TEXT, "text", ["a"], id="text"),
    ],
)
def test_a_compressed_file_is_read_as_what_it_holds(
    tmp_path: Path, name: str, data: str | bytes, form: str, ids: list[str]
) -> None:
    path = _packed(tmp_path / name, data)
    assert form_of(SourceFile(path, name)) == form
    assert [record.metadata.id for record in read_source(path) if isinstance(record, Report)] == ids


def test_what_cannot_be_expanded_as_it_is_read_is_refused(tmp_path: Path) -> None:
    (record,) = read_source(_packed(tmp_path / "a.gz", b"%PDF-1.4\n"))
    assert isinstance(record, Rejection)
    assert record.reason == "is a document, table or page that gzip has compressed; decompress it first"


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="cut short"),
        pytest.param(lambda data: data[:-8] + b"\0" * 8, id="wrong sum"),
        pytest.param(lambda data: data[:10] + b"\xff" * 50, id="junk"),
        pytest.param(lambda data: data + b"more", id="something behind it"),
    ],
)
def test_a_damaged_file_is_told_as_such_and_never_as_whole(tmp_path: Path, spoilt: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(spoilt(gzip.compress(LINE.encode() * 5_000)))
    assert [record.reason for record in read_source(path) if isinstance(record, Rejection)] == [
        "is a gzip file that is damaged or cut short"
    ]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of two megabytes whatever the size, and of four times it."""
    limits = sources.load_limits()
    gzipped = limits.gzip.model_copy(update={"always_bytes": 2_000_000, "expanded_times": 4})
    monkeypatch.setattr(compressed, "load_limits", lambda: limits.model_copy(update={"gzip": gzipped}))


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize(
    "filling",
    [
        pytest.param(b" " * 50_000_000, id="one line"),
        pytest.param(b'{"text": ""}\n' * 4_000_000, id="lines"),
        pytest.param(b'{"resourceType": "Bundle", "entry": [' + b" " * 50_000_000, id="FHIR"),
        pytest.param(b"MSH|^~\\&|" + b"x" * 50_000_000, id="HL7"),
    ],
)
def test_a_file_that_expands_beyond_all_measure_is_ended(tmp_path: Path, filling: bytes) -> None:
    path = _packed(tmp_path / "bomb.gz", LINE.encode() * 3 + filling if filling[:1] in b" {" else filling)
    *_, last = read_source(path)
    assert isinstance(last, Rejection)
    assert last.reason == "expands to more than 2 MB; it may be made to do harm"


@pytest.mark.usefixtures("narrow")
def test_a_bomb_is_quarantined_and_what_stands_beside_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    _packed(tmp_path / "in" / "a.csv.gz", b"text\n" + b"a" * 20_000_000)
    (tmp_path / "in" / "b.jsonl").write_text(LINE)
    tally = run(plan([tmp_path / "in"], tmp_path / "out.jsonl", workers=0))
    assert (tally.read, tally.written, tally.quarantined) == (2, 1, 1)
    assert tally.first_reason == "a.csv.gz: expands to more than 2 MB; it may be made to do harm"


def test_a_compressed_file_is_cut_into_shards_and_gives_the_same_rows(tmp_path: Path) -> None:
    lines = "".join(
        json.dumps({"id": str(n), "text": f"Chest {n}. " + "No fracture. " * 60}) + "\n" for n in range(900)
    )
    (tmp_path / "a.jsonl").write_text(lines)
    _packed(tmp_path / "a.jsonl.gz", lines)
    for name in ("a.jsonl", "a.jsonl.gz"):
        run(replace(plan([tmp_path / name], tmp_path / f"{name}.out.jsonl", workers=0), shard_records=100))
    assert (tmp_path / "a.jsonl.out.jsonl").read_bytes() == (tmp_path / "a.jsonl.gz.out.jsonl").read_bytes()
    told = json.loads((tmp_path / "a.jsonl.gz.out.jsonl.run.json").read_bytes())
    assert [shard["read"] for shard in told["shards"]] == [161, 161, 161, 161, 161, 95]


def test_places_in_a_compressed_file_stand_further_and_further_apart(tmp_path: Path) -> None:
    path = _packed(tmp_path / "a.jsonl.gz", "".join(f'{{"id": "{n}", "text": "{"x" * 50_000}"}}\n' for n in range(400)))
    file = SourceFile(path, path.name)
    places = [place for place, _ in headers_from(file, Columns()) if place]
    apart = [later[0] - earlier[0] for earlier, later in itertools.pairwise(places)]
    assert (apart[0] // 50_000, apart[-1] // 50_000) == (3, 25)
    (_, record), *_ = records_from(file, Columns(), places[5])
    assert isinstance(record, Report)
    assert record.metadata.id == str(places[5][1])
