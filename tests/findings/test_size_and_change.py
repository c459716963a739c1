"""Sizes and changes of lesions."""

from collections.abc import Callable

import pytest

from horad.findings import change, size
from horad.findings.view import View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load


@pytest.fixture(scope="module", name="view")
def _view() -> Callable[[str], View]:
    nlp, rules = load(), load_rules()
    return lambda text: View(nlp(text), rules)


SIZES = [
    ("Heterotopic ossification measuring 34 x 12 mm, previously 20 x 10 mm.",
     [([34.0, 12.0], "current"), ([20.0, 10.0], "prior")]),
    ("The ossified mass measures 5 cm.", [([50.0], "current")]),
    ("A 3-4 cm heterotopic bone lies 8 mm from the nerve.", [([40.0], "current")]),
    ("Heterotopic ossification lies 8 mm from the nerve.", []),
    ("3 mm slices.", []),
    ("Two areas of abnormal bone. The larger, in front of the right hip, measures 9 x 4 cm.",
     [([90.0, 40.0], "current")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SIZES, ids=[text for text, _ in SIZES])
def test_sizes(view: Callable[[str], View], text: str, expected: list[tuple[list[float], str]]) -> None:
    assert [(claim.data["mm"], claim.data["when"]) for claim in size.claims(view(text))] == expected


CHANGES = [
    ("The heterotopic ossification has increased.", {"increased"}),
    ("No increase in the heterotopic ossification.", {"stable"}),
    ("Heterotopic ossification is unchanged.", {"stable"}),
    ("The ossified mass is seen. It has matured since March.", {"matured"}),
    ("Recurrent heterotopic ossification.", {"recurred"}),
    ("The heterotopic bone is smaller.", {"decreased"}),
    ("The heterotopic ossification has resolved.", {"resolved"}),
    ("Increased uptake in heterotopic bone.", set()),
    ("Heterotopic ossification. Stable components.", set()),
    ("The effusion has increased.", set()),
    ("Two plates of heterotopic bone. The smaller lies behind the hip.", set()),
]


@pytest.mark.parametrize(("text", "expected"), CHANGES, ids=[text for text, _ in CHANGES])
def test_changes(view: Callable[[str], View], text: str, expected: set[str]) -> None:
    assert {claim.value for claim in change.claims(view(text))} == expected
