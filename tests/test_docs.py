import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest

from horad.cli import app
from tests.renew_readme import README, renewed

TEXT = README.read_text("utf-8")
SHELL = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = [line.split("#")[0].strip() for block in SHELL[2:] for line in block.splitlines()]


@pytest.mark.parametrize(
    ("block", "end"), [(0, ".venv/bin/horad demo"), (1, ".venv/bin/pytest -q")], ids=["demo", "tests"]
)
def test_the_first_two_shell_blocks_are_one_line_each(block: int, end: str) -> None:
    assert SHELL[block].count("\n") == 1
    assert SHELL[block].startswith("python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt ")
    assert SHELL[block].strip().endswith(end)


def test_the_output_shown_is_the_output_given() -> None:
    assert renewed(TEXT) == TEXT, "run: python -m tests.renew_readme"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shown_runs(command: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = root / "sample_data" / "reports"
    shutil.copytree(samples.parent, tmp_path / "sample_data")
    shutil.copytree(samples, tmp_path / "reports")
    shutil.copy(min(samples.iterdir()), tmp_path / "report.txt")
    monkeypatch.chdir(tmp_path)
    name, *arguments = shlex.split(command)
    assert (name, app.run(arguments)) == ("horad", 0)


def test_the_python_shown_runs() -> None:
    examples = doctest.DocTestParser().get_doctest(
        "\n".join(re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)), {}, "README", None, 0
    )
    assert doctest.DocTestRunner(verbose=False).run(examples).failed == 0


def test_the_changelog_knows_the_version(root: Path) -> None:
    from horad import __version__

    assert f"## {__version__}" in (root / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", TEXT))
def test_every_link_leads_somewhere(link: str, root: Path) -> None:
    assert (root / link).exists()


@pytest.mark.parametrize("command", ["read", "batch", "image", "demo", "rules", "evaluate", "dataset", "review"])
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"horad {command}" in TEXT
