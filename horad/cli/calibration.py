"""The calibration in the terminal: what the probabilities of the differential are worth."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from horad.cli.page import console
from horad.evaluation.calibration import Calibration, Spread, TumourAbove
from horad.evaluation.temperature import Fit

_CELLS = 20


def show(calibration: Calibration, fit: Fit | None, to: Console | None = None) -> None:
    """Print top 1 and 3, the errors as given and out of fold, the bins, and tumours called above a probability."""
    out = to or console()
    silent = f", {calibration.silent} of them without a differential" if calibration.silent else ""
    out.print(Text.assemble(("Differential", "bold"), f": {calibration.n:,} reports with a ranked diagnosis{silent}"))
    out.print(f"top 1 {_number(calibration.top1)}   top 3 {_number(calibration.top3)}")
    out.print(_spreads(calibration, fit))
    out.print(_bins(fit.out_of_fold if fit else calibration.as_given))
    out.print(_tumours(calibration.tumour))


def _spreads(calibration: Calibration, fit: Fit | None) -> Table:
    table = _table("Probabilities", "Calibration error", "95 % interval", "Brier", "Temperature")
    _spread(table, "as given", calibration.as_given, "")
    if fit:
        folds = f"{fit.temperature:.3f} (folds {min(fit.folds):.2f} to {max(fit.folds):.2f})"
        _spread(table, "fitted, out of fold", fit.out_of_fold, folds)
    return table


def _spread(table: Table, name: str, spread: Spread, temperature: str) -> None:
    low, high = spread.ci
    table.add_row(
        name, Text(f"{spread.ece:.3f}", "bold"), f"{low:.3f} – {high:.3f}", f"{spread.brier:.3f}", temperature
    )


def _bins(spread: Spread) -> Table:
    """Each bin's share right as a bar; a stroke marks the mean probability."""
    table = _table("First probability", "Reports", "Mean", "Right", f"0{'1':>{_CELLS - 1}}")
    for group in spread.bins:
        if group.confidence is not None and group.accuracy is not None:
            cells = (f"{group.low:.1f} – {group.high:.1f}", f"{group.n:,}")
            bar = _bar(group.accuracy, group.confidence)
            table.add_row(*cells, f"{group.confidence:.3f}", Text(f"{group.accuracy:.3f}", "bold"), bar)
    return table


def _bar(accuracy: float, confidence: float) -> Text:
    full, mark = round(_CELLS * accuracy), min(int(_CELLS * confidence), _CELLS - 1)
    bar = Text()
    for cell in range(_CELLS):
        stroke = "┃" if cell == mark else "━" if cell < full else "─"
        bar.append(stroke, "bold yellow" if cell == mark else "cyan" if cell < full else "dim")
    return bar


def _tumours(tumour: TumourAbove) -> Table:
    table = _table("Tumours together above", "Sensitivity", "Specificity", "Wanted")
    table.title = f"{tumour.tumours:,} reports of a tumour, {tumour.others:,} of something else"
    table.title_justify, table.title_style = "left", "dim"
    for point in tumour.operating:
        numbers = (_number(point.threshold), _number(point.sensitivity), _number(point.specificity))
        table.add_row(*numbers, f"≥ {point.wanted:g}")
    return table


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for place, heading in enumerate(headings):
        table.add_column(heading, no_wrap=True, justify="left" if place == 0 else "right")
    return table


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
