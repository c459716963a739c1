"""Shapes and gaps of new bone."""

from collections.abc import Callable

import pytest

from horad.findings import geometry
from horad.findings.view import View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load


@pytest.fixture(scope="module", name="view")
def _view() -> Callable[[str], View]:
    nlp, rules = load(), load_rules()
    return lambda text: View(nlp(text), rules)


GAPS = [
    ("Heterotopic bone with a gap of 8 mm.", [(8.0, 8.0)]),
    ("Spurs with less than 1 cm between opposing bone surfaces.", [(0.0, 10.0)]),
    ("Spurs leave more than 1 cm between opposing surfaces.", [(10.0, None)]),
    ("A 12 mm gap remains between the spurs.", [(12.0, 12.0)]),
    ("The heterotopic bone lies 8 mm from the nerve.", []),
    ("A fracture gap of 3 mm.", []),
    ("The joint space measures 3 mm.", []),
]


@pytest.mark.parametrize(("text", "expected"), GAPS, ids=[text for text, _ in GAPS])
def test_gaps(view: Callable[[str], View], text: str, expected: list[tuple[float, float | None]]) -> None:
    found = [claim for claim in geometry.claims(view(text)) if claim.field == geometry.GAP_FIELD]
    assert [(claim.data["low"], claim.data["high"]) for claim in found] == expected


SHAPES = [
    ("Islands of bone lateral to the neck.", ["island"]),
    ("Bony spurs from the acetabulum.", ["spur"]),
    ("There is bony ankylosis of the hip.", ["ankylosed"]),
    ("There is no ankylosis of the hip.", []),
    ("The hip is not fused.", []),
    ("Near-complete bony bridging.", ["near_bridging"]),
    ("Bridging bone.", []),
    ("A calcaneal spur.", []),
    ("Known ankylosing spondylitis.", []),
    ("Ankylosed: N", []),
    ("The muscle is swollen and not yet mineralised.", ["unmineralised"]),
]


@pytest.mark.parametrize(("text", "expected"), SHAPES, ids=[text for text, _ in SHAPES])
def test_shapes(view: Callable[[str], View], text: str, expected: list[str]) -> None:
    found = [claim for claim in geometry.claims(view(text)) if claim.field == geometry.FIELD]
    assert [claim.value for claim in found] == expected
