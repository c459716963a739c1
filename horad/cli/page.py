"""The terminal page: the report with its evidence in colour, then every value with its words and rule."""

import itertools
from collections.abc import Iterable, Mapping

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from horad.cli import differential
from horad.cli.differential import safe
from horad.knowledge.schema import Rule
from horad.records import Evidence, ReportResult
from horad.writers import layout, ranking

# Dark ink on a light ground of its own reads well on dark and on light terminals.
_TONES = {
    "ho_status": "#ffc46b",
    "sites": "#9ccbff",
    "maturity": "#a9df96",
    "marrow_signal": "#ffe866",
    "neurovascular": "#ffa8ba",
    "grades": "#c4b0ff",
    "features": "#8fdcd0",
    "tumour": "#ff9279",
    "modality": "#c9d0d8",
    "risk_factors": "#dcbc8a",
    "other": "#d8d0bd",
}
_WIDTH_WITHOUT_TERMINAL = 100
_NOTICE_STYLE = {"conflict": "yellow", "warning": "dim"}  # alerts stand above, in a frame


def console() -> Console:
    """The console on stdout; 100 columns where there is no terminal to ask."""
    made = Console(highlight=False)
    return made if made.is_terminal else Console(highlight=False, width=_WIDTH_WITHOUT_TERMINAL)


def show(result: ReportResult, text: str, to: Console | None = None) -> None:
    """Print the page of one report."""
    out = to or console()
    in_colour = out.color_system is not None and not out.no_color
    warned = differential.alerts(result)
    if warned:
        out.print(warned)
    out.print(Panel(_report(result, text, in_colour), title=_title(result), title_align="left", box=box.ROUNDED))
    if in_colour:
        out.print(Padding(_legend(result, text), (0, 2)))
    out.print(Padding(_body(result), (0, 2)))
    stamp = f"horad {result.provenance.horad}, rules {result.provenance.rules_sha256[:12]}"
    out.print(Padding(Text(f"{layout.INTENDED_USE}\n{stamp}", "dim"), (1, 2)))


def show_why(result: ReportResult, rules: Mapping[str, Rule], field: str | None, to: Console | None = None) -> None:
    """Print every value with the rule that made it and the rule's source."""
    table = _table("Value", "Words, place, rule and its source")
    for row in layout.rows(result):
        marks = [mark for mark in row.marks if field in (None, mark.field, row.family)]
        if marks:
            value = Text.assemble(row.label, "\n", (", ".join(row.values), "bold"))
            table.add_row(value, Text("\n").join(_explained(mark, rules.get(mark.rule)) for mark in marks))
    out = to or console()
    out.print(Text(result.report_id, "bold"))
    out.print(table if table.row_count else Text("No rule made a value here.", "dim"))


def show_sum(result: ReportResult, text: str, diagnosis: str, to: Console | None = None) -> None:
    """Print the sum behind one diagnosis of a report."""
    from horad.run.one import pipeline
    from horad.run.why import why

    out = to or console()
    out.print(Text(safe(result.report_id), "bold"))
    found = why(pipeline(), text, diagnosis)
    if found is None:
        out.print(Text("The report has no differential that holds this diagnosis.", "dim"))
    else:
        out.print(differential.sum_of(found.diagnosis, found.lines, found.probability, found.rank))


def show_rules(rules: Iterable[Rule], to: Console | None = None) -> None:
    """Print the rules, one a line."""
    table = _table("Rule", "Field", "Value", "Source")
    for rule in rules:
        table.add_row(rule.id, rule.field, rule.value, ", ".join(rule.source))
    (to or console()).print(table)


def _explained(mark: Evidence, rule: Rule | None) -> Text:
    words = safe(f"“{layout.words_of(mark.text)}”")
    source = f" ({', '.join(rule.source)})" if rule else ""
    return Text.assemble(words, f"  {mark.section} {mark.start}–{mark.end}  ", (f"{mark.rule}{source}", "dim"))


def _title(result: ReportResult) -> Text:
    parts = [result.patient_id, result.accession_number, result.study_date]
    if result.report_status != "unknown":
        parts.append(result.report_status)
    return Text.assemble((safe(result.report_id), "bold"), *[f" · {safe(part)}" for part in parts if part])


def _report(result: ReportResult, text: str, in_colour: bool) -> Text:
    page = Text()
    pieces = layout.segments(text, result.evidence)
    for is_marked, group in itertools.groupby(pieces, key=lambda piece: bool(piece.marks)):
        if in_colour and is_marked:
            for piece in group:
                page.append(safe(piece.text), _ink(piece.families))
        else:
            words = safe("".join(piece.text for piece in group))
            page.append(f"‹{words}›" if is_marked else words)
    page.rstrip()
    return page


def _ink(families: tuple[str, ...]) -> str:
    """The colour of the innermost field; an underline where more than one field is meant."""
    return f"#16181a on {_TONES[families[0]]}" + (" underline" if len(families) > 1 else "")


def _legend(result: ReportResult, text: str) -> Text:
    used = {family for piece in layout.segments(text, result.evidence) for family in piece.families}
    tags = [Text(f" {label} ", _ink((name,))) for name, label in layout.FIELDS.items() if name in used]
    return Text(" ").join(tags)


def _body(result: ReportResult) -> RenderableType:
    rows = layout.rows(result)
    if not rows:
        return Text("Nothing is said of it." if result.in_scope else layout.OUT_OF_SCOPE)
    parts: list[RenderableType] = [_values(rows)]
    if result.findings:
        parts.append(_lesions(result))
    parts += differential.differential(result)
    parts += _notices(result)
    return Group(*parts)


def _values(rows: list[layout.Row]) -> Table:
    table = _table(" Field", "Value", "Words and rule")
    for row in rows:
        label = Text(f" {row.label} ", _ink((row.family,)))
        table.add_row(label, Text(", ".join(row.values), "bold"), Text("\n").join(map(_quote, row.quotes)))
    return table


def _quote(quote: layout.Quote) -> Text:
    return Text.assemble(safe(f"“{quote.words}”{quote.repeated}"), "  ", (quote.rule, "dim"))


def _lesions(result: ReportResult) -> Table:
    table = _table("", "Lesion", "Where", "What is said of it")
    for finding in result.findings:
        lesion = Text.assemble(finding.kind.replace("_", " "), "\n", (finding.assertion, "bold"))
        lines = Text(safe("\n".join(layout.lesion_lines(finding))))
        table.add_row(Text(finding.id, "dim"), lesion, Text(safe(layout.lesion_place(finding))), lines)
    return table


def _notices(result: ReportResult) -> list[RenderableType]:
    notices = ranking.notices(result)
    lines: list[RenderableType] = [
        Text.assemble((f"{kind}: ", _NOTICE_STYLE[kind]), safe(notice.message), (f" ({notice.code})", "dim"))
        for kind in _NOTICE_STYLE
        for notice in notices[kind]
    ]
    return lines


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
