"""The limits that CONTRIBUTING promises and that no linter here checks."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_LONGEST_FUNCTION = 40
_LONGEST_MODULE = 400


def _modules(*folders: str) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def test_functions_are_short() -> None:
    found = [
        f"{name}:{node.lineno} {node.name}"
        for name, source in _modules("horad", "tests")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= _LONGEST_FUNCTION
    ]
    assert found == []


def test_modules_are_short() -> None:
    found = [name for name, source in _modules("horad", "tests") if source.count("\n") > _LONGEST_MODULE]
    assert found == []


def test_every_package_and_module_says_what_it_is_for() -> None:
    assert [name for name, source in _modules("horad") if not ast.get_docstring(ast.parse(source))] == []
