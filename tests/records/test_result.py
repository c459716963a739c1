import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from horad.records import ReportResult

FULL = json.loads(Path(__file__).with_name("full-result.json").read_bytes())

# The names of the contract, in its order; a renamed or moved one is a broken promise.
TOP = (
    "schema_version report_id patient_id accession_number study_date report_status text_sha256 in_scope summary "
    "findings evidence context differential alerts conflicts warnings extra image provenance"
)


def test_the_json_of_a_result_reads_back_the_same(result: ReportResult) -> None:
    assert json.loads(result.model_dump_json()) == FULL
    assert ReportResult.model_validate_json(result.model_dump_json()) == result


def test_the_keys_stand_in_the_order_of_the_contract(result: ReportResult) -> None:
    assert list(json.loads(result.model_dump_json())) == TOP.split()


def test_a_result_is_frozen(result: ReportResult) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        result.report_id = "other"


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        pytest.param(("summary", "ho_status"), "maybe", "Input should be 'present'", id="unknown label"),
        pytest.param(("summary", "colour"), "red", "Extra inputs are not permitted", id="unknown key"),
        pytest.param(
            ("findings", 0, "evidence"), [99], "evidence 99 is referred to, but there are 10 spans", id="finding"
        ),
        pytest.param(("alerts", 0, "evidence"), [10], "evidence 10 is referred to", id="alert"),
        pytest.param(("evidence", 0, "start"), -1, "greater than or equal to 0", id="negative offset"),
        pytest.param(("differential", 0, "probability"), 1.2, "less than or equal to 1", id="probability"),
        pytest.param(("summary", "grades", 0, "system"), "salga", "Input should be 'brooker'", id="inferred system"),
    ],
)
def test_what_the_contract_does_not_know_is_refused(place: tuple[str | int, ...], value: object, message: str) -> None:
    changed = json.loads(json.dumps(FULL))
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    with pytest.raises(ValidationError, match=message):
        ReportResult.model_validate(changed)


def test_the_example_of_these_tests_has_true_offsets() -> None:
    text = Path(__file__).with_name("full-text.txt").read_text("utf-8")
    assert [text[span["start"] : span["end"]] for span in FULL["evidence"]] == [
        span["text"] for span in FULL["evidence"]
    ]
