import json
from pathlib import Path

import pytest

from horad.cli import app

TEXT = "Mature bone anterior to the left hip, Brooker III, no mass."


@pytest.fixture
def texts(tmp_path: Path) -> str:
    rows = [{"id": f"r{n}", "text": TEXT, "patient_id": f"secret{n}"} for n in range(8)]
    (tmp_path / "texts.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return str(tmp_path / "texts.jsonl")


def test_the_parts_are_told(texts: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["dataset", "split", texts, "-o", str(tmp_path / "out"), "--salt", "salt"]) == 0
    streams = capsys.readouterr()
    assert streams.out.splitlines()[0].split() == ["train", "dev", "test"]
    assert "secret" not in streams.out + streams.err


def test_near_duplicates_that_are_only_reported_are_exit_1(
    texts: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["-o", str(tmp_path / "out"), "--salt", "salt", "--near-duplicates", "report", "--json"]
    assert app.run(["dataset", "split", texts, *arguments]) == 1
    streams = capsys.readouterr()
    pairs = json.loads(streams.out)["near_duplicates"]["pairs_across_parts"]
    assert f"horad: {pairs} near duplicates lie across parts; they are listed in out\n" in streams.err


def test_the_salt_of_the_environment_and_of_a_file_is_taken(
    texts: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HORAD_SALT", "salt")
    (tmp_path / "salt").write_text("salt\n", "utf-8")
    assert app.run(["dataset", "split", texts, "-o", str(tmp_path / "one")]) == 0
    monkeypatch.delenv("HORAD_SALT")
    assert app.run(["dataset", "split", texts, "-o", str(tmp_path / "two"), "--salt-file", str(tmp_path / "salt")]) == 0
    assert (tmp_path / "one" / "split.json").read_bytes() == (tmp_path / "two" / "split.json").read_bytes()


@pytest.mark.parametrize(
    "options",
    [
        pytest.param([], id="no salt"),
        pytest.param(["--salt", "s", "--near-duplicates", "hide"], id="unknown resolution"),
        pytest.param(["--salt", "s", "--by", "ward"], id="unknown unit"),
        pytest.param(["--salt", "s", "--previous", "x"], id="previous without strata"),
        pytest.param(["--salt", "s", "--stratify", "status"], id="strata without results"),
        pytest.param(["--salt-file", "nowhere"], id="no salt file"),
    ],
)
def test_wrong_usage_is_exit_2(
    options: list[str], texts: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["dataset", "split", texts, "-o", str(tmp_path / "out"), *options]) == 2
    assert (capsys.readouterr().out, (tmp_path / "out").exists()) == ("", False)
