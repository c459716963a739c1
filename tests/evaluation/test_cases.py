import re
from pathlib import Path

import pytest

from horad.errors import SourceError
from horad.evaluation.cases import read_cases
from tests.evaluation.made import gold_row, result_row, write_lines


def test_files_are_told_apart_whatever_their_order(tmp_path: Path) -> None:
    results = write_lines(tmp_path / "results.jsonl", [result_row("c"), result_row("a"), result_row("b")])
    write_lines(tmp_path / "1_gold.jsonl", [gold_row("b")])
    write_lines(tmp_path / "2_gold.jsonl", [gold_row("a")])
    cases = read_cases([str(results), str(tmp_path / "*_gold.jsonl")])
    assert [(case.id, case.answer.report_id) for case in cases] == [("b", "b"), ("a", "a")]


@pytest.mark.parametrize(
    ("gold", "results", "message"),
    [
        pytest.param("ab", "a", "1 of 2 gold ids have no prediction: 'b'", id="one"),
        pytest.param("abcde", "c", "4 of 5 gold ids have no prediction: 'a', 'b', 'd', …", id="many"),
        pytest.param("", "a", "none of the files holds labels", id="no gold"),
    ],
)
def test_ids_that_do_not_match_are_refused(gold: str, results: str, message: str, tmp_path: Path) -> None:
    names = [str(write_lines(tmp_path / "results.jsonl", map(result_row, results)))]
    if gold:
        names.append(str(write_lines(tmp_path / "gold.jsonl", map(gold_row, gold))))
    with pytest.raises(SourceError, match=re.escape(message)):
        read_cases(names)
