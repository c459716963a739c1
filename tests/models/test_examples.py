"""Every example of every rule is a case of its own; the rule files have no lint."""

import functools

import pytest

from horad.knowledge.check import lint
from horad.knowledge.load import load_rules
from horad.pipeline.examples import Example, ExampleRunner, examples

RULES = load_rules()


@functools.cache
def _runner() -> ExampleRunner:
    return ExampleRunner(RULES)


def test_no_lint() -> None:
    """Ids, sources and phrases are in order."""
    assert [str(problem) for problem in lint(RULES)] == []


@pytest.mark.parametrize("example", list(examples(RULES)), ids=lambda e: f"{e.rule.id}:{e.text[:40]}")
def test_example(example: Example) -> None:
    """A must-match marks exactly its brackets, a must-not marks nothing."""
    assert _runner().failure(example) is None
