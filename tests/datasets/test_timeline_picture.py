from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from horad.datasets.timeline_picture import _places, draw, write_picture
from horad.errors import HoradError, OutputError
from tests.datasets.made_course import finding, report, timeline

COURSE = timeline(
    report(
        "2021-01-01",
        finding(maturity="immature", size_mm=[9]),
        context={"labs": [{"name": "esr", "direction": "high"}]},
    ),
    report("2021-01-03", finding(maturity="mature", brooker="III"), finding("possible", site="knee")),
    report("2022-01-01", finding(brooker="II", side="right"), finding("absent")),
    report(None, finding(), name="x"),
)


@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_both_forms_are_written(suffix: str, start: bytes, tmp_path: Path) -> None:
    write_picture(COURSE, tmp_path / f"course{suffix}")
    assert (tmp_path / f"course{suffix}").read_bytes().startswith(start)


def test_the_same_course_gives_the_same_bytes() -> None:
    assert draw(COURSE, "svg") == draw(COURSE, "svg")


def test_the_picture_loads_nothing() -> None:
    nodes = ET.fromstring(draw(COURSE, "svg")).iter()
    links = [value for node in nodes for key, value in node.attrib.items() if "href" in key]
    assert [link for link in links if not link.startswith("#")] == []


def test_days_stand_in_their_order_and_never_on_one_another() -> None:
    places = _places(COURSE)
    (first, second, third) = places.values()
    assert list(places) == ["2021-01-01", "2021-01-03", "2022-01-01"]
    assert (round(second - first, 2), third - second > second - first) == (1.25, True)


def test_one_report_alone_can_be_drawn() -> None:
    assert draw(timeline(report("2021-01-01")), "png").startswith(b"\x89PNG")


def test_without_dates_there_is_nothing_to_draw() -> None:
    with pytest.raises(HoradError, match="no report has a date"):
        draw(timeline(report(None, finding(), name="x")), "png")


def test_another_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"course.pdf: name a file that ends in .png, .svg"):
        write_picture(COURSE, tmp_path / "course.pdf")
