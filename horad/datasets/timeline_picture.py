"""A timeline as a picture: a lane for each place, a mark for each report, and what does not fit in red.

Time runs to scale, but for reports that lie so close together that their words would lie on one another.
"""

import datetime as dt
import io
import itertools
import textwrap
from pathlib import Path
from typing import Any

from horad.datasets.course import Contradiction, beside, contradictions, size_of
from horad.datasets.extra import needed
from horad.datasets.timeline import Seen, Timeline, Track
from horad.errors import HoradError, OutputError
from horad.terms import FindingAssertion, Maturity
from horad.writers.commit import new_file

_SUFFIXES = (".png", ".svg")
# Told apart in grey and by the colour-blind as well: each stage has its own shape.
_STAGES: dict[Maturity | None, tuple[str, str]] = {
    Maturity.IMMATURE: ("^", "#e69f00"),
    Maturity.MATURING: ("D", "#56b4e9"),
    Maturity.MATURE: ("o", "#0072b2"),
    Maturity.MIXED: ("s", "#009e73"),
    None: ("o", "#8c8c8c"),
}
_NARROWEST, _MARGIN, _LEAST_GAP = 9.0, 1.5, 1.25  # inches
_LANE, _TOP, _BOTTOM = 0.95, 0.55, 1.25
_RED, _INK = "#b3261e", "#1b2a36"
_BETWEEN = {"color": "#b9c3ca", "linewidth": 1, "linestyle": ":"}


def write_picture(timeline: Timeline, target: Path) -> None:
    """Write the picture.

    Raises:
        OutputError: if the name says no form of picture, or the place cannot be written.
        HoradError: if no report has a date.
    """
    suffix = target.suffix.lower()
    if suffix not in _SUFFIXES:
        raise OutputError(f"{target.name}: name a file that ends in {', '.join(_SUFFIXES)}")
    content = draw(timeline, suffix.removeprefix("."))
    with new_file(target) as place:
        place.write_bytes(content)


def draw(timeline: Timeline, form: str) -> bytes:
    """The picture as PNG or SVG; the same timeline gives the same bytes. No identifier is in it.

    Raises:
        HoradError: if no report has a date.
    """
    if not any(study.date for study in timeline.studies):
        raise HoradError("no report has a date, so there is no line of time to draw")
    matplotlib, figures = needed("matplotlib", "a picture"), needed("matplotlib.figure", "a picture")
    unfit, lanes, places = contradictions(timeline), _lanes(timeline), _places(timeline)
    notes = _notes(timeline, unfit)
    width = max(places.values()) + _MARGIN + 0.9
    height = _TOP + _LANE * max(len(lanes), 1) + _BOTTOM + 0.2 * len(notes)
    with matplotlib.rc_context({"svg.hashsalt": "horad", "font.family": "DejaVu Sans", "font.size": 9}):
        figure = figures.Figure(figsize=(width, height))
        bottom = (_BOTTOM + 0.2 * len(notes)) / height
        left = _MARGIN / width
        axes = figure.add_axes((left, bottom, 1 - left, 1 - bottom - _TOP / height))
        axes.set(xlim=(0, width - _MARGIN), ylim=(max(len(lanes), 1) - 0.4, -0.6))
        _frame(axes, timeline, lanes, places)
        for number, lane in enumerate(lanes):
            if lane:
                _track(axes, number, lane, places)
            else:
                _texts(axes, number, timeline, places)
        _unfit(axes, lanes, unfit, places)
        _legend(figure, height, notes)
        out = io.BytesIO()
        figure.savefig(out, format=form, dpi=150, metadata={"Date": None} if form == "svg" else {"Software": None})
    return out.getvalue()


def _places(timeline: Timeline) -> dict[str, float]:
    """Where each day stands, in inches: by time, with a least gap between two days."""
    days = sorted({study.date for study in timeline.studies if study.date})
    span = (_day(days[-1]) - _day(days[0])).days or 1
    room = max(_NARROWEST - _MARGIN - 1.8, _LEAST_GAP * (len(days) - 1))
    places, at = {days[0]: 0.9}, 0.9
    for one, other in itertools.pairwise(days):
        at += max(_LEAST_GAP, room * (_day(other) - _day(one)).days / span)
        places[other] = at
    return places


def _lanes(timeline: Timeline) -> list[Track | None]:
    """The places, and last, where there is something to tell, laboratory and bone scan."""
    tracks: list[Track | None] = [track for track in timeline.tracks if any(seen.date for seen in track.seen)]
    return [*tracks, None] if any(study.date and beside(study) for study in timeline.studies) else tracks


def _frame(axes: Any, timeline: Timeline, lanes: list[Track | None], places: dict[str, float]) -> None:
    axes.set_yticks(range(len(lanes)), [lane.name if lane else "lab, bone scan" for lane in lanes])
    axes.set_xticks(list(places.values()), list(places))
    axes.set_title(f"Course of one patient, {len(timeline.studies)} reports", loc="left", color=_INK, fontsize=11)
    for place in places.values():
        axes.axvline(place, color="#c3cbd1", linewidth=0.8, linestyle=":", zorder=0)
    axes.tick_params(axis="y", length=0)
    for name in ("top", "right", "left"):
        axes.spines[name].set_visible(False)


def _track(axes: Any, lane: int, track: Track, places: dict[str, float]) -> None:
    dated = [(places[seen.date], seen) for seen in track.seen if seen.date]
    for (start, one), (end, other) in itertools.pairwise(dated):
        style = {"color": _INK, "linewidth": 1.4} if one.is_there and other.is_there else _BETWEEN
        axes.plot([start, end], [lane, lane], **style)
    for place, seen in dated:
        _mark(axes, (place, lane), seen)


def _mark(axes: Any, at: tuple[float, int], seen: Seen) -> None:
    shape, colour = _STAGES[seen.maturity] if seen.maturity in _STAGES else _STAGES[None]
    words = {"textcoords": "offset points", "ha": "center", "color": _INK}
    if not seen.is_there:
        axes.plot(*at, marker="x", color=_INK, markersize=9, markeredgewidth=2)
        word = "past" if seen.assertion is FindingAssertion.HISTORICAL else "absent"
        axes.annotate(word, at, (0, 10), **words)
        return
    face = colour if seen.assertion is FindingAssertion.PRESENT else "white"
    axes.plot(*at, marker=shape, color=colour, markerfacecolor=face, markersize=11, markeredgewidth=2)
    above = ", ".join(f"{system.replace('_', ' ')} {value}" for system, value in seen.grades.items())
    below = "\n".join(filter(None, (size_of(seen), seen.change)))
    axes.annotate(above, at, (0, 10), **words)
    axes.annotate(below, at, (0, -9), va="top", **words)


def _texts(axes: Any, lane: int, timeline: Timeline, places: dict[str, float]) -> None:
    for study in timeline.studies:
        if study.date and (told := beside(study)):
            words = "\n".join(line for item in told for line in textwrap.wrap(item, 20))
            axes.annotate(words, (places[study.date], lane), ha="center", va="center", color=_INK, fontsize=8)


def _unfit(axes: Any, lanes: list[Track | None], unfit: list[Contradiction], places: dict[str, float]) -> None:
    """A red arrow from one report to the other, with the numbers under which it is told."""
    numbers: dict[tuple[tuple[float, int], tuple[float, int]], list[str]] = {}
    for number, one in enumerate(unfit, start=1):
        start = (places[one.first_date or ""], _lane_of(lanes, one.first, one))
        end = (places[one.second_date or ""], _lane_of(lanes, one.second, one))
        numbers.setdefault((start, end), []).append(str(number))
    arrow = {"arrowstyle": "-|>", "color": _RED, "linewidth": 1.6, "connectionstyle": "arc3,rad=-0.18"}
    for (start, end), own in numbers.items():
        axes.annotate("", end, start, arrowprops={**arrow, "shrinkA": 8, "shrinkB": 8})
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 0.27)
        frame = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": _RED}
        axes.annotate(", ".join(own), middle, ha="center", va="center", color=_RED, fontsize=8, bbox=frame)


def _lane_of(lanes: list[Track | None], report: str, one: Contradiction) -> int:
    """The lane of the place; where the side differs, that of the side which the report names."""
    for number, lane in enumerate(lanes):
        is_place = lane and (lane.name == one.place or (one.code == "side_differs" and lane.name.endswith(one.place)))
        if is_place and lane and any(seen.report_id == report and seen.date for seen in lane.seen):
            return number
    return 0


def _notes(timeline: Timeline, unfit: list[Contradiction]) -> list[str]:
    notes = [
        f"{number}  {one.code.replace('_', ' ')} at the {one.place}: {one.first_value} on {one.first_date}, "
        f"{one.second_value} on {one.second_date}"
        for number, one in enumerate(unfit, start=1)
    ]
    undated = sum(not study.date for study in timeline.studies)
    return [*notes, f"{undated} reports without a date are not drawn"] if undated else notes


def _legend(figure: Any, height: float, notes: list[str]) -> None:
    lines = needed("matplotlib.lines", "a picture")
    marks = [
        lines.Line2D(
            [], [], marker=shape, color=colour, linestyle="", markersize=9, label=str(stage or "stage not stated")
        )
        for stage, (shape, colour) in _STAGES.items()
    ]
    hollow = {"markerfacecolor": "white", "markeredgewidth": 2, "linestyle": "", "markersize": 9}
    marks.append(lines.Line2D([], [], marker="o", color="#8c8c8c", label="possible", **hollow))
    marks.append(lines.Line2D([], [], marker="x", color=_INK, linestyle="", markersize=8, label="past or absent"))
    figure.legend(
        handles=marks, loc="lower left", bbox_to_anchor=(0.01, (0.34 + 0.2 * len(notes)) / height), ncols=7,
        frameon=False, fontsize=8, handletextpad=0.3, columnspacing=1.2,
    )  # fmt: skip
    for number, note in enumerate(notes):
        figure.text(0.03, (0.34 + 0.2 * (len(notes) - 1 - number)) / height, note, color=_RED, fontsize=8.5)
    told = "For research, dataset building and quality review; not a medical device."
    figure.text(0.03, 0.12 / height, told, color="#5b6770", fontsize=7.5)


def _day(date: str) -> dt.date:
    return dt.date.fromisoformat(date)
