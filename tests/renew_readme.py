"""Write the README's output block again: ``python -m tests.renew_readme``. Read the difference before committing it."""

import contextlib
import io
import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path

from rich.console import Console

from horad.cli import app
from horad.cli.page import show
from horad.run.one import read

README = Path(__file__).resolve().parent.parent / "README.md"
_REPORT = re.compile(r"<!-- report:.*?-->\n```text\n(.*?)```\n", re.DOTALL)
_STAMP = re.compile(r"(, rules )[0-9a-f]{12}")
_SESSION = re.compile(r"(<!-- run:.*?-->\n```text\n)(.*?)(```\n)", re.DOTALL)
_OUTPUT = re.compile(r"(<!-- output:.*?-->\n```text\n)(.*?)(```\n)", re.DOTALL)


def renewed(readme: str) -> str:
    """The README with the output that horad gives today for the report above it."""
    report = _REPORT.search(readme)
    if report is None:
        raise ValueError("the README shows no report")
    to = Console(file=io.StringIO(), width=100, highlight=False)
    show(read(report[1], id="report"), report[1], to)
    lines = [line.rstrip() for line in to.file.getvalue().splitlines()]  # type: ignore[attr-defined]
    page = "\n".join(lines).strip("\n") + "\n"
    page = _STAMP.sub(r"\1…", page)  # every change of any rule changes the hash
    readme = _OUTPUT.sub(lambda block: block[1] + page + block[3], readme)
    return _SESSION.sub(lambda block: block[1] + _told(block[2]) + block[3], readme)


def _told(session: str) -> str:
    """The session's commands, each with what it tells a user on standard error."""
    commands = [line for line in session.splitlines() if line.startswith("$ ")]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copytree(README.parent / "sample_data", "sample_data")
        return "".join(f"{command}\n{_messages(command)}" for command in commands)


def _messages(command: str) -> str:
    words = io.StringIO()
    arguments = shlex.split(command.removeprefix("$ horad ").split(" > ")[0])
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(words),
    ):
        app.run(arguments)
    return words.getvalue()


if __name__ == "__main__":
    README.write_text(renewed(README.read_text("utf-8")), encoding="utf-8", newline="\n")
