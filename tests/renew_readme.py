"""Write the README's output block again: ``python -m tests.renew_readme``. Read the difference before committing it."""

import io
import re
from pathlib import Path

from rich.console import Console

from horad.cli.page import show
from horad.run.one import read

README = Path(__file__).resolve().parent.parent / "README.md"
_REPORT = re.compile(r"<!-- report:.*?-->\n```text\n(.*?)```\n", re.DOTALL)
_STAMP = re.compile(r"(, rules )[0-9a-f]{12}")
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
    return _OUTPUT.sub(lambda block: block[1] + page + block[3], readme)


if __name__ == "__main__":
    README.write_text(renewed(README.read_text("utf-8")), encoding="utf-8", newline="\n")
