import sqlite3
import stat
from pathlib import Path

import pytest

from horad.errors import OutputError
from horad.review.store import Store, finished
from horad.review.values import FIELDS
from tests.review.made import decision, entry, read_whole


def test_decisions_are_read_back_as_they_were_given(tmp_path: Path) -> None:
    given = [decision(entry(), "ho_status"), decision(entry(), "sites", [{"site": "hip", "side": "left"}])]
    with Store(tmp_path / "d.sqlite") as store:
        store.append(given)
    with Store(tmp_path / "d.sqlite") as store:
        read = store.current()
    assert [(d.field, d.verdict, d.value, d.proposed) for d in read] == [
        ("ho_status", "accept", "present", "present"),
        ("sites", "correct", [{"site": "hip", "side": "left"}], []),
    ]
    assert all(d.at.endswith("+00:00") for d in read)


def test_the_last_decision_of_each_reader_counts_and_the_earlier_ones_stay(tmp_path: Path) -> None:
    with Store(tmp_path / "d.sqlite") as store:
        for reader, value in (("AB", "absent"), ("CD", "possible"), ("AB", "historical")):
            store.append([decision(entry(), "ho_status", value, reader)])
        assert [(d.reviewer, d.value) for d in store.current()] == [("CD", "possible"), ("AB", "historical")]
        assert store.counts("AB") == {entry().key: 1}
    with sqlite3.connect(tmp_path / "d.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM decision").fetchone() == (3,)
    connection.close()


@pytest.mark.parametrize("statement", ["UPDATE decision SET value = '1'", "DELETE FROM decision"])
def test_a_decision_cannot_be_changed_or_removed(statement: str, tmp_path: Path) -> None:
    with Store(tmp_path / "d.sqlite") as store:
        store.append([decision(entry(), "tumour")])
    connection = sqlite3.connect(tmp_path / "d.sqlite")
    with pytest.raises(sqlite3.IntegrityError, match="only appended"):
        connection.execute(statement)
    connection.close()


def test_only_the_owner_may_read_the_file_and_those_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    path.touch(0o644)
    with Store(path) as store:
        store.append([decision(entry(), "tumour")])
        rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert rights == dict.fromkeys(("d.sqlite", "d.sqlite-wal", "d.sqlite-shm"), 0o600)


def test_every_commit_is_on_the_disk_before_it_returns(tmp_path: Path) -> None:
    with Store(tmp_path / "d.sqlite") as store:
        pragmas = [
            store._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
        ]
    assert pragmas == ["wal", 2]


def test_two_servers_write_to_one_file(tmp_path: Path) -> None:
    with Store(tmp_path / "d.sqlite") as one, Store(tmp_path / "d.sqlite") as two:
        one.append([decision(entry(), "tumour", reader="AB")])
        two.append([decision(entry(), "tumour", reader="CD")])
        assert [d.reviewer for d in one.current()] == ["AB", "CD"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"no database at all, but words", "is no file of review decisions", id="words"),
        pytest.param(None, "is no file of review decisions", id="another database"),
    ],
)
def test_another_file_is_left_alone(content: bytes | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    if content is None:
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE other (a)")
        connection.close()
    else:
        path.write_bytes(content)
    path.chmod(0o644)
    before = path.read_bytes()
    with pytest.raises(OutputError, match=message):
        Store(path)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (before, 0o644)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"nowhere/d\.sqlite: cannot be opened"):
        Store(tmp_path / "nowhere" / "d.sqlite")


def test_a_reader_has_finished_when_every_field_is_decided() -> None:
    whole, part = read_whole(entry(), "CD"), read_whole(entry(), "AB")[:-1]
    assert finished([*part, *whole], FIELDS) == ["CD"]
