from typing import Any

import pytest

from horad.evaluation.errors import LISTED, list_errors, marked
from tests.evaluation.made import TEXT, case, span

WRONG = case(
    {
        "ho_status": "present",
        "sites": [{"site": "hip", "side": "right"}],
        "features": {"cleft": "absent", "uptake": "present"},
        "diagnosis": "myositis_ossificans",
    },
    {
        "ho_status": "possible",
        "sites": [{"site": "hip", "side": "left"}],
        "features": {"cleft": "present", "uptake": "present"},
    },
    evidence=[
        span("heterotopic ossification", "ho_status", "ho.named"),
        span("hip", "sites", "site.hip"),
        span("left", "sites", "side.left"),
        span("about", "features.cleft", "feature.cleft"),
        span("Mature", "features.uptake", "feature.uptake"),
    ],
    differential=[{"diagnosis": "ho", "supporting": [{"finding": "x", "evidence": [2, 99]}]}, "dvt"],
)
RIGHT = case({"ho_status": "present"}, {"ho_status": "present"}, id="right", evidence=[span("hip", "ho_status")])


@pytest.mark.parametrize(
    ("field", "gold", "predicted", "missed", "wrong", "rules"),
    [
        pytest.param("ho_status", ["present"], ["possible"], ["present"], ["possible"], ["ho.named"], id="status"),
        pytest.param("ho_status_exact", ["present"], ["possible"], ["present"], ["possible"], ["ho.named"], id="exact"),
        pytest.param(
            "sites", ["hip right"], ["hip left"], ["hip right"], ["hip left"], ["side.left", "site.hip"], id="sites"
        ),
        pytest.param(
            "features",
            ["cleft absent", "uptake present"],
            ["cleft present", "uptake present"],
            ["cleft absent"],
            ["cleft present"],
            ["feature.cleft"],
            id="only the rules of the wrong feature",
        ),
        pytest.param(
            "diagnosis",
            ["myositis_ossificans"],
            ["ho", "dvt"],
            ["myositis_ossificans"],
            ["ho"],
            ["side.left"],
            id="what spoke for the first candidate",
        ),
        pytest.param("evidence_missing", [], [], [], [], [], id="no evidence lacks"),
    ],
)
def test_an_error_says_what_was_wanted_given_and_why(
    field: str, gold: list[str], predicted: list[str], missed: list[str], wrong: list[str], rules: list[str]
) -> None:
    listed = [
        (list(e.gold), list(e.predicted), list(e.missed), list(e.wrong), [span.rule for span in e.deciding])
        for e in list_errors([RIGHT, WRONG], field)
    ]
    assert listed == ([(gold, predicted, missed, wrong, rules)] if predicted else [])


@pytest.mark.parametrize("field", ["ho_detect", "site_only", "maturity", "diagnosis_top3", "evidence_offsets"])
def test_what_is_right_is_not_listed(field: str) -> None:
    assert list_errors([RIGHT, WRONG], field) == []


@pytest.mark.parametrize(
    ("gold", "summary", "field"),
    [
        pytest.param({"maturity": "mature", "disputed": ["maturity"]}, {}, "maturity", id="disputed"),
        pytest.param({}, {"modality": ["ct"]}, "modality", id="not owed"),
        pytest.param({"diagnosis": "arthritis"}, {}, "diagnosis", id="not ranked"),
    ],
)
def test_what_costs_no_score_is_not_listed(gold: dict[str, Any], summary: dict[str, Any], field: str) -> None:
    assert list_errors([case(gold, summary)], field) == []


def test_fields_without_evidence_and_wrong_offsets_are_listed() -> None:
    made = case({}, {"maturity": "mature"}, evidence=[{**span("hip", "sites"), "end": 3}])
    [missing], [offsets] = list_errors([made], "evidence_missing"), list_errors([made], "evidence_offsets")
    assert (missing.wrong, missing.deciding) == (("maturity",), ())
    assert offsets.wrong == (f"sites {TEXT.index('hip')}–3",)


@pytest.mark.parametrize("field", LISTED)
def test_every_field_can_be_listed(field: str) -> None:
    assert {error.id for error in list_errors([WRONG, RIGHT], field)} <= {"a", "right"}


def test_deciding_words_are_marked_and_wrong_offsets_are_not() -> None:
    made = case({}, {"maturity": "mixed"}, evidence=[span("hip", "maturity"), {**span("left", "maturity"), "start": 2}])
    pieces = marked(TEXT, list_errors([made], "maturity"))
    assert "".join(piece.text for piece in pieces) == TEXT
    assert [piece.text for piece in pieces if piece.marks] == ["hip"]
