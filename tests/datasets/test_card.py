import json
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from horad.datasets.about import About, read_about
from horad.datasets.card import write_card
from horad.datasets.croissant import croissant, errors_of
from horad.datasets.manifest import differences, write_sums
from horad.errors import HoradError, SourceError
from tests.datasets.made_folder import ABOUT, make_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def header(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((folder / "README.md").read_text("utf-8").split("---\n")[1])
    return document


def test_the_header_names_licence_and_the_files_of_every_split(folder: Path) -> None:
    document = header(folder)
    assert (document["pretty_name"], document["license"]) == ("HO samples", "CC0-1.0")
    assert document["size_categories"] == ["n<1K"]
    assert document["configs"][0] == {
        "config_name": "texts",
        "data_files": [{"split": "train", "path": "texts-train.jsonl"}, {"split": "test", "path": "texts-test.jsonl"}],
    }
    paths = [file["path"] for config in document["configs"] for file in config["data_files"]]
    assert [path for path in paths if not (folder / path).is_file()] == []


def test_the_card_counts_and_says_what_is_not_known(folder: Path) -> None:
    card = (folder / "README.md").read_text("utf-8")
    document = json.loads((folder / "dataset.json").read_bytes())
    parts = document["kinds"]["texts"]["parts"]
    assert sum(part["reports"] for part in parts.values()) == 12
    assert f"| texts | {parts['train']['reports']} | {parts['test']['reports']} |" in card
    assert card.count("Not stated.") == 9
    assert "How well human readers agree was not measured" in card
    assert "not a medical device" in card
    assert f"rules {'0' * 64}" in card


def test_measured_quality_and_flow_stand_in_the_card(folder: Path, tmp_path: Path) -> None:
    scores = {"ho_status": {"n": 8, "precision": 0.9, "recall": 0.8, "f1": 0.847, "ci": [0.7, 0.95]}}
    figure = {"value": 0.71, "low": 0.5, "high": 0.9}
    pair = {"readers": ["Dr Nobody", "b"], "decisions": 8, "reports": 8, "same": 0.9, "kappa": {"value": 0.72}}
    field = {"name": "ho_status", "is_ordinal": False, "decisions": 8, "reports": 8, "alpha": figure, "pairs": [pair]}
    agreement = {"readers": ["Dr Nobody", "b"], "reports": 8, "rounds": 1, "seed": 1, "fields": [field]}
    flow = {"reports": 20, "patients": 9, "steps": []}
    evaluation = {"reports": 8, "scores": scores, "errors": [{"text": "Secret."}]}
    files = {"evaluation": evaluation, "agreement": agreement, "flow": flow}
    for name, document in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document), "utf-8")
    write_card(folder, ABOUT, **{name: tmp_path / f"{name}.json" for name in files})
    card = (folder / "README.md").read_text("utf-8")
    assert "| ho status | 8 | 0.900 | 0.800 | 0.847 | 0.700 to 0.950 |" in card
    assert "| ho status | 8 | 0.720 | 0.710 | 0.500 to 0.900 |" in card
    assert "20 reports of 9 patients" in card
    everything = card + (folder / "dataset.json").read_text("utf-8")
    assert ("Secret" in everything, "Nobody" in everything) == (False, False)


@pytest.mark.parametrize("kind", ["evaluation", "agreement", "flow"])
def test_a_file_of_another_form_is_refused(kind: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"a": 1}', "utf-8")
    with pytest.raises(SourceError, match=r"x.json: is not (what|a flow)"):
        write_card(folder, ABOUT, **{kind: tmp_path / "x.json"})


def test_the_same_folder_gives_the_same_bytes(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_card(folder, ABOUT)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_sums_are_those_of_sha256sum(folder: Path) -> None:
    if not shutil.which("sha256sum"):
        pytest.skip("needs sha256sum")
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=False)
    assert (done.returncode, list(differences(folder))) == (0, [])


def test_files_in_folders_are_listed_too(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "x.txt").write_text("x", "utf-8")
    assert list(differences(folder)) == ["sub/x.txt: is there and not listed"]
    write_sums(folder)
    assert list(differences(folder)) == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of libraries that mlcroissant uses
@pytest.mark.usefixtures("no_network")
def test_croissant_reads_every_row_without_network(folder: Path) -> None:
    import mlcroissant

    assert errors_of(folder / "croissant.json") == []
    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    sets = sorted(record_set.name for record_set in dataset.metadata.record_sets)
    assert sets == [f"{kind}-{part}" for kind in ("labels", "results", "texts") for part in ("test", "train")]
    rows = list(dataset.records("labels-train"))
    lines = (folder / "labels-train.jsonl").read_text("utf-8").splitlines()
    assert [row["labels-train/text"].decode() for row in rows] == [json.loads(line)["text"] for line in lines]
    assert {row["labels-train/gold.ho_status"] for row in rows} == {b"present"}
    assert {row["results-test/summary.ho_status"] for row in dataset.records("results-test")} == {b"present"}


def test_metadata_that_are_not_valid_are_refused(folder: Path) -> None:
    broken = ABOUT.model_copy(update={"date": "no date"})
    with pytest.raises(HoradError, match="the Croissant metadata are not valid: .*ISO 8601"):
        croissant(folder, broken)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('license = "x"', "'name': Field required; the keys are name"),
        ('name = "a"\ncolour = 1', "'colour': Extra inputs"),
        ('name = "a"\nversion = "one"', "'version': String should match"),
        ("name =", "is not TOML"),
    ],
)
def test_what_is_told_wrongly_of_a_dataset_is_refused(content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "about.toml").write_text(content, "utf-8")
    with pytest.raises(SourceError, match=message):
        read_about(tmp_path / "about.toml")


def test_all_answers_are_read(tmp_path: Path) -> None:
    (tmp_path / "about.toml").write_text('name = "a"\ncreators = ["x"]\nlimits = "few"', "utf-8")
    assert read_about(tmp_path / "about.toml") == About(name="a", creators=("x",), limits="few")
