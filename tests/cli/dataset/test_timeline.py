import io
import json
from pathlib import Path

import pytest

from horad.cli import app
from tests.datasets.made import write_results
from tests.datasets.made_course import finding, report


@pytest.fixture
def table(tmp_path: Path) -> str:
    rows = [report("2021-01-01", finding(brooker="III")), report("2021-06-01", finding(brooker="I"))]
    return str(write_results(tmp_path / "results.parquet", rows))


def test_the_course_is_told(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["dataset", "timeline", table, "--patient", "p"]) == 0
    streams = capsys.readouterr()
    assert streams.out.startswith("2 reports, 2021-01-01 to 2021-06-01\n\nleft hip\n")
    assert (streams.err, "grade falls at the left hip" in streams.out) == ("", True)


def test_the_course_as_json_with_pictures(table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(tmp_path / "course.png"), str(tmp_path / "course.svg")]
    arguments = ["--patient", "p", "--json", "--png", files[0], "--svg", files[1]]
    assert app.run(["dataset", "timeline", table, *arguments]) == 0
    streams = capsys.readouterr()
    document = json.loads(streams.out)
    assert [event["code"] for event in document["events"]] == ["first_seen", "grade"]
    assert [one["code"] for one in document["contradictions"]] == ["grade_falls"]
    assert streams.err == f"picture → {files[0]}\npicture → {files[1]}\n"


def test_the_id_can_come_from_standard_input(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("p\n"))
    assert app.run(["dataset", "timeline", table, "--patient", "-"]) == 0


def test_an_unknown_patient_is_exit_2_and_not_repeated(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["dataset", "timeline", table, "--patient", "SECRET"]) == 2
    streams = capsys.readouterr()
    assert ("no result is of this patient" in streams.err, "SECRET" in streams.err + streams.out) == (True, False)
