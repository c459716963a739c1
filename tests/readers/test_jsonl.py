import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.errors import RecordError
from horad.readers.decode import CP1252_WARNING
from horad.readers.jsonl import parse_object, read
from horad.readers.rows import Columns
from horad.records import Metadata, Rejection, Report


def records(raw: bytes, folder: Path, columns: Columns | None = None) -> list[Report | Rejection]:
    path = folder / "reports.jsonl"
    path.write_bytes(raw)
    return list(read(path, "reports.jsonl", columns or Columns()))


def test_every_line_is_a_report_and_blank_lines_count_as_places(tmp_path: Path) -> None:
    raw = b'\xef\xbb\xbf{"id": "a", "text": "No HO.\\r\\n", "gold": {"x": 1}}\n\n{"text": "HO."}\r\n{"text": "Last."}'
    assert records(raw, tmp_path) == [
        Report(
            text="No HO.\r\n", metadata=Metadata(id="a", extra={"gold": {"x": 1}}), source="reports.jsonl", position=1
        ),
        Report(text="HO.", source="reports.jsonl", position=3),
        Report(text="Last.", source="reports.jsonl", position=4),
    ]


def test_other_keys_can_hold_text_and_id(tmp_path: Path) -> None:
    [report] = records(b'{"words": "HO.", "number": 7, "text": "other"}\n', tmp_path, Columns("words", "number"))
    assert report == Report(
        text="HO.", metadata=Metadata(id="7", extra={"text": "other"}), source="reports.jsonl", position=1
    )


def test_a_line_in_another_encoding_is_read_with_a_warning(tmp_path: Path) -> None:
    [report] = records('{"text": "Größe"}'.encode("cp1252"), tmp_path)
    assert report == Report(text="Größe", source="reports.jsonl", position=1, warnings=(CP1252_WARNING,))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param(b'{"text": "HO."', "is not JSON: Expecting ',' delimiter at column 15", id="cut"),
        pytest.param(b'["HO."]', 'is a JSON list, not an object like {"id": …, "text": …}', id="list"),
        pytest.param(b"7", 'is a JSON number, not an object like {"id": …, "text": …}', id="number"),
        pytest.param(b'{"text": "a", "text": "b"}', "is not usable JSON: the key 'text' stands twice", id="key twice"),
        pytest.param(b'{"text": "\\ud800"}', "is not valid Unicode (half of a surrogate pair)", id="half a pair"),
        pytest.param(
            b'{"text": "a", "x": ["\\udfff"]}', "is not valid Unicode (half of a surrogate pair)", id="deep half"
        ),
        pytest.param(b'{"text": "a\\u0000"}', "'text' holds NUL characters; remove them", id="NUL"),
        pytest.param(
            b'{"x":' * 100_000, "is not usable JSON: a number is too long, or the nesting too deep", id="deep"
        ),
        pytest.param(
            b'{"x": ' + b"9" * 5000 + b"}",
            "is not usable JSON: a number is too long, or the nesting too deep",
            id="long number",
        ),
    ],
)
def test_a_bad_line_is_rejected_and_the_next_one_read(line: bytes, reason: str, tmp_path: Path) -> None:
    assert records(line + b'\n{"text": "HO."}\n', tmp_path) == [
        Rejection(source="reports.jsonl", position=1, reason=reason),
        Report(text="HO.", source="reports.jsonl", position=2),
    ]


def test_a_line_without_end_is_rejected_and_the_next_one_read(tmp_path: Path) -> None:
    raw = b'{"text": "' + b"a" * 10_000_000 + b'"}\n{"text": "HO."}\n'
    assert records(raw, tmp_path) == [
        Rejection(source="reports.jsonl", position=1, reason="the line is too long; one line holds one report"),
        Report(text="HO.", source="reports.jsonl", position=2),
    ]


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=4), st.booleans())
def test_any_object_comes_back_as_it_was(row: dict[str, str], ascii_only: bool) -> None:
    assert parse_object(json.dumps(row, ensure_ascii=ascii_only)) == row


@given(st.text(max_size=60))
def test_any_line_is_an_object_or_refused(line: str) -> None:
    try:
        assert isinstance(parse_object(line), dict)
    except RecordError as error:
        assert str(error)
