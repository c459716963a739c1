"""The differential and the alerts in the terminal: bars, columns for and against, and one sum line by line."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from horad.records import ReportResult
from horad.writers import ranking

_BAR_CELLS = 16
_REASONS = 5  # of a column; the lighter ones are counted
_MINUS = "\N{MINUS SIGN}"
_FOR, _AGAINST, _CHANCE = "green", "red", "cyan"


def alerts(result: ReportResult) -> Panel | None:
    """The alerts in a frame of their own, each with its words; nothing if there is none."""
    if not result.alerts:
        return None
    lines = [_alert(result, index) for index in range(len(result.alerts))]
    title = Text("alert" if len(lines) == 1 else "alerts", "bold red")
    return Panel(Group(*lines), title=title, title_align="left", border_style="red", box=box.ROUNDED)


def differential(result: ReportResult) -> Iterator[RenderableType]:
    """A table per list: diagnosis with its bar, what speaks for it, what speaks against it."""
    for listed in ranking.rankings(result):
        yield _table(listed)
        top = listed.shown[0]
        if top.would_change:
            yield Text.assemble(("would change it most: ", "dim"), safe(", ".join(top.would_change)))
        if listed.rest_line:
            yield Text(listed.rest_line, "dim")


def sum_of(diagnosis: str, lines: Sequence[tuple[str, float, str]], probability: float, rank: int) -> RenderableType:
    """One diagnosis: every weight on a line, and what they come to."""
    table = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0), show_footer=True)
    total = sum(weight for _, weight, _ in lines)
    table.add_column("Finding", Text("sum", "bold"), overflow="fold")
    table.add_column("Weight", Text(_signed(total), "bold"), justify="right", no_wrap=True)
    table.add_column("", Text(""), no_wrap=True)
    table.add_column("Source", Text(f"{ranking.percent(probability)}, rank {rank}", "bold"), overflow="fold")
    heaviest = max((abs(weight) for _, weight, _ in lines), default=0.0)
    for finding, weight, source in lines:
        colour = _FOR if weight >= 0 else _AGAINST
        stroke = Text("━" * (round(_BAR_CELLS * abs(weight) / heaviest) if heaviest else 0), colour)
        table.add_row(safe(ranking.plain(finding)), Text(_signed(weight), colour), stroke, Text(safe(source), "dim"))
    return Group(Text(ranking.name_of(diagnosis), "bold"), table)


def _alert(result: ReportResult, index: int) -> Text:
    notice = result.alerts[index]
    words = "  ".join(f"“{quote}”" for quote in ranking.quoted(result, notice.evidence))
    line = Text.assemble(("alert: ", "bold red"), (safe(notice.message), "bold"), (f" ({notice.code})", "dim"))
    return Text.assemble(line, ("\n  " + safe(words), "dim")) if words else line


def _table(listed: ranking.Ranking) -> Table:
    title = Text(safe(listed.lesion), "bold") if listed.lesion else None
    table = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0), title=title)
    table.title_justify = "left"
    table.add_column("Differential", no_wrap=True, min_width=_BAR_CELLS)
    table.add_column("For", overflow="fold", ratio=1)
    table.add_column("Against", overflow="fold", ratio=1)
    for item in listed.shown:
        table.add_row(_chance(item), _reasons(item.supporting, _FOR), _reasons(item.opposing, _AGAINST))
        table.add_section()
    return table


def _chance(item: ranking.Ranked) -> Text:
    full = round(_BAR_CELLS * item.probability)
    bar = Text.assemble(("━" * full, f"bold {_CHANCE}"), ("─" * (_BAR_CELLS - full), "dim"))
    return Text.assemble((item.name, "bold"), "\n", bar, f" {item.percent}")


def _reasons(reasons: Sequence[ranking.Reason], colour: str) -> Text:
    lines = [
        Text.assemble((reason.signed, colour), " ", safe(reason.finding), (f" {reason.source}", "dim"))
        for reason in reasons[:_REASONS]
    ]
    if len(reasons) > _REASONS:
        lines.append(Text(f"and {len(reasons) - _REASONS} lighter", "dim"))
    return Text("\n").join(lines) if lines else Text("–", "dim")


def _signed(weight: float) -> str:
    return f"{'+' if weight >= 0 else _MINUS}{abs(weight):.2f}"


def safe(text: str) -> str:
    """Without control characters: a report must not move the cursor or change the terminal."""
    return text.translate(_CONTROL)


_CONTROL = {code: " " for code in (*range(32), *range(127, 160)) if code not in (9, 10)} | {13: ""}
