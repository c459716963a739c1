"""``horad demo``: the sample reports that ship with horad, read for the first time."""

from pathlib import Path

import typer

_SHOWN = 2


def demo(
    out: Path = typer.Option(
        Path("horad-demo.jsonl"), "-o", "--out", help="Where the results go (.jsonl, .csv, .parquet)."
    ),
) -> None:
    """Read the sample reports, show two of them, and write all results to a file."""
    from horad.cli.page import show
    from horad.cli.sources import Reading
    from horad.cli.streams import say
    from horad.knowledge.locate import find_folder
    from horad.run.batch import plan, run

    samples = find_folder("sample_data") / "reports"
    for result, text in Reading([str(path) for path in sorted(samples.glob("*.txt"))[:_SHOWN]]):
        show(result, text)
    tally = run(plan([samples], out))
    say(f"{tally.written} sample reports read; results → {out.resolve()}")
    say(f"Next: horad read FILE, horad batch FOLDER -o results.jsonl, horad rules why {samples}/REPORT.txt")
