"""The summary of a batch: one self-contained page with plots as inline SVG; no script, all text escaped."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TEMPLATE = Path(__file__).with_name("summary.html")
_STATUSES = ("present", "possible", "historical", "absent")
# Beyond so many months the columns are years.
_MOST_MONTHS = 36
_YEAR = len("2026")
_MOST_BARS = 15
_PLOT_WIDTH, _PLOT_HEIGHT = 880.0, 200.0
_OUTCOMES = {
    "written": "results written",
    "quarantined": "quarantined",
    "superseded": "superseded by a later version",
    "cancelled": "cancelled by the sender",
    "left_out": "left out as entered in error",
}
_LISTS = {
    "sites": ("Sites", "reports in scope that name the site"),
    "grades": ("Grades", "stated, current grades"),
    "alerts": ("Alerts", "reports with the alert"),
    "reasons": ("Reasons for quarantine", "records that could not be read"),
}


@dataclass(frozen=True)
class Bar:
    """One row of a chart."""

    label: str
    count: int
    share: float


@dataclass(frozen=True)
class Block:
    """One status within a column."""

    status: str
    count: int
    top: float
    height: float


@dataclass(frozen=True)
class Column:
    """One month or year."""

    label: str
    left: float
    width: float
    blocks: tuple[Block, ...]
    is_labelled: bool


def write_summary(report: Mapping[str, Any], place: Path) -> None:
    """Draw the run report."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["plain"] = lambda value: str(value).replace("_", " ")
    environment.filters["grouped"] = lambda value: f"{value:,}"
    found = report["found"]
    columns, highest, unit = columns_of(found.get("status_by_month", {}))
    page = environment.from_string(_TEMPLATE.read_text("utf-8")).render(
        report=report,
        outcomes=[(label, report[name]) for name, label in _OUTCOMES.items()],
        statuses=bars_of(found.get("status", {})),
        columns=columns,
        highest=highest,
        unit=unit,
        legend=_STATUSES,
        width=_PLOT_WIDTH,
        height=_PLOT_HEIGHT,
        lists=[(title, note, bars_of(found.get(name, {}))) for name, (title, note) in _LISTS.items()],
    )
    place.write_text(page, encoding="utf-8")


def bars_of(counts: Mapping[str, int]) -> list[Bar]:
    """The most frequent values first, the rest together."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown, rest = ordered[:_MOST_BARS], ordered[_MOST_BARS:]
    if rest:
        shown.append((f"{len(rest)} others", sum(count for _, count in rest)))
    most = max((count for _, count in shown), default=1)
    return [Bar(label, count, count / most) for label, count in shown]


def columns_of(counts: Mapping[str, int]) -> tuple[list[Column], int, str]:
    """A column per month with the reports of each status, the highest column's count, and what a column is."""
    months: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, count in counts.items():
        month, _, status = key.partition(" ")
        if status in _STATUSES:
            months[month][status] += count
    unit = "month"
    if len(months) > _MOST_MONTHS:
        unit = "year"
        years: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for month, statuses in months.items():
            for status, count in statuses.items():
                years[month[:_YEAR]][status] += count
        months = years
    highest = max((sum(statuses.values()) for statuses in months.values()), default=0)
    step = _PLOT_WIDTH / max(len(months), 8)
    every = 1 + len(months) // 13
    columns = [
        Column(month, index * step, step * 0.8, _blocks(months[month], highest), index % every == 0)
        for index, month in enumerate(sorted(months))
    ]
    return columns, highest, unit


def _blocks(statuses: Mapping[str, int], highest: int) -> tuple[Block, ...]:
    blocks = []
    top = _PLOT_HEIGHT
    for status in _STATUSES:
        if count := statuses.get(status, 0):
            height = _PLOT_HEIGHT * count / highest
            top -= height
            blocks.append(Block(status, count, top, height))
    return tuple(blocks)
