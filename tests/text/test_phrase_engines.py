"""The engines of the screen find the same, and the one asked for is taken."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.errors import HoradError
from horad.findings.screen import load_screen
from horad.text.phrase_engines import ENGINES, VARIABLE, engine_name, finder_of

WORDS = ("bone", "bones", "hip", "ho", "new", "a.b", "é", "mass")
PHRASES = ("bone", "new bone", "new bone mass", "ho", "a.b", "é hip", "hip hip", "mass")


def _begun(found: set[str]) -> set[str]:
    """With the phrases that a longer one begins with."""
    return found | {" ".join(one.split()[:end]) for one in found for end in range(1, 9)} & set(PHRASES)


@pytest.mark.parametrize("name", sorted(ENGINES))
@given(words=st.lists(st.sampled_from((*WORDS, "-")), max_size=12))
def test_every_engine_finds_the_phrases_that_stand_in_a_line(name: str, words: list[str]) -> None:
    module, make = ENGINES[name]
    pytest.importorskip(module, reason=f"needs {name}, extra screen-fast")
    line = f" {' '.join(words)} "
    assert _begun(set(make(PHRASES)(line))) == {phrase for phrase in PHRASES if f" {phrase} " in line}


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_the_screen_decides_alike_by_every_engine(name: str) -> None:
    module, make = ENGINES[name]
    pytest.importorskip(module, reason=f"needs {name}, extra screen-fast")
    kinds = load_screen()._phrases._kinds
    phrases, plain = tuple(kinds), ENGINES["regex"][1](tuple(kinds))
    words = sorted({word for phrase in phrases for word in phrase.split()})
    chance = random.Random(3)
    lines = [f" {' '.join(chance.choices([*words, '-'], k=30))} " for _ in range(200)]
    lines += [f" - {phrase} - " for phrase in chance.sample(phrases, 200)]
    find = make(phrases)
    told = [[frozenset().union(*(kinds[one] for one in by(line))) for line in lines] for by in (find, plain)]
    assert told[0] == told[1]


def test_the_engine_asked_for_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "regex")
    assert set(finder_of(("bone",))(" new bone ")) == {"bone"}
    assert engine_name("regex") == "regex"


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(HoradError, match="HORAD_SCREEN=abacus: is no engine of the screen; choose one of"):
        engine_name("abacus")


def test_without_phrases_nothing_is_found() -> None:
    assert list(finder_of(())(" bone ")) == []
