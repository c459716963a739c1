"""The forms of identifiers and dates mark what their examples say, and nothing else."""

import re

import pytest
import regex

from horad.knowledge.deidentify import Form, load_identifiers

FORMS = [pytest.param(form, pattern, id=form.id) for form, pattern in load_identifiers().examples]
EXAMPLES = [
    pytest.param(form, pattern, example, id=f"{form.id} {number}")
    for form, pattern in load_identifiers().examples
    for number, example in enumerate(form.match)
]
COUNTEREXAMPLES = [
    pytest.param(pattern, example, id=f"{form.id} {number}")
    for form, pattern in load_identifiers().examples
    for number, example in enumerate(form.no_match)
]


@pytest.mark.parametrize(("form", "pattern", "example"), EXAMPLES)
def test_every_example_is_marked_exactly(form: Form, pattern: "regex.Pattern[str]", example: str) -> None:
    text = re.sub(r"[\[\]]", "", example)
    wanted = re.findall(r"\[([^\]]*)\]", example)
    found = [_marked(form, match) for match in pattern.finditer(text)]
    assert found == wanted


def _marked(form: Form, match: "regex.Match[str]") -> str:
    if "id" in match.re.groupindex:
        return match["id"]
    start = min(match.start(name) for name in match.re.groupindex if match[name])
    return match.string[start : match.end()]


@pytest.mark.parametrize(("pattern", "example"), COUNTEREXAMPLES)
def test_nothing_is_marked_in_a_counterexample(pattern: "regex.Pattern[str]", example: str) -> None:
    assert [match[0] for match in pattern.finditer(example)] == []


def test_no_id_is_given_twice() -> None:
    ids = [form.id for form, _ in load_identifiers().examples]
    assert ids == list(dict.fromkeys(ids))


def test_every_kind_has_a_placeholder() -> None:
    tables = load_identifiers()
    assert {form.kind for form, _ in tables.examples} - set(tables.placeholders) == set()
