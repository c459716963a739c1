from pathlib import Path

import pytest

from horad.errors import RuleError
from horad.grading.criteria import load_clock, load_inference
from horad.knowledge.check import bibliography
from horad.knowledge.load import load_rules


def test_every_source_resolves() -> None:
    inference, known = load_inference(), bibliography(load_rules())
    keys = [key for row in (*inference.grade, *inference.stage) for key in row.source]
    keys += [interval.source for interval in load_clock().interval]
    assert sorted(set(keys) - known) == []


def test_every_shape_asked_for_is_made_by_a_rule() -> None:
    inference = load_inference()
    made = {rule.value for rule in load_rules().rules if rule.field == "geometry"}
    asked = {s for row in (*inference.grade, *inference.stage) for s in (*row.geometry, *row.without, *row.told)}
    assert sorted(asked - made) == []


def test_ids_are_unique() -> None:
    ids = [row.id for row in (*load_inference().grade, *load_inference().stage)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("text", "message"), [("[[grade]\n", "not readable"), ("[[grade]]\nid = 1\n", "grade -> 0")])
def test_a_wrong_file_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "grading").mkdir()
    (tmp_path / "grading" / "inference.toml").write_text(text)
    with pytest.raises(RuleError, match=message):
        load_inference(tmp_path)
