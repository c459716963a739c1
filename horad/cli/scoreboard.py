"""The evaluation in the terminal: scores with bars, confusion, and the errors that were asked for."""

from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from horad.cli.page import console
from horad.evaluation import Case, Evaluation
from horad.evaluation.confusion import Confusion
from horad.evaluation.errors import FieldError, marked
from horad.evaluation.scores import EvidenceScore, LabelScore, Score
from horad.writers.layout import words_of

_BAR_CELLS = 20
_WIDTH_FOR_BARS = 98
_FIRST_OF_THE_REST = "ho_status_exact"
_RIGHT, _WRONG = "green", "red"


def show(
    evaluation: Evaluation, cases: Sequence[Case], minimums: Mapping[str, float], to: Console | None = None
) -> None:
    """Print scores and confusion, then the listed errors."""
    out = to or console()
    made_by = f" · {' and '.join(evaluation.made_by)}" if evaluation.made_by else ""
    out.print(Text.assemble((_counted(evaluation.reports, "report"), "bold"), (made_by, "dim")))
    out.print(_scores(evaluation, minimums, has_bars=out.width >= _WIDTH_FOR_BARS))
    out.print(Text("Confusion: rows are gold, columns are given", "dim"))
    matrices = [_matrix(field, confusion.seen()) for field, confusion in evaluation.confusion.items()]
    out.print(Columns([Padding(matrix, (1, 4, 0, 0)) for matrix in matrices]))
    texts = {case.id: case.text for case in cases}
    for field, errors in evaluation.errors.items():
        out.print(Padding(Text(f"{field}: {_counted(len(errors), 'report')} wrong", "bold"), (1, 0, 0, 0)))
        for error in errors:
            out.print(_error(error, texts[error.id]))


def _scores(evaluation: Evaluation, minimums: Mapping[str, float], *, has_bars: bool) -> Table:
    start = evaluation.axis_start(minimums)
    table = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Field", no_wrap=True)
    for heading in ("Labels", "Precision", "Recall", "F1"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("95 % interval", no_wrap=True)
    if has_bars:
        table.add_column(f"{start:<{_BAR_CELLS - 1}g}1", no_wrap=True)
    if minimums:
        table.add_column("Min", no_wrap=True)
    for name, score in evaluation.scores.items():
        if name == _FIRST_OF_THE_REST:
            table.add_section()
        is_measured = score.n > 0 or any(counts.wrong for counts in evaluation.labels.get(name, ()))
        cells = _numbers(score) if is_measured else ("", "", Text("–", "dim"), "")
        bar = [_bar(score, start) if is_measured else ""] if has_bars else []
        demanded = [_demanded(score, minimums[name])] if name in minimums else []
        table.add_row(name, f"{score.n:,}", *cells, *bar, *demanded)
    return table


def _numbers(score: Score) -> tuple[str | Text, ...]:
    f1 = Text(f"{score.f1:.3f}", "bold")
    if isinstance(score, LabelScore):
        low, high = score.ci
        return f"{score.precision:.3f}", f"{score.recall:.3f}", f1, f"{low:.3f} – {high:.3f}"
    what = f"{score.wrong:,} wrong" if isinstance(score, EvidenceScore) else "accuracy"
    return "", "", f1, Text(what, "dim")


def _bar(score: Score, start: float) -> Text:
    """A line from ``start`` to 1: the interval heavy, F1 a stroke."""
    band = score.ci if isinstance(score, LabelScore) else (score.f1, score.f1)
    point, low, high = (min(int((at - start) / (1 - start) * _BAR_CELLS), _BAR_CELLS - 1) for at in (score.f1, *band))
    bar = Text()
    for cell in range(_BAR_CELLS):
        if cell == point:
            bar.append("┃", "bold cyan")
        else:
            bar.append(*(("━", "cyan") if low <= cell <= high else ("─", "dim")))
    return bar


def _demanded(score: Score, demanded: float) -> Text:
    if score.f1 < demanded:
        return Text(f"✗ {demanded:g}", f"bold {_WRONG}")
    return Text(f"✓ {demanded:g}", _RIGHT)


def _matrix(field: str, confusion: Confusion) -> RenderableType:
    """Columns are lettered, since their names would be wider than their numbers."""
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(Text(field, "bold default"), no_wrap=True)
    letters = [chr(ord("a") + place % 26) for place in range(len(confusion.classes))]
    for letter in letters:
        table.add_column(letter, justify="right", no_wrap=True)
    for place, (name, row) in enumerate(zip(confusion.classes, confusion.counts, strict=True)):
        cells = [_count(count, is_right=column == place) for column, count in enumerate(row)]
        table.add_row(Text.assemble((letters[place], "dim"), " ", _plain(name)), *cells)
    return table


def _count(count: int, *, is_right: bool) -> Text:
    if not count:
        return Text("·", "dim")
    return Text(f"{count:,}", f"bold {_RIGHT if is_right else _WRONG}")


def _error(error: FieldError, text: str) -> Panel:
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row("gold", _labels(error.gold, error.missed, _RIGHT))
    facts.add_row("given", _labels(error.predicted, error.wrong, _WRONG))
    facts.add_row("because of", Text("\n").join(_deciding(error)) or Text("no words of this field", "dim"))
    return Panel(
        Group(facts, Padding(_report(error, text), (1, 0, 0, 0))),
        title=Text(_safe(error.id), "bold"),
        title_align="left",
        box=box.ROUNDED,
    )


def _labels(names: Sequence[str], differing: Sequence[str], colour: str) -> Text:
    if not names:
        return Text("nothing", "dim")
    parts = [Text(_plain(name), f"bold {colour}" if name in differing else "") for name in names]
    return Text(", ").join(parts)


def _deciding(error: FieldError) -> Iterator[Text]:
    for span in error.deciding:
        yield Text.assemble(f"“{_safe(words_of(span.text))}” ", (_safe(span.rule or span.field), "dim"))


def _report(error: FieldError, text: str) -> Text:
    page = Text()
    for piece in marked(text, [error]):
        page.append(
            f"‹{_safe(piece.text)}›" if piece.marks else _safe(piece.text), "bold yellow" if piece.marks else ""
        )
    page.rstrip()
    return page


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _plain(name: str) -> str:
    return _safe(name.replace("_", " "))


def _safe(text: str) -> str:
    """Without control characters: a text must not move the cursor or change the terminal."""
    return text.translate(_CONTROL)


_CONTROL = {code: " " for code in (*range(32), *range(127, 160)) if code not in (9, 10)} | {13: ""}
