import shutil
import string
from pathlib import Path

import pytest

from horad.errors import RuleError
from horad.knowledge.imaging import RefusalRow, load_limits, load_notices, load_refusals
from horad.terms import Feature, Relation

# What code fills in; a reason that asks for anything else would fail when it is needed.
_FILLED = {
    *("count", "largest", "median", "smallest", "degrees", "what", "distance", "tissue", "least_ml", "least_slices"),
    *("factor", "least", "name", "limit", "threshold"),
}


@pytest.mark.parametrize("row", load_refusals().values(), ids=lambda row: str(row.code))
def test_a_refusal_is_a_sentence_with_what_would_help(row: RefusalRow) -> None:
    reason, fix = row.reason, row.fix
    assert (reason[-1], fix[-1]) == (".", ".")
    asked = {name for text in (reason, fix) for _, name, _, _ in string.Formatter().parse(text) if name}
    assert asked <= _FILLED


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('measures = ["millimetres"]', 'measures = ["miles"]', "unknown measures: miles"),
        ('code = "tilted"', 'code = "metal"', "a code stands twice"),
        ("rule = 5", "rule = 13", "less than or equal to 12"),
    ],
)
def test_a_broken_table_of_refusals_is_an_error(tmp_path: Path, root: Path, old: str, new: str, message: str) -> None:
    shutil.copytree(root / "models", tmp_path / "models")
    table = tmp_path / "models" / "imaging" / "refusals.toml"
    text = table.read_text("utf-8")
    assert old in text
    table.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleError, match=message):
        load_refusals(str(tmp_path / "models"))


def test_limits_grow_in_the_order_in_which_they_are_checked() -> None:
    pixels = load_limits().pixels
    assert pixels.rows * pixels.columns <= pixels.compressed_samples <= pixels.samples


def test_relations_and_features_of_the_agreement_are_those_of_the_contract() -> None:
    notices = load_notices()
    assert notices.relations.touching | notices.relations.apart <= set(Relation)
    assert {notices.zonal.peripheral, notices.zonal.central} <= set(Feature)
    assert set(notices.sides) == {"L", "R", "B"}
