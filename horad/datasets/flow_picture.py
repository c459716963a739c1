"""The flow as a picture: what is left runs down, what is left out stands to the right with its reasons."""

import html
import io
import textwrap
from pathlib import Path
from typing import Any

from horad.datasets.extra import needed
from horad.datasets.flow import Flow, Step, as_text, reasons_of, told
from horad.errors import OutputError
from horad.writers.commit import new_file

_SUFFIXES = (".svg", ".png", ".html", ".txt", ".json")
_LINE = 0.19  # inches of one line of text
_PAD, _GAP = 0.26, 0.42
_LEFT, _RIGHT, _WIDTH = (0.15, 3.35), (3.95, 8.35), 8.5
_INK, _KEPT, _OUT = "#1b2a36", "#e4eef5", "#f7efe2"


def write_flow(flow: Flow, target: Path) -> None:
    """Write the flow as its file's name asks: a picture, a page with one, text or JSON.

    Raises:
        OutputError: if the name does not say a form, or the place cannot be written.
        HoradError: if a picture is asked for and matplotlib is not installed.
    """
    suffix = target.suffix.lower()
    if suffix not in _SUFFIXES:
        raise OutputError(f"{target.name}: name a file that ends in {', '.join(_SUFFIXES)}")
    match suffix:
        case ".json":
            content = flow.model_dump_json(indent=2).encode() + b"\n"
        case ".txt":
            content = as_text(flow).encode()
        case ".html":
            content = _page(flow).encode()
        case _:
            content = draw(flow, suffix.removeprefix("."))
    with new_file(target) as place:
        place.write_bytes(content)


def draw(flow: Flow, form: str) -> bytes:
    """The picture as PNG or SVG; the same flow gives the same bytes."""
    figures = needed("matplotlib.figure", "a picture")
    matplotlib = needed("matplotlib", "a picture")
    sides = [_side(step) for step in flow.steps]
    kept = [_kept(flow, number) for number in range(len(flow.steps) + 1)]
    heights = [_height(box) for box in kept]
    gaps = [max(_GAP, _height(side) + 0.16) for side in sides]
    total = sum(heights) + sum(gaps) + 0.3
    with matplotlib.rc_context({"svg.hashsalt": "horad", "font.family": "DejaVu Sans"}):
        figure = figures.Figure(figsize=(_WIDTH, total))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, _WIDTH), ylim=(total, 0))
        axes.axis("off")
        top = 0.15
        for number, lines in enumerate(kept):
            _box(axes, _LEFT, top, lines, _KEPT)
            bottom = top + heights[number]
            if number < len(sides):
                _leave_out(axes, bottom, gaps[number], sides[number])
                top = bottom + gaps[number]
        out = io.BytesIO()
        figure.savefig(out, format=form, dpi=150, metadata={"Date": None} if form == "svg" else {"Software": None})
    return out.getvalue()


def _leave_out(axes: Any, bottom: float, gap: float, side: list[str]) -> None:
    """The arrow down, and the box that it passes."""
    middle = (_LEFT[0] + _LEFT[1]) / 2
    arrow = {"arrowstyle": "-|>", "color": _INK, "linewidth": 1, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (middle, bottom + gap), (middle, bottom), arrowprops=arrow)
    axes.annotate("", (_RIGHT[0], bottom + gap / 2), (middle, bottom + gap / 2), arrowprops=arrow)
    _box(axes, _RIGHT, bottom + (gap - _height(side)) / 2, side, _OUT)


def _box(axes: Any, span: tuple[float, float], top: float, lines: list[str], colour: str) -> None:
    patches = needed("matplotlib.patches", "a picture")
    left, right = span
    axes.add_patch(patches.Rectangle((left, top), right - left, _height(lines), facecolor=colour, edgecolor=_INK))
    for number, line in enumerate(lines):
        place = top + _PAD / 2 + (number + 0.5) * _LINE
        weight = "bold" if number == 0 else "normal"
        # A name may hold a dollar sign, which would start a formula.
        axes.text(left + 0.12, place, line, va="center", fontsize=9, color=_INK, weight=weight, parse_math=False)


def _kept(flow: Flow, number: int) -> list[str]:
    if number == 0:
        return [told(flow.reports, flow.patients), "in the results"]
    step = flow.steps[number - 1]
    return [told(step.reports, step.patients), *textwrap.wrap(step.name, 42)[:4]]


def _side(step: Step) -> list[str]:
    lines = [f"{step.excluded:,} left out"]
    for reason, count in reasons_of(step):
        lines += textwrap.wrap(f"{count:,}  {reason}", 58, subsequent_indent="      ")[:2]
    return lines


def _height(lines: list[str]) -> float:
    return len(lines) * _LINE + _PAD


def _page(flow: Flow) -> str:
    picture = draw(flow, "svg").decode()
    picture = picture[picture.index("<svg") :].replace("<svg", '<svg role="img" aria-label="Flow of the cohort"', 1)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Flow of a cohort</title>'
        "<style>body{font:16px/1.5 system-ui,sans-serif;color:#1b2a36;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "svg{max-width:100%;height:auto}pre{white-space:pre-wrap}</style></head><body><h1>Flow of a cohort</h1>\n"
        f"{picture}\n<h2>The same in words</h2><pre>{html.escape(as_text(flow))}</pre>\n"
        "<p>For research, dataset building and quality review; not a medical device.</p></body></html>\n"
    )
