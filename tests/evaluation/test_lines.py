import re
from pathlib import Path

import pytest

from horad.errors import SourceError
from horad.evaluation.lines import Line, find_files, kind_of, read_lines
from horad.evaluation.predictions import Prediction


def test_names_and_patterns_are_found_once_and_patterns_in_order(tmp_path: Path) -> None:
    for name in ("b_dev.jsonl", "a_dev.jsonl", "other.jsonl"):
        (tmp_path / name).write_text("{}")
    names = [str(tmp_path / "other.jsonl"), str(tmp_path / "*_dev.jsonl"), str(tmp_path / "a_*")]
    assert [path.name for path in find_files(names)] == ["other.jsonl", "a_dev.jsonl", "b_dev.jsonl"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    path = tmp_path / "gold[1].jsonl"
    path.write_text("{}")
    assert find_files([str(path)]) == [path]


def test_a_name_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\*: no such file, and no file matches it as a pattern"):
        find_files([str(tmp_path / "none*")])


def test_a_folder_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=re.escape(f"is a folder; name its files, for instance '{tmp_path}/*.jsonl'")):
        find_files([str(tmp_path)])


def test_blank_lines_count_as_places(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}\r\n\n{"a": 2}')
    assert read_lines(path) == [Line(f"{path}:1", {"a": 1}), Line(f"{path}:3", {"a": 2})]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        pytest.param(b"", "x.jsonl: holds no lines; name a file of JSON lines", id="empty"),
        pytest.param(b'{"a": 1}\nHO of the hip\n', "x.jsonl:2: is not JSON: Expecting value at column 1", id="text"),
        pytest.param(b"[1]", "x.jsonl:1: is a JSON list, not an object", id="list"),
        pytest.param(b"PAR1", "x.jsonl:1: is a Parquet file", id="parquet"),
    ],
)
def test_a_file_of_something_else_is_refused(raw: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(raw)
    with pytest.raises(SourceError, match=re.escape(message)):
        read_lines(path)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        pytest.param({"id": "a", "text": "HO.", "gold": {}}, "gold", id="gold"),
        pytest.param({"report_id": "a", "summary": {}, "extra": {"gold": {}}}, "predictions", id="gold in extra"),
    ],
)
def test_gold_and_results_are_told_apart_by_their_keys(values: dict[str, object], kind: str) -> None:
    assert kind_of(Line("x:1", values)) == kind


def test_a_line_that_is_neither_is_refused() -> None:
    with pytest.raises(SourceError, match=r"x:1: is neither a labelled report .* nor a result"):
        kind_of(Line("x:1", {"id": "a", "text": "HO."}))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        pytest.param({}, "x:1: 'report_id' is missing", id="no id"),
        pytest.param(
            {"report_id": "a", "summary": {"tumour": ["secret"]}}, "'summary.tumour' must be a text", id="kind"
        ),
        pytest.param(
            {"report_id": "a", "summary": {"sites": "secret"}}, "'summary.sites' must be a list", id="no list"
        ),
        pytest.param(
            {"report_id": "a", "evidence": [{"start": "secret"}]},
            "'evidence.0.start' must be a whole number",
            id="offset",
        ),
    ],
)
def test_a_wrong_value_is_named_by_its_key_and_never_quoted(values: dict[str, object], message: str) -> None:
    with pytest.raises(SourceError, match=re.escape(message)) as raised:
        Line("x:1", values).read_as(Prediction)
    assert "secret" not in str(raised.value)
