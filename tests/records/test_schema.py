import json

import jsonschema
import pytest

from horad.records import ReportResult
from horad.records.schema import SCHEMA_FILE, schema_text


def test_the_committed_schema_is_that_of_the_records() -> None:
    assert SCHEMA_FILE.read_text("utf-8") == schema_text(), "run: python -m horad.records.schema"


def test_a_result_is_valid_under_the_committed_schema(result: ReportResult) -> None:
    jsonschema.validate(json.loads(result.model_dump_json()), json.loads(SCHEMA_FILE.read_bytes()))


def test_the_schema_refuses_an_unknown_key(result: ReportResult) -> None:
    odd = {**json.loads(result.model_dump_json()), "colour": "red"}
    with pytest.raises(jsonschema.ValidationError, match="'colour' was unexpected"):
        jsonschema.validate(odd, json.loads(SCHEMA_FILE.read_bytes()))
