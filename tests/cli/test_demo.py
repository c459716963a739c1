import json
from pathlib import Path

import pytest

from horad.cli import app


def test_the_demo_shows_two_reports_and_writes_all(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "demo.jsonl"
    assert app.run(["demo", "-o", str(out)]) == 0
    streams = capsys.readouterr()
    assert streams.out.count("not a medical device") == 2
    assert str(out) in streams.err
    written = [json.loads(line)["report_id"] for line in out.read_bytes().splitlines()]
    assert written == sorted(path.stem for path in (root / "sample_data" / "reports").glob("*.txt"))
