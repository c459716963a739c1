import re
from html.parser import HTMLParser

import pytest

from horad.evaluation.page import page
from horad.evaluation.report import evaluate
from tests.evaluation.made import case, span

RIGHT = "No HO, says the second text."
NASTY = "<script>alert(1)</script> & mature bone about the left hip."
CASES = [
    case(
        {"ho_status": "present", "maturity": "mature"},
        {"ho_status": "present", "maturity": "mixed"},
        id="first & only",
        text=NASTY,
        evidence=[span("mature", "maturity", "maturity.mature", NASTY), span("bone", "ho_status", "ho.bone", NASTY)],
    ),
    case(
        {"ho_status": "absent"},
        {"ho_status": "absent"},
        id="right",
        text=RIGHT,
        evidence=[span("HO", "ho_status", text=RIGHT)],
    ),
]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.marked: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["mark"]:
            self.marked.append(data)


def parsed(html: str) -> _Tags:
    tags = _Tags()
    tags.feed(html)
    return tags


def test_the_page_is_well_formed_and_self_contained() -> None:
    html = page(evaluate(CASES), CASES)
    tags = parsed(html)
    assert tags.open == []
    assert not {"script", "link", "img", "iframe"} & set(tags.tags)
    assert [link for link in tags.links if not link.startswith("#")] == []
    assert not re.search(r"https?:|url\(|@import", html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; " in html


def test_wrong_reports_are_shown_with_their_deciding_words_and_right_ones_are_not() -> None:
    html = page(evaluate(CASES), CASES)
    assert parsed(html).marked == ["mature"]
    assert "maturity.mature" in html
    assert "ho.bone" not in html
    assert "second text" not in html


def test_listed_errors_are_the_only_ones_shown() -> None:
    html = page(evaluate(CASES, ["ho_status"]), CASES)
    assert (parsed(html).marked, "left hip" in html) == ([], False)


def test_numbers_stand_in_the_table() -> None:
    html = page(evaluate(CASES), CASES, {"maturity": 0.9})
    rows = re.findall(r'<tr class="(\w*)[^"]*">\s*<td class="name">([^<]+)</td>\s*<td class="number">(\d+)</td>', html)
    assert ("", "ho status", "2") in rows
    assert ("short", "maturity", "1") in rows
    assert len(rows) == 17


@pytest.mark.parametrize("count", [1, 2])
def test_the_heading_counts_reports(count: int) -> None:
    html = page(evaluate(CASES[:count]), CASES[:count])
    assert f"<h1>Evaluation of {count} report{'s' * (count > 1)}</h1>" in html
