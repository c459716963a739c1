"""Repairs of slips, measured on real reports: ordinary words stay what they are."""

import json
from pathlib import Path

import pytest

from horad.knowledge.load import load_rules
from horad.knowledge.words import cut
from horad.text.reading import Reader

RULES = load_rules()
# False repairs allowed per million words of ordinary reports.
ALLOWED_PER_MILLION = 10


@pytest.mark.parametrize("name", ["indiana_chest", "mtsamples_radiology"])
def test_ordinary_words_are_left_alone(shared: Path, name: str) -> None:
    """In reports without such slips, next to no word is changed into a term of the rules."""
    reader = Reader(RULES.canon, RULES.vocabulary, RULES.tables["text/spelling.toml"]["repairs"])
    lines = (shared / "data" / "text" / f"{name}.jsonl").read_text("utf-8").splitlines()
    words = [piece for line in lines for piece, _, _ in cut(json.loads(line)["text"])]
    changed = sorted(word for word in words if reader.canonical(word) != RULES.canon(word))
    assert len(changed) <= len(words) * ALLOWED_PER_MILLION / 1e6, changed
