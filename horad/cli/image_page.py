"""The terminal page of a series: what it is, what was measured, and what was refused and why."""

from collections.abc import Iterable, Iterator

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from horad.cli.differential import safe
from horad.cli.page import console
from horad.records import ImageResult, Measure, Refusal
from horad.writers import layout

_UNITS = {"ml": "mL", "hu": "HU", "mm": "mm", "mm2": "mm²"}


def show_image(result: ImageResult, to: Console | None = None) -> None:
    """Print the page of one series."""
    out = to or console()
    identity = _table("Series", "")
    for name, value in _identity(result):
        identity.add_row(name, safe(value))
    out.print(Padding(identity, (0, 2)))
    if result.measures:
        out.print(Padding(_measures(result.measures), (0, 2)))
    else:
        out.print(Padding(Text("Nothing was measured.", "dim"), (0, 3)))
    if result.refusals:
        out.print(Padding(_refusals(result.refusals), (1, 2, 0, 2)))
    for notice in result.warnings:
        out.print(Padding(Text(f"warning: {safe(notice.message)}", "dim"), (0, 3)))
    out.print(Padding(Text(layout.INTENDED_USE, "dim"), (1, 3)))


def _identity(result: ImageResult) -> Iterator[tuple[str, str]]:
    spacing = " × ".join(f"{size:g}" for size in result.spacing_mm)
    where = {"patient": "at the patient", "detector": "in the detector plane"}.get(result.spacing_kind or "", "")
    told = {
        "modality": result.modality,
        "body part": result.body_part,
        "side": result.laterality,
        "view": result.view,
        "sequence": result.sequence,
        "contrast": result.contrast,
        "study date": result.study_date,
        "age": f"{result.age_years:.0f} years" if result.age_years is not None else None,
        "spacing": f"{spacing} mm {where}" if spacing else None,
        "slices": str(result.slices) if result.slices and result.slices > 1 else None,
        "tilt": f"{result.tilt_degrees:g}°" if result.tilt_degrees else None,
    }
    return ((name, value) for name, value in told.items() if value)


def _measures(measures: Iterable[Measure]) -> Table:
    table = _table("Measure", "Value", "Interval", "How")
    for measure in measures:
        of = f", {measure.structure}" if measure.structure else ""
        unit = _unit(measure.name)
        interval = (
            f"{_number(measure.low)} – {_number(measure.high)}" if None not in {measure.low, measure.high} else ""
        )
        value = f"{_number(measure.value)} {unit}".strip()
        table.add_row(_plain(measure.name) + safe(of), Text(value, "bold"), interval, safe(measure.method))
    return table


def _refusals(refusals: Iterable[Refusal]) -> Table:
    """One row per reason, with every measure that it takes away."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for refusal in refusals:
        key = (refusal.code, refusal.reason, refusal.fix or "")
        grouped.setdefault(key, []).append(_plain(refusal.measure) if refusal.measure else "every measure")
    table = _table("Refused", "Why", "What would help")
    for (_, reason, fix), names in grouped.items():
        table.add_row(Text(", ".join(names), "yellow"), safe(reason), safe(fix))
    return table


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _unit(name: str) -> str:
    return _UNITS.get(name.rsplit("_", 1)[-1], "")


def _plain(name: str) -> str:
    words = name.split("_")
    return " ".join(words[:-1] if words[-1] in _UNITS else words)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
