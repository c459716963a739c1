"""The researcher's path from the samples to a verified folder, command by command."""

import json
from pathlib import Path

import pytest

from horad.cli import app
from horad.datasets.folder import data_files
from horad.review.reports import load

STEPS = (
    "batch raw.jsonl -o raw.parquet",
    "dataset deidentify raw.jsonl -o texts.jsonl --key study.key",
    "dataset deidentify raw.parquet --texts raw.jsonl -o results.parquet --key study.key",
    "dataset find results.parquet --status present,possible,absent,historical --flow flow.json -o cohort.parquet",
    "dataset sample cohort.parquet -n 10 --by status --seed 7 -o sample.parquet",
    "dataset export sample.parquet --texts texts.jsonl --format prodigy -o tasks.jsonl",
    "dataset import tasks.jsonl --format prodigy -o ann.jsonl",
    "dataset agreement ann.jsonl bob.jsonl --rounds 20 -o settle.jsonl --json",
    "evaluate ann.jsonl results_of_sample.jsonl --json",
    "dataset split texts.jsonl ann.jsonl results.parquet -o folder --salt salt",
    "dataset card folder --name Samples --evaluation evaluate.json --agreement agreement.json --flow flow.json",
    "dataset verify folder",
    "dataset timeline folder/results-train.parquet --patient PATIENT --json",
)


@pytest.fixture(scope="module")
def place(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the samples as one file, two reports to a patient, and a key: what is sampled follows from it."""
    folder = tmp_path_factory.mktemp("researcher")
    (folder / "study.key").write_text("5a" * 32 + "\n", "ascii")
    rows = [
        {"id": file.stem, "text": file.read_text("utf-8"), "patient_id": f"P{number // 2}", "study_date": "2024-01-09"}
        for number, file in enumerate(sorted((root / "sample_data" / "reports").glob("*.txt")))
    ]
    (folder / "raw.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def second_reader(folder: Path) -> int:
    """Another reader, who finds every second report doubtful; in how many of them the first did not."""
    rows = [json.loads(line) for line in (folder / "ann.jsonl").read_text("utf-8").splitlines()]
    others = sum(row["gold"]["ho_status"] != "possible" for row in rows[::2])
    for row in rows[::2]:
        row["gold"]["ho_status"] = "possible"
    (folder / "bob.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return others


def results_of_sample(folder: Path) -> None:
    """The results of the reports that were labelled."""
    assert app.run(["dataset", "find", "sample.parquet", "-o", "results_of_sample.jsonl"]) == 0


def test_from_samples_to_a_verified_dataset(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    out = {}
    differences = 0
    for step in STEPS:
        if step.startswith("dataset agreement"):
            differences = second_reader(place)
            results_of_sample(place)
        if "PATIENT" in step:
            row = json.loads((place / "folder" / "texts-train.jsonl").read_text("utf-8").splitlines()[0])
            step = step.replace("PATIENT", row["patient_id"])  # noqa: PLW2901 - a pseudonym that the split made
        assert app.run(step.split()) == 0, step
        name = step.split()[1 if step.startswith("dataset") else 0]
        out[name] = capsys.readouterr()
        (place / f"{name}.json").write_text(out[name].out, "utf-8")
    assert len(load(place / "results.parquet", place / "settle.jsonl")) == differences > 0
    assert out["verify"].err == "10 checks: all good\n"
    assert json.loads(out["timeline"].out)["studies"]
    card = (place / "folder" / "README.md").read_text("utf-8")
    assert ("| ho status | 10 |" in card, "15 reports" in card, "was not measured" in card) == (True, True, False)
    everything = b"".join(file.path.read_bytes() for file in data_files(place / "folder"))
    assert not any(name in everything for name in (b'"P1"', b"2024-01-09", b"01_bilateral_hips"))
