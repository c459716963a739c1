import pytest

from horad.errors import SourceError
from horad.readers.decode import MAX_REPORT_BYTES
from horad.readers.rows import Columns, row_to_report, settle
from horad.records import Metadata, Rejection, Report


@pytest.mark.parametrize(
    ("names", "asked", "settled"),
    [
        (["id", "text"], Columns(), Columns("text", "id")),
        (["Report Text", "Report ID"], Columns(), Columns("Report Text", "Report ID")),
        (["body", "report"], Columns(), Columns("report", None)),
        (["REPORT", "note_id", "ward"], Columns(), Columns("REPORT", "note_id")),
        (["a", "b", "text"], Columns("a", "b"), Columns("a", "b")),
    ],
    ids=str,
)
def test_columns_are_found_by_their_names(names: list[str], asked: Columns, settled: Columns) -> None:
    assert settle(asked, names, "x.csv") == settled


@pytest.mark.parametrize(
    ("names", "asked", "message"),
    [
        pytest.param(
            ["a", "b"],
            Columns(),
            r"x.csv: has no text column; name one with horad batch --text-column .*: a, b\)",
            id="none",
        ),
        pytest.param(
            ["a"], Columns("c"), r"x.csv: has no column 'c' \(--text-column\); its columns are: a", id="asked text"
        ),
        pytest.param(["text"], Columns(None, "c"), r"has no column 'c' \(--id-column\)", id="asked id"),
        pytest.param(["text", "text"], Columns(), "has 2 columns called 'text'; rename all but one", id="twice"),
    ],
)
def test_a_table_without_its_columns_is_refused(names: list[str], asked: Columns, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        settle(asked, names, "x.csv")


def test_everything_but_the_text_is_metadata() -> None:
    row = {"report_id": 7, "text": "No HO.", "patient_id": "P", "ward": "3"}
    expected = Report(
        text="No HO.", metadata=Metadata(id="7", patient_id="P", extra={"ward": "3"}), source="x", position=4
    )
    assert row_to_report(row, Columns(), "x", 4) == expected


@pytest.mark.parametrize("name", ["id", None])
def test_a_row_without_an_id_is_called_by_its_place(name: str | None) -> None:
    report = row_to_report({"text": "No HO.", "id": None}, Columns("text", name), "x.csv", 4)
    assert isinstance(report, Report)
    assert report.report_id == "x.csv:4"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(
            {"a": 1}, "has no text key; name the one that holds the report with horad batch --text-column", id="no key"
        ),
        pytest.param({"text": None}, "'text' is empty", id="null"),
        pytest.param({"text": ""}, "'text' is empty", id="empty"),
        pytest.param({"text": " \n"}, "'text' holds only white space", id="white space"),
        pytest.param({"text": 5}, "'text' must be a text, not a number", id="number"),
        pytest.param({"text": "a\0b"}, "'text' holds NUL characters; remove them", id="NUL"),
        pytest.param({"text": "\ud800"}, "'text' is not valid Unicode (half of a surrogate pair)", id="surrogate"),
        pytest.param(
            {"text": "a" * (MAX_REPORT_BYTES + 1)},
            "'text' is longer than 1,000,000 characters; one row holds one report",
            id="too long",
        ),
        pytest.param({"text": "a", "id": []}, "the value of 'id' must be a text or a number, not a list", id="bad id"),
    ],
)
def test_a_row_that_is_no_report_is_rejected_with_its_place(row: dict[str, object], reason: str) -> None:
    assert row_to_report(row, Columns(), "x", 4) == Rejection(source="x", position=4, reason=reason)
