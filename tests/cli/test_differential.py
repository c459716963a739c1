import io

import pytest
from rich.console import Console, RenderableType

from horad.cli import differential
from horad.records import Argument, ReportResult


def drawn(*parts: RenderableType, width: int = 100) -> str:
    to = Console(file=io.StringIO(), width=width, highlight=False)
    for part in parts:
        to.print(part)
    return " ".join(to.file.getvalue().split())  # type: ignore[attr-defined]


def test_a_diagnosis_has_its_bar_and_its_reasons(result: ReportResult) -> None:
    words = drawn(*differential.differential(result))
    assert "HO +2.7 marrow signal: fatty LED02 –" in words
    assert "━━━━━━━━━━━━━━━━ > 99 %" in words
    assert "would change it most: cortical destruction" in words


def test_lighter_reasons_are_counted(result: ReportResult) -> None:
    many = tuple(Argument(finding=f"finding_{n}", weight=-1.0, source="S") for n in range(7))
    top = result.differential[0].model_copy(update={"opposing": many})
    assert "and 2 lighter" in drawn(*differential.differential(result.model_copy(update={"differential": (top,)})))


def test_alerts_are_framed_with_their_words(result: ReportResult) -> None:
    panel = differential.alerts(result)
    assert panel is not None
    assert "alert: A tumour is not excluded. (tumour_not_excluded)" in drawn(panel)
    assert "“No tumour”" in drawn(panel)


def test_without_alerts_there_is_no_frame(result: ReportResult) -> None:
    assert differential.alerts(result.model_copy(update={"alerts": ()})) is None


def test_a_sum_shows_every_weight_and_the_total() -> None:
    lines = [("prior", -1.0, "candidates.toml"), ("marrow_signal=fatty", 2.5, "LED02")]
    words = drawn(differential.sum_of("ho", lines, 0.8, 1))
    assert [
        part
        for part in ("prior \N{MINUS SIGN}1.00", "marrow signal: fatty +2.50", "sum +1.50", "80 %, rank 1")
        if part not in words
    ] == []


@pytest.mark.parametrize("evil", ["\x1b]0;t\x07", "\x9b2J", "a\rb"])
def test_control_characters_do_nothing(evil: str) -> None:
    assert not {"\x1b", "\x07", "\x9b", "\r"} & set(differential.safe(evil))
