import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from horad.datasets.flow import Flow, Step
from horad.datasets.flow_picture import draw, write_flow
from horad.errors import OutputError

FLOW = Flow(
    reports=1200,
    patients=300,
    steps=(
        Step(name="status present", excluded=400, reasons={"absent": 390, "possible": 10}, reports=800, patients=200),
        Step(name="cost < $5 & $6 > <b>", excluded=0, reasons={}, reports=800, patients=200),
    ),
)


@pytest.mark.parametrize(
    ("suffix", "start"),
    [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".html", b"<!doctype html>"), (".txt", b"1,200 reports of 300")],
)
def test_every_form_is_written(suffix: str, start: bytes, tmp_path: Path) -> None:
    write_flow(FLOW, tmp_path / f"flow{suffix}")
    assert (tmp_path / f"flow{suffix}").read_bytes().startswith(start)


def test_json_holds_every_count(tmp_path: Path) -> None:
    write_flow(FLOW, tmp_path / "flow.json")
    document = json.loads((tmp_path / "flow.json").read_bytes())
    assert (document["reports"], document["steps"][0]["reasons"]) == (1200, {"absent": 390, "possible": 10})


@pytest.mark.parametrize("form", ["svg", "png"])
def test_the_same_flow_gives_the_same_bytes(form: str) -> None:
    assert draw(FLOW, form) == draw(FLOW, form)


def test_the_picture_is_well_formed_and_loads_nothing() -> None:
    picture = draw(FLOW, "svg")
    hrefs = [value for node in ET.fromstring(picture).iter() for key, value in node.attrib.items() if "href" in key]
    assert [link for link in hrefs if not link.startswith("#")] == []


def test_the_page_escapes_what_a_criterion_says(tmp_path: Path) -> None:
    write_flow(FLOW, tmp_path / "flow.html")
    page = (tmp_path / "flow.html").read_text("utf-8")
    assert ("<b>" in page, "&lt;b&gt;" in page, "not a medical device" in page) == (False, True, True)


def test_another_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"flow.pdf: name a file that ends in .svg, .png, .html, .txt, .json"):
        write_flow(FLOW, tmp_path / "flow.pdf")
