import re
from pathlib import Path

import pytest

from horad.knowledge.load import load_rules

TEXT = Path(__file__).parents[2].joinpath("models", "README.md").read_text("utf-8")
ROWS = [line.split("|")[1:4] for line in TEXT[TEXT.index("## The fields") :].splitlines() if line.startswith("| `")]


def test_every_field_of_a_rule_stands_in_the_table_once_and_no_other() -> None:
    listed = [field for first, _, _ in ROWS for field in re.findall(r"`(\w+)`", first)]
    used = {rule.field for rule in load_rules().rules}
    assert (sorted(used - set(listed)), sorted(set(listed) - used)) == ([], []), "tell it in models/README.md"
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize(("fields", "readers"), [(row[0].strip(), row[2]) for row in ROWS], ids=lambda text: text[:24])
def test_the_readers_of_a_field_exist(fields: str, readers: str, root: Path) -> None:
    folder = ""
    for name in re.findall(r"`([\w/]+\.py)`", readers):
        folder = name.rpartition("/")[0] or folder
        assert (root / "horad" / folder / name.rpartition("/")[2]).is_file(), fields


def test_every_folder_is_explained(root: Path) -> None:
    folders = {path.name for path in (root / "models").iterdir() if path.is_dir()}
    assert folders <= set(re.findall(r"^\| `(\w+)/`", TEXT, re.MULTILINE)), "explain it in models/README.md"
