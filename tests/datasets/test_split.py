import json
from pathlib import Path
from typing import Any

import pytest

from horad.datasets.results import read_results
from horad.datasets.rows import Material
from horad.datasets.split import Plan, Split, read_split, split, write_split
from horad.errors import HoradError, OutputError, SourceError
from tests.datasets.made import result, write_results

SHARES = {"train": 0.7, "dev": 0.15, "test": 0.15}
PLAN = Plan(SHARES, "salt")


def text_of(number: int) -> str:
    """A text that is like no other."""
    return " ".join(f"{word}{chr(97 + number % 26)}{chr(97 + number // 26)}" for word in ("one", "two", "six", "ten"))


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    rows = [{"id": f"r{n}", "text": text_of(n), "patient_id": f"p{n // 3}", "ward": n} for n in range(90)]
    return lines(tmp_path / "texts.jsonl", rows)


def made(paths: list[Path], plan: Plan = PLAN) -> tuple[Material, Split]:
    material = Material(paths, plan.strata)
    return material, split(material, plan)


def test_a_patient_is_in_one_part(texts: Path) -> None:
    _, found = made([texts])
    assert len(found.kept) == 90
    assert [n for n in range(30) if len({found.kept[f"r{3 * n + k}"] for k in range(3)}) != 1] == []


def test_labels_and_results_follow_the_patient_of_their_text(texts: Path, tmp_path: Path) -> None:
    labels = lines(tmp_path / "gold.jsonl", [{"id": f"r{n}", "text": text_of(n), "gold": {}} for n in range(0, 90, 2)])
    results = write_results(tmp_path / "results.parquet", [result(f"r{n}", f"p{n // 3}") for n in range(90)])
    material, found = made([results, labels, texts])
    write_split(tmp_path / "out", material, PLAN, found)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    kinds = [f"{kind}-{part}" for kind in ("labels", "results", "texts") for part in ("dev", "test", "train")]
    assert [name.split(".")[0] for name in names] == sorted([*kinds, "near_duplicates", "split"])
    for part in SHARES:
        own = {name for name, place in found.kept.items() if place == part}
        written = [json.loads(line) for line in (tmp_path / "out" / f"texts-{part}.jsonl").read_text().splitlines()]
        assert {row["id"] for row in written} == own
        assert {one.report_id for one in read_results(tmp_path / "out" / f"results-{part}.parquet")} == own


def test_rows_are_written_as_they_were_with_a_pseudonym_for_the_patient(texts: Path, tmp_path: Path) -> None:
    material, found = made([texts])
    write_split(tmp_path / "out", material, PLAN, found)
    written = [line for part in SHARES for line in (tmp_path / "out" / f"texts-{part}.jsonl").read_text().splitlines()]
    rows = sorted(map(json.loads, written), key=lambda row: row["ward"])
    given = list(map(json.loads, texts.read_text().splitlines()))
    hidden = [row.pop("patient_id") for row in rows]
    assert (len(set(hidden)), hidden[0] == hidden[2] != hidden[3]) == (30, True)
    assert rows == [{key: row[key] for key in ("id", "text", "ward")} for row in given]


def test_the_split_is_told_without_salt_or_patient(texts: Path, tmp_path: Path) -> None:
    material, found = made([texts])
    document = write_split(tmp_path / "out", material, PLAN, found)
    assert document == read_split(tmp_path / "out")
    assert sum(document["reports"].values()) == 90
    assert sum(document["patients"].values()) == 30
    assert '"p1"' not in json.dumps(document)
    assert "salt" not in json.dumps(document)


TWINS = [
    {"id": name, "patient_id": name, "text": "Mature bone anterior to the left hip, Brooker III, no mass."}
    for name in "abcdefgh"
]


def test_near_duplicates_of_earlier_parts_are_left_out(tmp_path: Path) -> None:
    _, found = made([lines(tmp_path / "t.jsonl", TWINS)])
    assert set(found.part_of.values()) == {"train", "dev", "test"}
    assert set(found.kept.values()) == {"test"}
    assert {found.part_of[name] for name in found.out} == {"train", "dev"}


def test_merged_near_duplicates_lie_in_one_part(tmp_path: Path) -> None:
    _, found = made([lines(tmp_path / "t.jsonl", TWINS)], Plan(SHARES, "salt", resolution="merge"))
    assert (len(set(found.kept.values())), len(found.kept), found.across) == (1, 8, [])


def test_reported_near_duplicates_stay_and_are_listed(tmp_path: Path) -> None:
    plan = Plan(SHARES, "salt", resolution="report")
    material, found = made([lines(tmp_path / "t.jsonl", TWINS)], plan)
    write_split(tmp_path / "out", material, plan, found)
    listed = [json.loads(line) for line in (tmp_path / "out" / "near_duplicates.jsonl").read_text().splitlines()]
    assert (len(found.kept), len(listed), len(found.across)) == (8, len(found.across), len(listed))
    assert [pair for pair in listed if pair["one_part"] == pair["other_part"] or pair["left_out"]] == []


def test_results_without_texts_are_twins_by_their_hash(tmp_path: Path) -> None:
    rows = [result(name, name, text_sha256="a" * 64) for name in "abcdefgh"]
    _, found = made([write_results(tmp_path / "r.parquet", rows)], Plan(SHARES, "salt", resolution="merge"))
    assert len(set(found.kept.values())) == 1


def test_strata_are_met_and_an_earlier_split_holds(tmp_path: Path) -> None:
    statuses = ["present", "absent", "possible", "historical"]
    rows = [result(f"r{n}", f"p{n}", ho_status=statuses[n % 4]) for n in range(200)]
    plan = Plan(SHARES, "salt", strata=["status"])
    material, first = made([write_results(tmp_path / "few.parquet", rows[:80])], plan)
    document = write_split(tmp_path / "first", material, plan, first)
    assert document["strata"] == {status: {"dev": 3, "test": 3, "train": 14} for status in sorted(statuses)}
    later = Plan(SHARES, "salt", strata=["status"], before=tmp_path / "first")
    _, grown = made([write_results(tmp_path / "all.parquet", rows)], later)
    assert {name: grown.part_of[name] for name in first.part_of} == first.part_of


def test_an_earlier_split_with_another_salt_is_refused(tmp_path: Path) -> None:
    results = write_results(tmp_path / "r.parquet", [result("a", "p")])
    plan = Plan(SHARES, "salt", strata=["status"])
    material, found = made([results], plan)
    write_split(tmp_path / "first", material, plan, found)
    with pytest.raises(HoradError, match="first: was split with another salt"):
        made([results], Plan(SHARES, "pepper", strata=["status"], before=tmp_path / "first"))


def test_reports_without_a_patient_stand_for_themselves(tmp_path: Path) -> None:
    rows = [{"id": str(n), "text": text_of(n)} for n in range(60)]
    material, found = made([lines(tmp_path / "t.jsonl", rows)])
    document = write_split(tmp_path / "out", material, PLAN, found)
    assert (document["reports_without_patient"], len(set(found.kept.values()))) == (60, 3)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        pytest.param(
            [[{"id": "a", "text": "t"}, {"id": "a", "text": "t"}]], ":2: the id of this line stands twice", id="twice"
        ),
        pytest.param([[{"id": "a", "text": "t"}, {"id": "b", "gold": {}}]], ":2: is no line like", id="two kinds"),
        pytest.param([[{"text": "t"}]], ":1: is no line like", id="no id"),
        pytest.param([[{"id": "a"}]], ":1: is no line like", id="no text"),
        pytest.param([[{"id": "a", "text": "t"}]] * 2, "there are texts already", id="two of a kind"),
        pytest.param(
            [[{"id": "a", "text": "t", "patient_id": "x"}], [{"id": "a", "gold": {}, "patient_id": "y"}]],
            "a report is another patient's here",
            id="two patients",
        ),
    ],
)
def test_sources_that_do_not_fit_are_refused(rows: list[list[dict[str, Any]]], message: str, tmp_path: Path) -> None:
    paths = [lines(tmp_path / f"{n}.jsonl", own) for n, own in enumerate(rows)]
    with pytest.raises(HoradError, match=message):
        Material(paths)


def test_texts_in_other_forms_are_split_too(tmp_path: Path) -> None:
    table = "id,text,patient_id\n" + "".join(f"r{n},{text_of(n)},p{n // 3}\n" for n in range(30))
    (tmp_path / "texts.csv").write_text(table, "utf-8")
    (tmp_path / "folder").mkdir()
    for number in range(30):
        (tmp_path / "folder" / f"r{number}.txt").write_text(text_of(number), "utf-8")
    _, of_table = made([tmp_path / "texts.csv"])
    material, of_folder = made([tmp_path / "folder"])
    assert sorted(of_table.kept) == sorted(of_folder.kept) == sorted(f"r{n}" for n in range(30))
    assert material.sources["texts"].rows["r7"] == {"id": "r7", "text": text_of(7)}


def test_a_text_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_bytes(b"\x00\x01\x02")
    with pytest.raises(SourceError, match=r"a.txt: "):
        Material([tmp_path / "folder"])


def test_a_folder_that_is_no_split_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds no readable split.json"):
        read_split(tmp_path)


def test_a_folder_that_holds_something_is_refused(texts: Path, tmp_path: Path) -> None:
    material, found = made([texts])
    with pytest.raises(OutputError, match="is not empty"):
        write_split(tmp_path, material, PLAN, found)
