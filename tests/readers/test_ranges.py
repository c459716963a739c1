import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from horad.readers.detect import SourceFile, files_of, read_source
from horad.readers.ranges import form_of, headers_from, is_one_report, records_from
from horad.readers.rows import Columns, Name
from horad.records import Rejection, Report

ROWS = [{"id": str(number), "text": f"Größe {number}.\r\nTwo,\n\u2028three."} for number in range(9)]


def file(folder: Path, name: str, raw: bytes) -> SourceFile:
    (folder / name).write_bytes(raw)
    return SourceFile(folder / name, name)


def as_csv(rows: list[dict[str, str]], encoding: str = "utf-8", mark: bytes = b"") -> bytes:
    quoted = ['"{}","{}"'.format(row["id"], row["text"].replace('"', '""')) for row in rows]
    return mark + "\r\n\r\n".join(["id,text", *quoted]).encode(encoding)


def as_jsonl(rows: list[dict[str, str]]) -> bytes:
    return b"\n\r\n".join(json.dumps(row, ensure_ascii=False).encode() for row in rows)


def as_parquet(rows: list[dict[str, str]], folder: Path) -> bytes:
    pq.write_table(pa.Table.from_pylist(rows), folder / "made", row_group_size=4)
    return (folder / "made").read_bytes()


def assert_any_record_is_a_place_to_start(source: SourceFile, count: int) -> None:
    every = list(records_from(source, Columns()))
    assert [record for _, record in every] == list(read_source(source.path))
    assert [list(records_from(source, Columns(), place)) for place, _ in every] == [every[at:] for at in range(count)]


def test_json_lines_are_read_from_any_line_on(tmp_path: Path) -> None:
    assert_any_record_is_a_place_to_start(file(tmp_path, "a.jsonl", b"\xef\xbb\xbf" + as_jsonl(ROWS)), 9)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["bare", "mark"])
def test_a_csv_is_read_from_any_row_on(mark: bytes, tmp_path: Path) -> None:
    assert_any_record_is_a_place_to_start(file(tmp_path, "a.csv", as_csv(ROWS, mark=mark)), 9)


def test_a_csv_in_another_encoding_is_read_from_any_row_on(tmp_path: Path) -> None:
    rows = [{**row, "text": row["text"].replace("\u2028", "")} for row in ROWS]
    assert_any_record_is_a_place_to_start(file(tmp_path, "a.csv", as_csv(rows, "cp1252")), 9)


def test_parquet_is_read_from_any_row_on(tmp_path: Path) -> None:
    assert_any_record_is_a_place_to_start(file(tmp_path, "a.parquet", as_parquet(ROWS, tmp_path)), 9)


@pytest.mark.parametrize("bad", ["x\n", 'y,"open\n', "\n"], ids=["few cells", "open quote", "blank"])
def test_a_csv_is_read_on_after_a_bad_row(bad: str, tmp_path: Path) -> None:
    source = file(tmp_path, "a.csv", f"id,text\na,One.\n{bad}b,Two.\n".encode())
    assert_any_record_is_a_place_to_start(source, len(list(read_source(source.path))))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12), min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_table_is_read_from_any_row_on(tmp_path: Path, texts: list[str]) -> None:
    source = file(tmp_path, "a.csv", as_csv([{"id": "a", "text": text} for text in texts]))
    assert_any_record_is_a_place_to_start(source, len(list(read_source(source.path))))


def test_utf_16_has_no_places(tmp_path: Path) -> None:
    source = file(tmp_path, "a.csv", "id,text\na,One.\nb,Two.\n".encode("utf-16"))
    assert [place for place, _ in records_from(source, Columns())] == [None, None]


@pytest.mark.parametrize(
    ("name", "raw", "form", "is_one"),
    [
        pytest.param("a.txt", b"CT.", "text", True, id="text"),
        pytest.param("a.jsonl", b'{"text": "CT."}', "jsonl", False, id="JSON lines"),
        pytest.param("a.txt", b'{"text": "CT."}', "jsonl", False, id="JSON lines by content"),
        pytest.param("a.txt", b"", "unknown", False, id="empty"),
    ],
)
def test_the_form_is_known_without_reading(name: str, raw: bytes, form: str, is_one: bool, tmp_path: Path) -> None:
    source = file(tmp_path, name, raw)
    assert (form_of(source), is_one_report(source)) == (form, is_one)


def test_the_files_of_a_folder_in_order_without_those_left_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.txt", "out/part.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("CT.")
    assert [found.name for found in files_of(tmp_path, [tmp_path / "out"])] == ["b.txt", "a/c.txt"]


VALUE = st.none() | st.text(max_size=3) | st.integers(0, 3) | st.booleans() | st.just([1])
NAMED = st.dictionaries(
    st.sampled_from(["text", "id", "Report ID", "patient_id", "accession_number", "sender", "issued", "report_status"]),
    VALUE,
    max_size=5,
)


@given(st.lists(NAMED, min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_headers_name_the_records_that_are_read(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    source = file(tmp_path, "a.jsonl", b"\n".join(json.dumps(row).encode() for row in rows))
    every = list(records_from(source, Columns()))
    headers = list(headers_from(source, Columns()))
    assert [place for place, _ in headers] == [place for place, _ in every]
    pairs = [(header, record) for (_, header), (_, record) in zip(headers, every, strict=True)]
    expected = [name_in(record) if isinstance(header, Name) else record for header, record in pairs]
    assert [header for header, _ in pairs] == expected


def name_in(record: Report | Rejection) -> Name:
    assert isinstance(record, Report)
    known = record.metadata
    assert (known.issued, known.report_status) == (None, "unknown")
    return Name(known.sender, known.patient_id, known.accession_number, known.id)


def test_a_bug_in_a_reader_is_one_rejection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("words of a report")

    monkeypatch.setattr("horad.readers.ranges.reader_for", lambda _: broken)
    [(_, rejection)] = records_from(file(tmp_path, "a.x", b"CT."), Columns())
    assert rejection.reason == "cannot be read on from here (KeyError); please report it"  # type: ignore[union-attr]
