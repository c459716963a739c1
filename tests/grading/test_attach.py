from typing import Any

from horad.grading import with_grading
from tests.grading.made import finding, gap, shape


def content(*shapes: dict[str, Any], **changed: Any) -> dict[str, Any]:
    spans = [
        {"start": n, "end": n + 1, "text": "x", "section": "findings", "rule": rule, "field": field, "finding": "f1"}
        for n, (rule, field) in enumerate(
            [("ho.a", "ho_status"), ("geometry.a", "gap_mm"), ("grade.a", "grades"), ("maturity.a", "maturity")]
        )
    ]
    return {
        "in_scope": True,
        "summary": {"risk_factors": [], "modality": []},
        "findings": [finding(**changed)],
        "evidence": spans,
        "described": {"shapes": {"f1": list(shapes)}, "told": []},
        "alerts": [],
    }


def stated(value: str, when: str = "current") -> dict[str, str]:
    return {"system": "brooker", "value": value, "basis": "stated", "when": when}


def grades_of(result: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {grade["system"]: (grade["value"], grade["basis"]) for grade in result["findings"][0]["grades"]}


def test_an_inferred_grade_is_marked_and_names_its_rule_and_words() -> None:
    result = with_grading(content(gap(8)))
    assert grades_of(result)["brooker"] == ("III", "inferred")
    shown = [span for span in result["evidence"] if span["field"] == "grades.inferred"]
    assert ("inferred.brooker-iii-by-gap", 1) in [(span["rule"], span["start"]) for span in shown]
    assert set(result["findings"][0]["evidence"]) == {0, 4, 5, 6}


def test_what_only_this_step_reads_is_taken_out() -> None:
    assert "described" not in with_grading(content())


def test_a_stated_grade_that_agrees_is_left_alone() -> None:
    result = with_grading(content(gap(8), grades=[stated("III")]))
    assert grades_of(result)["brooker"] == ("III", "stated")
    assert result["alerts"] == []


def test_a_stated_grade_that_differs_stays_and_is_an_alert() -> None:
    result = with_grading(content(gap(8), grades=[stated("II")]))
    assert grades_of(result)["brooker"] == ("II", "stated")
    assert [alert["code"] for alert in result["alerts"]] == ["grade_discordant"]
    assert result["alerts"][0]["evidence"] == [2, 1]


def test_an_earlier_grade_is_no_stated_one() -> None:
    result = with_grading(content(gap(8), grades=[stated("I", "prior")]))
    assert [grade["value"] for grade in result["findings"][0]["grades"] if grade["system"] == "brooker"] == ["I", "III"]
    assert result["alerts"] == []


def test_two_stated_grades_of_one_lesion_are_an_alert() -> None:
    result = with_grading(content(grades=[stated("II"), stated("III")]))
    assert [alert["message"] for alert in result["alerts"]] == ["The report states brooker II and III for one lesion."]


def test_two_stated_grades_of_both_sides_are_none() -> None:
    assert with_grading(content(grades=[stated("II"), stated("III")], side="bilateral"))["alerts"] == []


def test_the_stage_is_set_and_its_words_are_shown() -> None:
    result = with_grading(content(maturity={"value": "mature", "basis": "stated", "ledermann": None}))
    assert result["findings"][0]["maturity"]["ledermann"] == 4
    assert [span["rule"] for span in result["evidence"] if span["field"] == "maturity.inferred"] == [
        "ledermann.stage-4"
    ]


def test_other_lesions_are_not_graded() -> None:
    assert with_grading(content(shape("ankylosed"), kind="tumour"))["findings"][0]["grades"] == []


def test_the_course_of_time_is_context() -> None:
    given = {**content(), "context": {"injury_interval_days": 20}}
    marks = with_grading(given)["context"]["time_course"]
    assert [(mark["source"], mark["timing"]) for mark in marks] == [("RP-HO", "within"), ("CAMB87", "before")]


def test_bone_that_is_not_there_has_no_course() -> None:
    given = {**content(assertion="absent"), "context": {"injury_interval_days": 20}}
    assert with_grading(given)["context"]["time_course"] == []


def test_out_of_scope_stays_empty() -> None:
    empty = {"in_scope": False, "summary": {}, "findings": [], "evidence": []}
    assert with_grading(empty) == empty
