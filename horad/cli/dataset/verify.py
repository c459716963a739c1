"""``horad dataset verify``: is a published dataset what it says it is?"""

from pathlib import Path

import typer


def verify(
    folder: Path = typer.Argument(..., metavar="FOLDER", help="A dataset that horad dataset card finished."),
    as_json: bool = typer.Option(False, "--json", help="Print what failed as one JSON object."),
) -> None:
    """Check files, sums, shapes, ids, patients, counts, near duplicates, identifiers, evidence; exit 1 on a failure."""
    from horad.cli.streams import complain, emit, say
    from horad.datasets.verify import CHECKS
    from horad.datasets.verify import verify as look

    failures = look(folder)
    if as_json:
        import json

        document = {"checks": CHECKS, "failures": [failure.model_dump() for failure in failures]}
        emit(json.dumps(document, ensure_ascii=False).encode() + b"\n")
    for failure in failures:
        complain(f"{failure.check}: {failure.what}")
    say(f"{len(CHECKS)} checks: {f'{len(failures)} failures' if failures else 'all good'}")
    raise typer.Exit(1 if failures else 0)
