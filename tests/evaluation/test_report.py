import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from horad.evaluation.cases import pair
from horad.evaluation.gold import GoldReport
from horad.evaluation.predictions import Prediction
from horad.evaluation.report import Shortfall, evaluate, to_json
from tests.evaluation.made import TEXT, case, gold_row, result_row, span

WRONG = case({"maturity": "mature"}, {"maturity": "mixed"}, evidence=[span("Mature", "maturity")])
STATUSES = st.sampled_from(["present", "possible", "absent", "historical", "not_mentioned"])
SIDES = st.sampled_from(["left", "right"])
SUMMARIES = st.fixed_dictionaries(
    {
        "ho_status": STATUSES,
        "sites": st.lists(st.fixed_dictionaries({"site": st.just("hip"), "side": SIDES}), max_size=2),
        "features": st.dictionaries(st.sampled_from(["cleft", "uptake"]), st.sampled_from(["present", "absent"])),
        "modality": st.lists(st.sampled_from(["ct", "mri"]), max_size=2),
    }
)


def without_intervals(document: dict[str, Any]) -> dict[str, Any]:
    scores = {name: {key: score[key] for key in score if key != "ci"} for name, score in document["scores"].items()}
    errors = sorted(document["errors"], key=lambda error: (error["field"], error["id"]))
    return {**document, "scores": scores, "errors": errors}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(SUMMARIES, SUMMARIES), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(pairs: list[tuple[Any, Any]], rng: random.Random) -> None:
    gold = [GoldReport.model_validate(gold_row(str(i), **labels)) for i, (labels, _) in enumerate(pairs)]
    answers = [Prediction.model_validate(result_row(str(i), answer)) for i, (_, answer) in enumerate(pairs)]
    cases = pair(gold, answers)
    document = to_json(evaluate(cases, ["sites"]), cases)

    rng.shuffle(answers)
    cases = pair(gold, answers)
    assert to_json(evaluate(cases, ["sites"]), cases) == document

    # The draws of the bootstrap go by place, so the gold's own order may move the interval, and nothing else.
    rng.shuffle(gold)
    cases = pair(gold, answers)
    assert without_intervals(to_json(evaluate(cases, ["sites"]), cases)) == without_intervals(document)


def test_texts_are_shown_only_when_errors_are_asked_for() -> None:
    silent = to_json(evaluate([WRONG]), [WRONG])
    assert "errors" not in silent
    assert "ature h" not in str(silent)
    [error] = to_json(evaluate([WRONG], ["maturity"]), [WRONG])["errors"]
    assert error == {
        "id": "a",
        "field": "maturity",
        "gold": ["mature"],
        "predicted": ["mixed"],
        "missed": ["mature"],
        "wrong": ["mixed"],
        "deciding": [{"field": "maturity", "rule": "made.rule", "start": 0, "end": 6, "text": "Mature"}],
        "text": TEXT,
    }


def test_the_document_has_these_parts() -> None:
    document = to_json(evaluate([WRONG], ["sites"]), [WRONG])
    assert list(document) == ["reports", "made_by", "scores", "confusion", "labels", "bootstrap", "errors"]
    assert (document["reports"], document["errors"]) == (1, [])
    assert document["bootstrap"] == {"rounds": 500, "seed": 1, "level": 0.95}
    [mature, mixed] = document["labels"]["maturity"]
    assert (mature["label"], mature["missed"], mixed["label"], mixed["wrong"]) == ("mature", 1, "mixed", 1)


@pytest.mark.parametrize(
    ("minimums", "short"),
    [
        pytest.param({"sites": 1.0}, [], id="reached"),
        pytest.param({"maturity": 0.0}, [], id="zero is always reached"),
        pytest.param({"maturity": 0.5}, [Shortfall(field="maturity", demanded=0.5, got=0.0)], id="not reached"),
    ],
)
def test_demands(minimums: dict[str, float], short: list[Shortfall]) -> None:
    assert evaluate([WRONG]).shortfalls(minimums) == short


@pytest.mark.parametrize(
    ("cases", "minimums", "start"),
    [
        pytest.param([case({}, {}, evidence=[])], {}, 0.0, id="a score of zero"),
        pytest.param([WRONG], {}, 0.0, id="an interval down to zero"),
    ],
)
def test_the_axis_holds_every_score(cases: list[Any], minimums: dict[str, float], start: float) -> None:
    assert evaluate(cases).axis_start(minimums) == start


def test_the_axis_of_a_perfect_answer_begins_at_nine_tenths_or_at_the_demand() -> None:
    right = case(
        {"maturity": "mature"},
        {"ho_status": "not_mentioned", "maturity": "mature"},
        evidence=[span("Mature", "maturity")],
    )
    evaluation = evaluate([right])
    assert (evaluation.axis_start({}), evaluation.axis_start({"sites": 0.75})) == (0.9, 0.7)


def test_it_says_what_made_the_answers() -> None:
    rows = [result_row("a"), {**result_row("b"), "provenance": {"horad": "0.1.0", "rules_sha256": "0123456789abcdef"}}]
    cases = pair(
        [GoldReport.model_validate(gold_row(name)) for name in "ab"], [Prediction.model_validate(row) for row in rows]
    )
    assert evaluate(cases).made_by == ("horad 0.1.0, rules 0123456789ab",)
