"""The JSON Schema of a result, generated from the records and committed beside them.

``python -m horad.records.schema`` writes the file again after a change of the records.
"""

import json
from pathlib import Path

from horad.records.result import ReportResult

SCHEMA_FILE = Path(__file__).with_name("report-result.schema.json")


def schema_text() -> str:
    """The schema as committed: what a result serialises to."""
    schema = ReportResult.model_json_schema(mode="serialization")
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8", newline="\n")
