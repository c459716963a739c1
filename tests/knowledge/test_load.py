"""Loading rule files."""

from pathlib import Path

import pytest

from horad.errors import RuleError
from horad.knowledge.check import lint
from horad.knowledge.load import load_rules

RULE = """
[[rule]]
id = "ho.test"
field = "ho"
value = "named"
phrases = ["heterotopic bone"]
source = ["lexical"]
match = ["[Heterotopic bone] is seen."]
no_match = ["No finding."]
"""


def _folder(path: Path, text: str) -> str:
    (path / "lexicon").mkdir()
    (path / "lexicon" / "a.toml").write_text(text, "utf-8")
    return str(path)


def test_loads(tmp_path: Path) -> None:
    """A rule file becomes rules, compiled forms and a hash."""
    rules = load_rules(_folder(tmp_path, RULE))
    assert rules.by_id["ho.test"].value == "named"
    assert rules.vocabulary == {"heterotopic", "bone"}
    assert len(rules.sha256) == 64


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("phrases", "frases"), r"lexicon/a.toml: rule -> 0 -> frases \(rule ho.test\): Extra inputs"),
        (('["heterotopic bone"]', '["Heterotopic bone"]'), "must be lower case"),
        (('"ho.test"', '"HO test"'), "String should match pattern"),
        (('match = ["[', 'match = "['), "not readable as TOML"),
        (('["heterotopic bone"]', '["(heterotopic bone"]'), "rule ho.test: unbalanced"),
    ],
)
def test_mistakes_name_their_place(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    """What is wrong, in which file and rule."""
    with pytest.raises(RuleError, match=message):
        load_rules(_folder(tmp_path, RULE.replace(*change)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RULE + RULE, "ho.test: id used more than once"),
        (RULE.replace('"lexical"', '"NOWHERE"'), "ho.test: source 'NOWHERE' is not in references.bib"),
        (
            RULE + RULE.replace("ho.test", "ho.other").replace("named", "bare"),
            "ho.other: 'heterotopic bone' is also claimed by ho.test",
        ),
    ],
)
def test_lint(tmp_path: Path, text: str, message: str) -> None:
    """The lints find what the schema cannot see."""
    problems = [str(problem) for problem in lint(load_rules(_folder(tmp_path, text)))]
    assert any(problem.startswith(message) for problem in problems), problems
