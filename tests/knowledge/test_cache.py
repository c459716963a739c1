"""Compiled rules are kept for the next start, and only used where they are whole, own and fit."""

import os
from pathlib import Path

import pytest

from horad.knowledge import cache, load
from horad.knowledge.locate import find_folder

VALUE = {"words": ("a", frozenset({"b"})), "n": 1}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_what_is_kept_is_recalled_by_its_key(folder: Path) -> None:
    cache.keep("x", "one", VALUE)
    assert cache.recall("x", "one") == VALUE
    assert cache.recall("x", "two") is None
    assert cache.recall("y", "one") is None
    cache.keep("x", "two", [])
    assert cache.recall("x", "two") == []
    assert only_file(folder).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [lambda raw: raw[:-1], lambda raw: b"", lambda raw: raw[:40] + b"\xff" + raw[41:]])
def test_a_damaged_file_is_not_used(folder: Path, damage: object) -> None:
    cache.keep("x", "one", VALUE)
    path = only_file(folder)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert cache.recall("x", "one") is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="this system does not tell whose a file is")
def test_a_file_that_others_can_write_is_not_used(folder: Path) -> None:
    cache.keep("x", "one", VALUE)
    only_file(folder).chmod(0o666)
    assert cache.recall("x", "one") is None


def test_an_empty_variable_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache.keep("x", "one", VALUE)
    assert cache.recall("x", "one") is None
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "file"))
    cache.keep("x", "one", VALUE)
    assert cache.recall("x", "one") is None


def test_rules_from_the_cache_are_the_rules_from_the_files(folder: Path) -> None:
    made = load._load.__wrapped__(find_folder("models"))
    assert only_file(folder).name.startswith("rules-")
    recalled = load._load.__wrapped__(find_folder("models"))
    assert (recalled.sha256, recalled.rules, recalled.lists) == (made.sha256, made.rules, made.lists)
    assert (recalled.compiled, recalled.vocabulary, recalled.tables) == (made.compiled, made.vocabulary, made.tables)
