import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from horad.datasets.card import write_card
from horad.datasets.manifest import write_sums
from horad.datasets.results import read_results
from horad.datasets.rows import Material
from horad.datasets.split import Plan, split, write_split
from horad.datasets.verify import verify
from horad.errors import SourceError
from tests.datasets.made import result, write_results
from tests.datasets.made_folder import ABOUT, make_folder


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("finished"))


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "folder"))


def rewrite(path: Path, change: Callable[[list[dict[str, Any]]], Any]) -> None:
    """Change the rows of a file of JSON lines."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    change(rows)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def move_patient(folder: Path) -> None:
    train = [json.loads(line) for line in (folder / "texts-train.jsonl").read_text("utf-8").splitlines()]
    rewrite(folder / "texts-test.jsonl", lambda rows: rows[0].update(patient_id=train[0]["patient_id"]))


def copy_text(folder: Path) -> None:
    train = [json.loads(line) for line in (folder / "texts-train.jsonl").read_text("utf-8").splitlines()]
    rewrite(folder / "texts-test.jsonl", lambda rows: rows[0].update(text=train[0]["text"] + "."))


def results(folder: Path, **changes: Any) -> None:
    path = folder / "results-train.parquet"
    write_results(path, [one.model_copy(update=changes) for one in read_results(path)])


def texts(change: Callable[[list[dict[str, Any]]], Any]) -> Callable[[Path], None]:
    return lambda folder: rewrite(folder / "texts-train.jsonl", change)


BROKEN: list[Any] = [
    pytest.param(
        lambda folder: (folder / "texts-test.jsonl").unlink(),
        "sums",
        "texts-test.jsonl: is listed and not there",
        id="a file gone",
    ),
    pytest.param(
        lambda folder: (folder / "notes.txt").write_text("x"),
        "sums",
        "notes.txt: is there and not listed",
        id="a file more",
    ),
    pytest.param(
        lambda folder: (folder / "split.json").write_text((folder / "split.json").read_text() + "\n"),
        "sums",
        "split.json: is not the file",
        id="a file changed",
    ),
    pytest.param(lambda folder: (folder / "SHA256SUMS").unlink(), "sums", "SHA256SUMS: is missing", id="no sums"),
    pytest.param(
        lambda folder: (folder / "README.md").write_text("# A"),
        "card",
        "README.md: its header has no license",
        id="no header",
    ),
    pytest.param(lambda folder: (folder / "README.md").unlink(), "card", "README.md: is missing", id="no card"),
    pytest.param(
        lambda folder: (folder / "croissant.json").write_text("{}"), "metadata", "croissant.json: ", id="no metadata"
    ),
    pytest.param(
        texts(lambda rows: rows[0].pop("text")), "shape", "texts-train.jsonl:1: holds no id and text", id="no text"
    ),
    pytest.param(
        lambda folder: (folder / "results-test.parquet").write_text("x"),
        "shape",
        "results-test.parquet: is not a readable",
        id="no Parquet",
    ),
    pytest.param(
        texts(lambda rows: rows.append(rows[0])),
        "ids",
        "texts-train.jsonl: an id stands twice in texts",
        id="an id twice",
    ),
    pytest.param(
        texts(lambda rows: rows[0].update(id="other")), "ids", "1 reports of the results have no text", id="an id alone"
    ),
    pytest.param(
        lambda folder: (folder / "texts-test.jsonl").rename(folder / "texts-dev.jsonl"),
        "ids",
        "split.json knows no part dev",
        id="a part more",
    ),
    pytest.param(move_patient, "patients", "1 patients are in more than one part", id="a patient in two parts"),
    pytest.param(
        texts(lambda rows: rows.pop()), "counts", "dataset.json: kinds: is not what the files hold", id="a row less"
    ),
    pytest.param(copy_text, "duplicates", "100 % alike and lie in test and train", id="a text in two parts"),
    pytest.param(
        texts(lambda rows: rows[0].update(MRN="1")),
        "identifiers",
        "texts: the column MRN identifies in 1 rows",
        id="a record number",
    ),
    pytest.param(
        texts(lambda rows: rows[0].update(Patient_Name="x")),
        "identifiers",
        "the column Patient_Name identifies",
        id="a name",
    ),
    pytest.param(
        texts(lambda rows: rows[0].update(patient_id="1234")),
        "identifiers",
        "the column patient_id holds no pseudonym",
        id="a patient's own id",
    ),
    pytest.param(
        lambda folder: results(folder, accession_number="A-1"),
        "identifiers",
        "results: the column accession_number holds no pseudonym",
        id="an accession number",
    ),
    pytest.param(
        lambda folder: results(folder, extra={"phone": "1"}),
        "identifiers",
        "results: the column phone identifies",
        id="what was carried",
    ),
    pytest.param(
        lambda folder: results(folder, text_sha256="0" * 64),
        "evidence",
        "results are of another text",
        id="another text",
    ),
    pytest.param(
        texts(lambda rows: rows[0].update(text="Bone" + rows[0]["text"][4:])),
        "evidence",
        "1 results have evidence that is not in",
        id="moved evidence",
    ),
]


def test_a_finished_folder_has_no_failure(folder: Path) -> None:
    assert verify(folder) == []


@pytest.mark.parametrize(("breaking", "check", "what"), BROKEN)
def test_each_check_finds_what_it_is_for(breaking: Callable[[Path], Any], check: str, what: str, folder: Path) -> None:
    breaking(folder)
    if check != "sums":
        write_sums(folder)
    found = [failure.what for failure in verify(folder) if failure.check == check]
    assert len([one for one in found if what in one]) == 1


def test_failures_quote_no_value(folder: Path) -> None:
    rewrite(folder / "texts-train.jsonl", lambda rows: rows[0].update(mrn="SECRET", patient_id="SECRET", text="SECRET"))
    told = " ".join(failure.what for failure in verify(folder))
    assert ("mrn" in told, "SECRET" in told) == (True, False)


def test_the_same_text_in_two_parts_is_found_by_its_hash_where_only_results_are(tmp_path: Path) -> None:
    rows = [result(name, name, text_sha256="a" * 64) for name in "abcdefgh"]
    material = Material([write_results(tmp_path / "r.parquet", rows)])
    plan = Plan({"train": 0.5, "test": 0.5}, "salt", resolution="report")
    write_split(tmp_path / "out", material, plan, split(material, plan))
    write_card(tmp_path / "out", ABOUT)
    assert [failure.what for failure in verify(tmp_path / "out")] == [
        "1 texts, of which only results are here, lie in several parts"
    ]


def test_pseudonyms_may_stand(folder: Path) -> None:
    results(folder, accession_number="acc-0123456789abcdef")
    assert [failure for failure in verify(folder) if failure.check == "identifiers"] == []


def test_a_folder_that_split_did_not_write_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds no readable split.json"):
        verify(tmp_path)
