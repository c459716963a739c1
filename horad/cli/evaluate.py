"""``horad evaluate``: compare answers with labelled reports."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from horad.evaluation import Case, Evaluation


_JSON = typer.Option(False, "--json", help="Print the numbers as one JSON object.")
_HTML = typer.Option(
    None, "--html", metavar="FILE", help="Write a self-contained page; it holds the texts of wrong reports."
)
_ERRORS = typer.Option(
    [], "--errors", metavar="FIELD", help="List the errors of a field with their texts; may be repeated."
)
_MINIMUM = typer.Option([], "--min", metavar="FIELD=F1", help="Exit with 1 if a score is lower; may be repeated.")
_CALIBRATION = typer.Option(
    False, "--calibration", help="Measure the probabilities of the differential instead of the fields."
)
_FINDINGS_ONLY = typer.Option(
    False, "--findings-only", help="Read the texts without what they themselves say of the diagnosis."
)
_PLOT = typer.Option(
    None, "--plot", metavar="FILE", help="With --calibration: write the reliability plot (PNG, SVG or PDF)."
)


def evaluate(
    files: list[str] = typer.Argument(
        ...,
        metavar="GOLD… [PREDICTIONS]",
        help="JSON lines with labels, and results to score; without results, horad reads the texts itself.",
    ),
    as_json: bool = _JSON,
    html: Path | None = _HTML,
    errors: list[str] = _ERRORS,
    minimum: list[str] = _MINIMUM,
    calibration: bool = _CALIBRATION,
    plot: Path | None = _PLOT,
    findings_only: bool = _FINDINGS_ONLY,
) -> None:
    """Score answers against labelled reports: every field with its interval, confusion and errors."""
    from horad.cli.streams import complain
    from horad.evaluation import evaluate as compare
    from horad.evaluation.cases import read_cases

    if plot and not calibration:
        raise typer.BadParameter("--plot goes with --calibration")
    _check_fields(errors)
    minimums = dict(map(_minimum, minimum))
    with _progress() as tick:
        cases = read_cases(files, tick, findings_only=findings_only)
    if calibration:
        _calibrate(cases, plot, as_json=as_json)
        return
    evaluation = compare(cases, errors)
    if html:
        _write_page(html, evaluation, cases, minimums)
    _show(evaluation, cases, minimums, as_json=as_json)
    short = evaluation.shortfalls(minimums)
    for shortfall in short:
        complain(f"{shortfall.field} is {shortfall.got:.4f}, short of {shortfall.demanded:g}")
    raise typer.Exit(1 if short else 0)


def _calibrate(cases: "Sequence[Case]", plot: Path | None, *, as_json: bool) -> None:
    from horad.evaluation.calibration import TUMOUR_FAMILIES, calibrate, judged
    from horad.evaluation.temperature import fit
    from horad.knowledge.differential import load_differential

    tumours = {str(row.id) for row in load_differential().candidates if row.family in TUMOUR_FAMILIES}
    measured, fitted = calibrate(cases, tumours), fit(judged(cases))
    if plot:
        from horad.evaluation.reliability import draw

        draw({"as given": measured.as_given, **({"out of fold": fitted.out_of_fold} if fitted else {})}, plot)
    if as_json:
        import json

        from horad.cli.streams import emit

        document = {**measured.model_dump(mode="json"), "fit": fitted.model_dump(mode="json") if fitted else None}
        emit(json.dumps(document).encode() + b"\n")
    else:
        from horad.cli.calibration import show

        show(measured, fitted)


def _show(evaluation: "Evaluation", cases: "Sequence[Case]", minimums: dict[str, float], *, as_json: bool) -> None:
    if as_json:
        import json

        from horad.cli.streams import emit
        from horad.evaluation.report import to_json

        emit(json.dumps(to_json(evaluation, cases), ensure_ascii=False).encode() + b"\n")
    else:
        from horad.cli.scoreboard import show

        show(evaluation, cases, minimums)


def _write_page(target: Path, evaluation: "Evaluation", cases: "Sequence[Case]", minimums: dict[str, float]) -> None:
    from horad.cli.streams import say
    from horad.evaluation.page import page
    from horad.writers.commit import new_file

    with new_file(target) as place:
        place.write_text(page(evaluation, cases, minimums), "utf-8")
    say(f"page → {target}")


def _check_fields(fields: Sequence[str]) -> None:
    from horad.evaluation.errors import LISTED

    for field in fields:
        if field not in LISTED:
            raise typer.BadParameter(f"no field {field!r}; choose from: {', '.join(LISTED)}")


def _minimum(given: str) -> tuple[str, float]:
    from horad.evaluation.scores import NAMES

    field, _, number = given.partition("=")
    if field not in NAMES:
        raise typer.BadParameter(f"--min: no score {field!r}; choose from: {', '.join(NAMES)}")
    try:
        demanded = float(number)
    except ValueError:
        demanded = -1.0
    if not 0 <= demanded <= 1:
        raise typer.BadParameter(f"--min {field}: give a number from 0 to 1, for instance {field}=0.9")
    return field, demanded


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """A live count on stderr while horad reads, when that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading", total=None)
        yield lambda done: progress.update(task, description=f"{done:,} texts read")
