import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from horad.run.job import plan
from horad.run.shard_plan import Plan, make_plan


def shards_of(sources: list[Path], size: int, folder: Path) -> list[list[tuple[str, int, int]]]:
    """For every shard: file, first record, records."""
    job = replace(plan(sources, folder / "out.jsonl"), shard_records=size)
    make_plan(job, folder / "plan")
    with Plan(folder / "plan") as made:
        return [
            [(part.file.name, part.first, part.records) for part in made.slices(shard.number)]
            for shard in made.shards()
        ]


def names_of(sources: list[Path], size: int, folder: Path) -> list[str]:
    make_plan(replace(plan(sources, folder / "out.jsonl"), shard_records=size), folder / "plan")
    with Plan(folder / "plan") as made:
        return [shard.hash for shard in made.shards()]


def lines(path: Path, count: int) -> Path:
    path.write_text("".join(json.dumps({"id": str(n), "text": "CT."}) + "\n" for n in range(count)))
    return path


@pytest.mark.parametrize(
    ("size", "shards"),
    [
        (2, [[("a.jsonl", 0, 2)], [("a.jsonl", 2, 2)], [("a.jsonl", 4, 1), ("b.jsonl", 0, 1)], [("b.jsonl", 1, 1)]]),
        (5, [[("a.jsonl", 0, 5)], [("b.jsonl", 0, 2)]]),
        (100, [[("a.jsonl", 0, 5), ("b.jsonl", 0, 2)]]),
    ],
)
def test_files_are_cut_and_put_together(size: int, shards: list[list[tuple[str, int, int]]], tmp_path: Path) -> None:
    assert shards_of([lines(tmp_path / "a.jsonl", 5), lines(tmp_path / "b.jsonl", 2)], size, tmp_path) == shards


def test_shards_grow_up_to_their_size(tmp_path: Path) -> None:
    sizes = [sum(part[2] for part in shard) for shard in shards_of([lines(tmp_path / "a.jsonl", 9_000)], 400, tmp_path)]
    assert sizes[:16] == [250] * 16
    assert sizes[-4:-1] == [400] * 3
    assert sizes[:-1] == sorted(sizes[:-1])
    assert sum(sizes) == 9_000


def test_small_files_stand_together(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(5):
        (tmp_path / "in" / f"{number}.txt").write_text("CT.")
    assert [len(parts) for parts in shards_of([tmp_path / "in"], 2, tmp_path)] == [2, 2, 1]


def test_a_large_row_group_is_cut(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["CT."] * 7}), tmp_path / "a.parquet", row_group_size=5)
    assert shards_of([tmp_path / "a.parquet"], 3, tmp_path) == [
        [("a.parquet", 0, 3)],
        [("a.parquet", 3, 3)],
        [("a.parquet", 6, 1)],
    ]


def test_a_file_without_places_is_one_piece(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("id,text\na,One.\nb,Two.\nc,Three.\n".encode("utf-16"))
    assert shards_of([tmp_path / "a.csv"], 2, tmp_path) == [[("a.csv", 0, 3)]]


def test_the_names_of_shards_follow_from_the_sources(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    here = names_of([lines(tmp_path / "a.jsonl", 5)], 2, tmp_path)
    there = names_of([lines(tmp_path / "elsewhere" / "a.jsonl", 5)], 2, tmp_path)
    longer = names_of([lines(tmp_path / "a.jsonl", 6)], 2, tmp_path)
    assert (there, len(set(here)), set(here) & set(longer)) == (here, 3, set())
