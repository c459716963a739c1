from pathlib import Path

import pytest

from horad.errors import OutputError
from horad.writers.commit import new_file, new_folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old")
    with new_file(target) as place:
        place.write_text("new")
        assert target.read_text() == "old"
    assert (target.read_text(), names(tmp_path)) == ("new", ["out.txt"])


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old")
    with pytest.raises(ValueError, match="stop"), new_file(target) as place:
        place.write_text("new")
        raise ValueError("stop")
    assert (target.read_text(), names(tmp_path)) == ("old", ["out.txt"])


def test_a_file_that_was_never_written_removes_the_stale_one(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old")
    with new_file(target):
        pass
    assert names(tmp_path) == []


def test_a_folder_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with new_folder(target) as place:
        (place / "a").write_text("1")
        assert not target.exists()
    assert (names(tmp_path), names(target)) == (["out"], ["a"])


def test_a_failure_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="stop"), new_folder(tmp_path / "out") as place:
        (place / "a").write_text("1")
        raise ValueError("stop")
    assert names(tmp_path) == []


def test_an_empty_folder_may_be_there_already(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with new_folder(tmp_path / "out") as place:
        (place / "a").write_text("1")
    assert names(tmp_path / "out") == ["a"]


@pytest.mark.parametrize(
    ("make", "name", "message"),
    [
        pytest.param(new_file, "full", "full: is a folder; name a file", id="file over folder"),
        pytest.param(new_folder, "full", "full: is not empty; choose another folder", id="folder over full folder"),
        pytest.param(new_folder, "full/a", "full/a: is a file; name a folder", id="folder over file"),
        pytest.param(new_folder, "none/out", "out: cannot be written .No such file", id="folder in a missing folder"),
    ],
)
def test_what_is_in_the_way_is_named(make: object, name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").write_text("1")
    with pytest.raises(OutputError, match=message), make(tmp_path / name):  # type: ignore[operator]
        pass


def test_an_output_error_names_the_file_and_its_cause(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"out.txt: cannot be written \(No such file or directory\)"),
        new_file(tmp_path / "none" / "out.txt") as place,
    ):
        place.write_text("new")
