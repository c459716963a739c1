import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from horad.errors import SourceError
from horad.readers.csv import read
from horad.readers.decode import CP1252_WARNING
from horad.readers.rows import Columns
from horad.records import Metadata, Rejection, Report


def records(
    raw: bytes, folder: Path, name: str = "table.csv", columns: Columns | None = None
) -> list[Report | Rejection]:
    path = folder / name
    path.write_bytes(raw)
    return list(read(path, name, columns or Columns()))


FIRST = Report(text="No HO.", metadata=Metadata(id="a", extra={"ward": "3"}), source="table.csv", position=1)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"id,text,ward\na,No HO.,3\n", id="comma"),
        pytest.param(b"id;text;ward\r\na;No HO.;3\r\n", id="semicolon, CRLF"),
        pytest.param(b"id\ttext\tward\na\tNo HO.\t3", id="tab, no last newline"),
        pytest.param(b"id|text|ward\na|No HO.|3\n", id="bar"),
        pytest.param(b'\xef\xbb\xbf"id","text","ward"\n"a","No HO.","3"\n', id="mark and quotes"),
        pytest.param(b" id , text , ward \na,No HO.,3\n\n\n", id="spaces in the header, blank rows"),
        pytest.param("id,text,ward\na,No HO.,3\n".encode("utf-16"), id="UTF-16"),
    ],
)
def test_a_table_is_read_whatever_its_dialect(raw: bytes, tmp_path: Path) -> None:
    assert records(raw, tmp_path) == [FIRST]


def test_a_tsv_is_split_at_tabs_only(tmp_path: Path) -> None:
    [report] = records(b"id\ttext\na\tNo, no HO.\n", tmp_path, "table.tsv")
    assert report == Report(text="No, no HO.", metadata=Metadata(id="a"), source="table.tsv", position=1)


def test_newlines_in_a_quoted_cell_stay_as_they_are(tmp_path: Path) -> None:
    [report] = records(b'text\n"One.\r\nTwo.\nThree."\n', tmp_path)
    assert report == Report(text="One.\r\nTwo.\nThree.", source="table.csv", position=1)


def test_another_encoding_is_read_with_a_warning(tmp_path: Path) -> None:
    [report] = records("text\nGröße\n".encode("cp1252"), tmp_path)
    assert report == Report(text="Größe", source="table.csv", position=1, warnings=(CP1252_WARNING,))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(b"a,b,c", "the row has 3 cells, the header 2; is a quote or a separator missing?", id="too many"),
        pytest.param(b"a", "the row has 1 cells, the header 2; is a quote or a separator missing?", id="too few"),
        pytest.param(b"a,", "'text' is empty", id="no text"),
        pytest.param(
            b"a," + b"x" * 1_000_001, "the row is not CSV: field larger than field limit (1000000)", id="too long"
        ),
    ],
)
def test_a_bad_row_is_rejected_and_the_next_one_read(row: bytes, reason: str, tmp_path: Path) -> None:
    assert records(b"id,text\n" + row + b"\nb,HO.\n", tmp_path) == [
        Rejection(source="table.csv", position=1, reason=reason),
        Report(text="HO.", metadata=Metadata(id="b"), source="table.csv", position=2),
    ]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        pytest.param(
            b"a,b\n1,2\n",
            r"table.csv: has no text column; name one with horad batch --text-column .*: a, b\)",
            id="no text column",
        ),
        pytest.param(b"\n", "table.csv: is empty; the first line of a CSV names its columns", id="no header"),
        pytest.param(b"id,text\na,\0\n", "table.csv: holds NUL bytes", id="NUL"),
        pytest.param(b"id,text\n" + b"a,b\n" * 300_000 + b"\0", "table.csv: holds NUL bytes; save it", id="late NUL"),
        pytest.param(b"PK\x03\x04", "table.csv: is a ZIP or Office file", id="a workbook called CSV"),
        pytest.param(b"id,text\na,caf\x81\n", "table.csv: is neither UTF-8 nor CP-1252", id="no known encoding"),
    ],
)
def test_a_file_that_is_no_table_of_reports_is_refused(raw: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=message):
        records(raw, tmp_path)


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\r\n\t"), min_size=1).filter(
    str.strip
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(CELLS, min_size=1, max_size=4))
def test_what_a_csv_writer_wrote_is_read_back(texts: list[str], tmp_path: Path) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["text", "id"], *([text, str(number)] for number, text in enumerate(texts))])
    read_back = [record.text for record in records(out.getvalue().encode(), tmp_path) if isinstance(record, Report)]
    assert read_back == texts
