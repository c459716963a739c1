import io
from pathlib import Path

import pytest
from rich.console import Console

from horad.cli.page import show, show_rules, show_why
from horad.knowledge.load import load_rules
from horad.records import ReportResult

TEXT = (Path(__file__).parent.parent / "records" / "full-text.txt").read_text("utf-8")


def page(result: ReportResult, text: str = TEXT, *, width: int = 100, colour: bool = False) -> str:
    to = Console(
        file=io.StringIO(),
        width=width,
        highlight=False,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
    )
    show(result, text, to)
    return to.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_without_colour_the_evidence_stands_in_brackets(result: ReportResult) -> None:
    words = " ".join(page(result).replace("│", "").split())
    assert "‹mature heterotopic ossification› in front of the" in words
    assert "Brooker III" in words


def test_with_colour_there_is_a_legend(result: ReportResult) -> None:
    assert "\x1b[" in page(result, colour=True)
    assert "risk factor" in page(result, colour=True).split("Field")[0]


@pytest.mark.parametrize("width", [80, 100, 140])
def test_no_line_is_wider_than_the_terminal(width: int, result: ReportResult) -> None:
    assert max(len(line) for line in page(result, width=width).splitlines()) <= width


@pytest.mark.parametrize("mark", ["ho.heterotopic-ossification", "risk.spinal-cord-injury"])
def test_a_rule_id_is_whole_at_100_columns(mark: str, result: ReportResult) -> None:
    assert mark in page(result)


def test_notes_and_intended_use_stand_below(result: ReportResult) -> None:
    words = " ".join(page(result).split())
    assert "alert: A tumour is not excluded. (tumour_not_excluded)" in words
    assert "conflict: The sides differ. (laterality_conflict)" in words
    assert "not a medical device. horad 0.1.0, rules 000000000000" in words


def test_control_characters_and_markup_of_a_report_do_nothing(result: ReportResult) -> None:
    evil = "\x1b]0;title\x07 [bold]HO[/bold] \x9b2J\r\nEnd."
    bare = result.model_copy(update={"evidence": (), "findings": (), "alerts": (), "conflicts": (), "differential": ()})
    out = page(bare.model_copy(update={"report_id": "\x1b[31m"}), evil)
    assert not {"\x1b", "\x07", "\x9b", "\r"} & set(out)
    assert "[bold]HO[/bold]" in out


@pytest.mark.parametrize(("in_scope", "words"), [(True, "Nothing is said of it."), (False, "speaks of no heterotopic")])
def test_a_report_without_findings_says_so(in_scope: bool, words: str, result: ReportResult) -> None:
    bare = ReportResult(
        report_id="a", text_sha256="0", in_scope=in_scope, summary=type(result.summary)(), provenance=result.provenance
    )
    assert words in page(bare, "No words.")


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        (None, ["ossification “heterotopic", "present", "maturity “mature"]),
        ("maturity", ["maturity “mature heterotopic” findings 84–102 maturity.mature", "mature"]),
        ("features.cortical_rim", ["cortical rim “cortical rim”"]),
        ("features", ["cortical rim “cortical rim”"]),
        ("metastases", ["No rule made a value here."]),
    ],
)
def test_why_shows_the_values_of_a_field(field: str | None, shown: list[str], result: ReportResult) -> None:
    to = Console(file=io.StringIO(), width=160, highlight=False)
    show_why(result, {}, field, to)
    words = " ".join(to.file.getvalue().split())  # type: ignore[attr-defined]
    assert [line for line in shown if line not in words] == []
    assert ("ossification “heterotopic" in words) is (field is None)


def test_rules_are_one_a_line() -> None:
    to = Console(file=io.StringIO(), width=200, highlight=False)
    rules = load_rules().rules[:3]
    show_rules(rules, to)
    assert [rule.id in to.file.getvalue() for rule in rules] == [True] * 3  # type: ignore[attr-defined]
