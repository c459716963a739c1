import json
import shutil
from pathlib import Path

import pytest

from horad.cli import app
from tests.datasets.made_folder import make_folder


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("finished"))


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "folder"))


def test_the_card_is_written_and_what_it_lacks_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["dataset", "card", str(folder), "--name", "Mine"]) == 0
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err == (
        f"card → {folder}/README.md\n14 of its answers are not stated; --about FILE.toml gives them\n"
    )


def test_answers_come_from_a_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "about.toml").write_text('name = "Ours"\nlimits = "Few reports."', "utf-8")
    assert app.run(["dataset", "card", str(folder), "--about", str(tmp_path / "about.toml")]) == 0
    card = (folder / "README.md").read_text("utf-8")
    assert ("# Ours" in card, "Few reports." in card) == (True, True)


@pytest.mark.parametrize(
    "options", [[], ["--name", "<b>"], ["--about", "nowhere.toml"]], ids=["no name", "a sign", "no file"]
)
def test_a_card_without_a_name_is_exit_2(options: list[str], folder: Path) -> None:
    assert app.run(["dataset", "card", str(folder), *options]) == 2


def test_a_good_folder_is_exit_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["dataset", "verify", str(folder)]) == 0
    assert capsys.readouterr() == ("", "10 checks: all good\n")


def test_a_failure_is_exit_1_and_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "notes.txt").write_text("x", "utf-8")
    assert app.run(["dataset", "verify", str(folder), "--json"]) == 1
    streams = capsys.readouterr()
    assert streams.err == "horad: sums: notes.txt: is there and not listed\n10 checks: 1 failures\n"
    assert json.loads(streams.out)["failures"] == [{"check": "sums", "what": "notes.txt: is there and not listed"}]


def test_another_folder_is_exit_2(tmp_path: Path) -> None:
    assert app.run(["dataset", "verify", str(tmp_path)]) == 2
