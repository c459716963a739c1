"""Write the expected results of the samples again: ``python -m tests.renew_samples``. Read the difference first."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

from horad.cli import app

SAMPLES = Path(__file__).resolve().parent.parent / "sample_data"
REPORTS = SAMPLES / "reports"
EXPECTED = SAMPLES / "expected"
_WIDTH = 220  # a span of evidence stays on its line


def results() -> dict[str, str]:
    """What ``horad read --json`` prints for every sample, laid out for a reader, by the sample's name."""
    paths = [str(path) for path in sorted(REPORTS.glob("*.txt"))]
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with contextlib.redirect_stdout(printed):
        code = app.run(["read", "--json", *paths])
    printed.flush()
    lines = printed.buffer.getvalue().decode().splitlines()  # type: ignore[attr-defined]
    if code != 0 or len(lines) != len(paths):
        raise RuntimeError(f"horad read --json ended with {code} and {len(lines)} of {len(paths)} results")
    return {Path(path).stem: laid_out(line) for path, line in zip(paths, lines, strict=True)}


def laid_out(line: str) -> str:
    """The JSON of one result with what belongs together on a line; the hash of all rules is left out."""
    result = json.loads(line)
    result["provenance"]["rules_sha256"] = "…"  # every change of any rule changes it
    return _laid_out(result, "") + "\n"


def _laid_out(value: Any, indent: str) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or (indent and len(indent) + len(flat) <= _WIDTH):
        return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {_laid_out(item, deeper)}" for key, item in value.items()]
        opening, closing = "{}"
    else:
        items = [_laid_out(item, deeper) for item in value]
        opening, closing = "[]"
    return f"{opening}\n{deeper}" + f",\n{deeper}".join(items) + f"\n{indent}{closing}"


if __name__ == "__main__":
    EXPECTED.mkdir(exist_ok=True)
    for name, text in results().items():
        (EXPECTED / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")
