import re

import pytest

from horad.errors import SourceError
from horad.evaluation.gold import read_gold
from horad.evaluation.lines import Line
from tests.evaluation.made import gold_row


def test_labelled_reports_are_read_in_order_and_a_number_is_an_id() -> None:
    rows = [gold_row("b"), {**gold_row("a"), "id": 7}]
    assert [report.id for report in read_gold([Line("x:1", rows[0]), Line("x:2", rows[1])])] == ["b", "7"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        pytest.param([gold_row("a"), gold_row("a")], "x:2: the id 'a' stands twice, first in x:1", id="twice"),
        pytest.param([{"id": "a", "gold": {}}], "x:1: 'text' is missing", id="no text"),
        pytest.param([{"id": "a", "text": "HO.", "gold": "HO."}], "x:1: 'gold' must be an object", id="no labels"),
    ],
)
def test_what_is_no_labelled_report_is_refused(rows: list[dict[str, object]], message: str) -> None:
    with pytest.raises(SourceError, match=re.escape(message)):
        read_gold([Line(f"x:{number}", row) for number, row in enumerate(rows, start=1)])
