"""Pages in: blocks are lines, what is not shown is not read."""

from pathlib import Path

import pytest

import horad
from horad.errors import RecordError
from horad.readers.detect import read_source
from horad.readers.html import html_text
from horad.records import Rejection, Report


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Findings:</p><p>Bone <b>beside</b> the hip.</p>", "Findings:\n\nBone beside the hip."),
        ("one<br>two<br/>three", "one\n\ntwo\n\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("<table><tr><td>Side</td><td>left</td></tr></table>", "Side left"),
        ("<script>alert(1)</script><style>p{}</style>Bone.<!-- no -->", "Bone."),
        ("5 &lt; 7 &amp; caf&eacute;", "5 < 7 & café"),
        ("a\n  wrapped line", "a wrapped line"),
    ],
)
def test_the_text_is_what_the_page_shows(markup: str, text: str) -> None:
    assert html_text(markup) == text


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(RecordError, match="is a page without text"):
        html_text("<html><script>bone</script></html>")


def test_a_page_that_nests_without_end_ends_as_an_answer() -> None:
    assert html_text("<div>" * 20_000 + "bone").strip() == "bone"


def test_a_file_is_recognised_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("<!DOCTYPE html><html><body><p>No bone.</p></body></html>")
    (record,) = read_source(tmp_path / "report.txt")
    assert isinstance(record, Report)
    assert (record.text, record.form, record.metadata.id) == ("No bone.", "html", "report")


def test_an_empty_page_is_a_rejection(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("<html></html>")
    (record,) = read_source(tmp_path / "report.html")
    assert isinstance(record, Rejection)


def test_a_page_that_horad_wrote_is_no_report(tmp_path: Path) -> None:
    from horad.writers.html import page

    (tmp_path / "page.html").write_bytes(page([(horad.read("No HO."), "No HO.")]).encode())
    (record,) = read_source(tmp_path / "page.html")
    assert isinstance(record, Rejection)
    assert record.reason == "is a page that horad wrote of its results, no report"
