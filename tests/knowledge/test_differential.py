from pathlib import Path

import pytest

from horad.errors import RuleError
from horad.knowledge.check import bibliography
from horad.knowledge.check_differential import check_tables, lint_differential
from horad.knowledge.differential import DifferentialBook, Weight, load_differential
from horad.knowledge.load import load_rules
from horad.terms import Diagnosis

BOOK = load_differential()
SOURCES = bibliography(load_rules())


def messages(book: DifferentialBook) -> list[str]:
    return [problem.message for problem in lint_differential(book, SOURCES)]


def test_no_lint() -> None:
    assert check_tables(load_rules()) == []


def test_every_diagnosis_but_three_is_a_candidate() -> None:
    assert {str(c.id) for c in BOOK.candidates} == set(Diagnosis) - {"normal", "other", "unknown"}


@pytest.mark.parametrize("candidate", BOOK.candidates, ids=lambda candidate: str(candidate.id))
def test_a_candidate_has_three_findings_that_tell_it_apart(candidate: object) -> None:
    name = candidate.id  # type: ignore[attr-defined]
    assert len({row.finding for row in BOOK.evidence for w in row.weights if w.diagnosis == name}) >= 3


def test_a_missing_candidate_is_found() -> None:
    book = BOOK.model_copy(update={"candidates": BOOK.candidates[1:]})
    assert "ho is no candidate" in messages(book)


def test_an_editorial_weight_beyond_the_cap_is_found() -> None:
    heavy = Weight(diagnosis=Diagnosis.HO, log_lr=1.6, source="S003", grade="editorial")
    row = BOOK.evidence[0].model_copy(update={"weights": (heavy,)})
    book = BOOK.model_copy(update={"evidence": (row, *BOOK.evidence[1:])})
    assert "cortical_rim=present: the editorial weight for ho is beyond 1.5" in messages(book)


def test_a_source_that_does_not_resolve_is_found() -> None:
    row = BOOK.evidence[0].model_copy(
        update={"weights": (Weight(diagnosis=Diagnosis.HO, log_lr=1, source="NOBODY", grade="review"),)}
    )
    book = BOOK.model_copy(update={"evidence": (row, *BOOK.evidence[1:])})
    assert "source 'NOBODY' is not in references.bib" in messages(book)


def test_an_unknown_group_is_found() -> None:
    row = BOOK.evidence[0].model_copy(update={"group": "nowhere"})
    book = BOOK.model_copy(update={"evidence": (row, *BOOK.evidence[1:])})
    assert "group nowhere is not defined" in messages(book)


def test_a_finding_that_stands_twice_is_found() -> None:
    book = BOOK.model_copy(update={"evidence": (*BOOK.evidence, BOOK.evidence[0])})
    assert "the finding cortical_rim=present stands twice" in messages(book)


def _copied(folder: Path, name: str, old: str, new: str) -> Path:
    source = load_rules().folder / "differential"
    target = folder / "differential"
    target.mkdir()
    for path in source.glob("*.toml"):
        text = path.read_text("utf-8")
        (target / path.name).write_text(text.replace(old, new, 1) if path.name == name else text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        pytest.param("candidates.toml", 'id = "ho"', 'id = "gout"', "candidate -> 0 -> id", id="no such diagnosis"),
        pytest.param("candidates.toml", "low = 0.1,", "low = 0.9,", "outside its range", id="outside its range"),
        pytest.param("evidence.toml", "cap = 4.5", "cap = -1", "group -> 0 -> cap", id="negative cap"),
        pytest.param("evidence.toml", "[[group]]", "[[group", "not readable as TOML", id="no TOML"),
    ],
)
def test_a_broken_table_is_refused_with_its_place(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    folder = _copied(tmp_path, name, old, new)
    with pytest.raises(RuleError, match=said):
        load_differential(str(folder))


def test_the_temperature_comes_with_its_data_and_date() -> None:
    settings = load_differential().settings
    assert settings.temperature == 1.0
    assert settings.fitted_on
    assert settings.fitted_at
