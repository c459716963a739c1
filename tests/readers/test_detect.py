import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from horad.errors import SourceError
from horad.readers.detect import read_source
from horad.records import Rejection, Report


def ids(source: Path, **options: list[Path]) -> list[str]:
    return [r.report_id if isinstance(r, Report) else f"{r.source}! {r.reason}" for r in read_source(source, **options)]


def fill(folder: Path, **files: bytes) -> None:
    for name, raw in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)


def test_a_folder_of_every_form_is_read_to_the_bottom_in_order(tmp_path: Path) -> None:
    fill(
        tmp_path,
        b_dot_txt=b"HO.",
        a__c_dot_md=b"HO.",
        a__t_dot_csv=b"id,text\n7,HO.\n",
        a__j_dot_jsonl=b'{"text": "HO."}\n',
    )
    fill(tmp_path, _dot_hidden_dot_txt=b"HO.", _dot_git__x_dot_txt=b"HO.")
    pq.write_table(pa.table({"text": ["HO."]}), tmp_path / "p.parquet")
    assert ids(tmp_path) == ["b", "p.parquet:1", "a/c", "a/j.jsonl:1", "7"]


@pytest.mark.parametrize(
    ("name", "raw", "found"),
    [
        pytest.param("a.dat", b"No HO.", ["a"], id="text under an unknown suffix"),
        pytest.param("a", b'{"id": "x", "text": "HO."}\n', ["x"], id="JSON lines without a suffix"),
        pytest.param("a.json", b'{"id": "x", "text": "HO."}\n', ["x"], id="JSON lines called JSON"),
        pytest.param("a.txt", b'\xef\xbb\xbf\n{"id": "x", "text": "HO."}\n', ["x"], id="JSON lines called text"),
        pytest.param("a.txt", b"{not JSON} No HO.", ["a"], id="text that begins with a brace"),
        pytest.param("a.jsonl", b"{\n", ["a.jsonl! is not JSON"], id="broken JSON lines"),
        pytest.param("a.json", b"[\n1]", ["a.json! is not JSON lines; write one object per line"], id="other JSON"),
        pytest.param("a.csv", b'{"a",text\n1,HO.\n', ["a.csv:1"], id="CSV that begins with a brace"),
        pytest.param("a.txt", b"", ["a.txt! is empty; check how it was made"], id="empty"),
        pytest.param("a.pdf", b"%PDF-1.4", ["a.pdf! is damaged, or not of the form it claims"], id="PDF"),
        pytest.param("a.csv", b"x,y\n1,2\n", ["a.csv! has no text column"], id="CSV without a text column"),
        pytest.param("a.csv", b"id,text\n", [], id="CSV without rows"),
    ],
)
def test_a_file_is_recognised_by_content_and_suffix(name: str, raw: bytes, found: list[str], tmp_path: Path) -> None:
    fill(tmp_path, **{name: raw})
    read = ids(tmp_path / name)
    assert len(read) == len(found)
    assert [have.startswith(want) for have, want in zip(read, found, strict=True)] == [True] * len(found)


def test_a_parquet_file_is_recognised_under_any_name(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["x"], "text": ["HO."]}), tmp_path / "a.txt")
    assert ids(tmp_path / "a.txt") == ["x"]


def test_a_file_that_cannot_be_used_does_not_stop_the_next(tmp_path: Path) -> None:
    fill(tmp_path, a_dot_csv=b"x,y\n1,2\n", b_dot_txt=b"HO.")
    first, second = read_source(tmp_path)
    assert isinstance(first, Rejection)
    assert second.source == "b.txt"


def test_the_own_output_is_left_out(tmp_path: Path) -> None:
    fill(tmp_path, a_dot_txt=b"HO.", out_dot_jsonl=b"{}", parts__p_dot_txt=b"HO.")
    assert ids(tmp_path, leave_out=[tmp_path / "out.jsonl", tmp_path / "parts"]) == ["a"]


def test_a_pipe_is_read_as_one_report(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    if os.fork() == 0:
        pipe.write_bytes(b"HO.")
        os._exit(0)
    assert ids(pipe) == ["pipe"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("missing.txt", "missing.txt: no such file or folder", id="missing"),
        pytest.param(
            "folder", "folder: holds no reports; a report is a .txt, .jsonl, .csv or .parquet file", id="empty folder"
        ),
    ],
)
def test_a_source_that_is_nothing_is_refused(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "folder" / "deeper").mkdir(parents=True)
    with pytest.raises(SourceError, match=message):
        list(read_source(tmp_path / name))
