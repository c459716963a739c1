import json
from pathlib import Path
from typing import Any

import pytest

from horad.evaluation.cases import read_cases
from horad.review.joined import disagreements, gold_lines, may_see, settle
from horad.review.reports import Queue
from horad.review.store import Decision, Store
from tests.review.made import decision, entry, read_whole

ONE = entry()


def exported(tmp_path: Path, *decisions: Decision, **choice: Any) -> list[dict[str, Any]]:
    with Store(tmp_path / "d.sqlite") as store:
        store.append(decisions)
        return [json.loads(line) for line in gold_lines(Queue((ONE,)), store, **choice)]


@pytest.mark.parametrize(
    ("decisions", "value", "disputed"),
    [
        pytest.param([decision(ONE, "tumour", "possible")], "possible", (), id="one reader"),
        pytest.param([decision(ONE, "tumour", verdict="uncertain")], "not_mentioned", ("tumour",), id="in doubt"),
        pytest.param(
            [decision(ONE, "tumour", "possible"), decision(ONE, "tumour", "possible", "CD")],
            "possible", (), id="agreed",
        ),
        pytest.param(
            [decision(ONE, "tumour"), decision(ONE, "tumour", "possible", "CD")],
            "not_mentioned",
            ("tumour",),
            id="in dispute",
        ),
        pytest.param(
            [decision(ONE, "tumour", verdict="uncertain"), decision(ONE, "tumour", "possible", "CD")],
            "possible",
            ("tumour",),
            id="one in doubt: the other's value, still in dispute",
        ),
        pytest.param(
            [decision(ONE, "tumour"), decision(ONE, "tumour", "possible", "CD"),
             decision(ONE, "tumour", "excluded", "EF", part="adjudication")],
            "excluded", (), id="ruled",
        ),
        pytest.param(
            [decision(ONE, "tumour"), decision(ONE, "tumour", "possible", "CD"),
             decision(ONE, "tumour", verdict="uncertain", part="adjudication")],
            "not_mentioned", ("tumour",), id="ruled to be open",
        ),
    ],
)  # fmt: skip
def test_decisions_are_settled(decisions: list[Decision], value: str, disputed: tuple[str, ...]) -> None:
    settled = settle("tumour", decisions)
    assert (settled.value, settled.disputed) == (value, disputed)


def test_of_features_only_those_that_differ_are_in_dispute() -> None:
    one = {"cleft": "present", "cortical_rim": "present"}
    two = {"cleft": "present", "cortical_rim": "absent", "ankylosis": "absent"}
    settled = settle("features", [decision(ONE, "features", one), decision(ONE, "features", two, "CD")])
    assert settled.disputed == ("features.cortical_rim", "features.ankylosis")


def test_names_of_structures_alone_are_no_difference() -> None:
    one, two = ({"relation": "abuts", "structures": [name]} for name in ("sciatic nerve", "nerve"))
    settled = settle("neurovascular", [decision(ONE, "neurovascular", one), decision(ONE, "neurovascular", two, "CD")])
    assert settled.disputed == ()


def test_only_finished_readings_differ() -> None:
    whole = read_whole(ONE, "AB", {"tumour": "possible"})
    assert disagreements([*whole, *read_whole(ONE, "CD")[:-1]]) == []
    [found] = disagreements([*whole, *read_whole(ONE, "CD")])
    assert (found.field, [d.value for d in found.readings], found.ruling) == (
        "tumour",
        ["possible", "not_mentioned"],
        None,
    )


def test_what_one_reader_doubts_is_to_be_ruled_on() -> None:
    found = disagreements([*read_whole(ONE, "AB", doubted=("sites",)), *read_whole(ONE, "CD")])
    assert [item.field for item in found] == ["sites"]


@pytest.mark.parametrize(("reader", "seen"), [("AB", True), ("CD", True), ("new", True), ("begun", False)])
def test_nobody_sees_the_readings_of_others_while_reading(reader: str, seen: bool) -> None:
    decisions = [*read_whole(ONE, "AB"), *read_whole(ONE, "CD"), decision(ONE, "tumour", reader="begun")]
    assert may_see(decisions, reader) is seen
    assert not may_see(read_whole(ONE, "AB"), "AB")


def test_unfinished_reports_are_not_exported(tmp_path: Path) -> None:
    assert exported(tmp_path, *read_whole(ONE)[:-1]) == []


def test_decisions_on_another_text_under_the_same_id_are_not_taken(tmp_path: Path) -> None:
    assert exported(tmp_path, *read_whole(entry("a", "Another text."))) == []


def test_one_reader_alone_is_exported_without_the_others_and_the_rulings(tmp_path: Path) -> None:
    ruling = decision(ONE, "tumour", "excluded", part="adjudication")
    decisions = [*read_whole(ONE, "AB", {"tumour": "possible"}), *read_whole(ONE, "CD"), ruling]
    [row] = exported(tmp_path, *decisions, only="AB")
    assert (row["gold"]["tumour"], row["review"]["readers"], "disputed" in row["gold"]) == ("possible", ["AB"], False)


def test_evaluate_reads_the_gold_and_leaves_out_what_is_in_dispute(tmp_path: Path) -> None:
    from horad.evaluation import evaluate

    decisions = [*read_whole(ONE, "AB", {"ho_status": "absent", "tumour": "possible"}), *read_whole(ONE, "CD")]
    decisions += [decision(ONE, "ho_status", "absent", "EF", part="adjudication")]
    gold, results = tmp_path / "gold.jsonl", tmp_path / "results.jsonl"
    gold.write_text("".join(json.dumps(row) + "\n" for row in exported(tmp_path, *decisions)), "utf-8")
    results.write_text(ONE.result.model_dump_json() + "\n", "utf-8")
    cases = read_cases([str(gold), str(results)])
    assert (cases[0].gold.ho_status, cases[0].gold.disputed) == ("absent", ("tumour",))
    scores = evaluate(cases).scores
    assert (scores["ho_status"].f1, scores["tumour"].n) == (0.0, 0)
