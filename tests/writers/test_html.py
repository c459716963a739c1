from html.parser import HTMLParser
from pathlib import Path

import pytest

from horad.records import Evidence, ReportResult
from horad.terms import Section
from horad.writers.html import page

TEXT = (Path(__file__).parent.parent / "records" / "full-text.txt").read_text("utf-8")


class Reader(HTMLParser):
    """Collects the tags, the attributes and the visible text of the report."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.report = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [f"{name}={value}" for name, value in attrs]
        if self._depth or ("class", "report") in attrs:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.report += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def test_the_report_stands_in_the_page_letter_by_letter(result: ReportResult) -> None:
    assert read(page([(result, TEXT)])).report == TEXT


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "</mark><img src=x>", "\" onclick='x' &amp; {{ 7*7 }}"])
def test_all_text_is_escaped(words: str, result: ReportResult) -> None:
    span = Evidence(start=0, end=len(words), text=words, section=Section.FINDINGS, rule=words, field="tumour")
    evil = result.model_copy(update={"report_id": words, "evidence": (span,) * 10})
    plain, reader = read(page([(result, TEXT)])), read(page([(evil, words)]))
    assert reader.report == words
    assert set(reader.tags) <= set(plain.tags)
    assert not [attribute for attribute in reader.attributes if attribute.startswith("on")]


def test_the_page_loads_nothing_and_runs_nothing(result: ReportResult) -> None:
    html = page([(result, TEXT)])
    reader = read(html)
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(reader.tags)
    assert "://" not in html
    assert "url(" not in html


def test_a_crossing_mark_is_cut_not_nested_wrongly(result: ReportResult) -> None:
    spans = tuple(
        Evidence(start=a, end=b, text=TEXT[a:b], section=Section.HEADER, rule="r.r", field=f)
        for a, b, f in ((0, 6, "modality"), (3, 9, "tumour"))
    )
    reader = read(page([(result.model_copy(update={"evidence": spans * 5}), TEXT)]))
    assert reader.report == TEXT
    assert reader.tags.count("mark") == 3


@pytest.mark.parametrize("in_scope", [True, False])
def test_a_report_without_findings_says_so(in_scope: bool, result: ReportResult) -> None:
    bare = ReportResult(
        report_id="bare",
        text_sha256="0",
        in_scope=in_scope,
        summary=type(result.summary)(),
        provenance=result.provenance,
    )
    html = page([(bare, "No words."), (result, TEXT)])
    assert ("speaks of no heterotopic ossification" in html) is not in_scope
    assert html.count("<article>") == 2


def test_the_intended_use_stands_at_the_foot(result: ReportResult) -> None:
    assert "not a medical device" in page([(result, TEXT)])
