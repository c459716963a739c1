"""What the report itself says of the diagnosis, and the signs and the person that only the differential weighs."""

from typing import Any

import pytest

from horad.findings import assemble
from horad.knowledge.load import load_rules
from horad.run.one import pipeline


def told(text: str) -> dict[str, Any]:
    return assemble(pipeline()(text), load_rules())


def stances(text: str) -> dict[str, str]:
    return {row["diagnosis"]: row["stance"] for row in told(text)["stated"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Heterotopic ossification of the left hip.", {"ho": "stated"}, id="stated"),
        pytest.param(
            "CT left hip. Parosteal osteosarcoma is favoured.", {"parosteal_osteosarcoma": "favoured"}, id="favoured",
        ),
        pytest.param("A thigh mass. Sarcoma cannot be excluded.", {"sarcoma": "possible"}, id="possible"),
        pytest.param(
            "Heterotopic ossification of the hip. Osteosarcoma is considered unlikely.",
            {"ho": "stated", "osteosarcoma": "unlikely"}, id="unlikely",
        ),
        pytest.param(
            "Heterotopic ossification of the hip. No features of osteosarcoma.",
            {"ho": "stated", "osteosarcoma": "excluded"}, id="excluded",
        ),
        pytest.param(
            "CT thigh. Differential diagnosis: myositis ossificans, extraskeletal osteosarcoma.",
            {"myositis_ossificans": "possible", "extraskeletal_osteosarcoma": "possible"}, id="listed",
        ),
        pytest.param("A bar of bone lies in the vastus lateralis.", {"ho": "described"}, id="described, not named"),
        pytest.param(
            "FINDINGS: Abscess in the left gluteus maximus. Incidentally heterotopic ossification of the left hip.",
            {"infection": "stated", "ho": "incidental"}, id="set aside",
        ),
        pytest.param(
            "FINDINGS: Osteosarcoma is possible in the thigh mass.\nIMPRESSION: Myositis ossificans, not osteosarcoma.",
            {"myositis_ossificans": "stated", "osteosarcoma": "excluded"}, id="the conclusion has the last word",
        ),
    ],
)  # fmt: skip
def test_each_diagnosis_has_the_stance_of_the_report(text: str, expected: dict[str, str]) -> None:
    assert stances(text) == expected


def test_rows_point_at_the_words() -> None:
    content = told("Heterotopic ossification of the left hip. No features of osteosarcoma.")
    for row in content["stated"]:
        assert row["evidence"]
        assert all(index < len(content["evidence"]) for index in row["evidence"])


def test_signs_are_told_with_their_polarity_and_words() -> None:
    content = told("Mass on the posterior cortex of the distal femur. No cartilage cap.")
    assert {(sign["name"], sign["value"]) for sign in content["signs"]} == {
        ("posterior_distal_femur", "present"), ("cartilage_cap", "absent"),
    }  # fmt: skip


def test_the_name_of_a_diagnosis_is_no_sign() -> None:
    assert (
        told("Heterotopic ossification of the hip. Melorheostosis with candle wax appearance is excluded.")["signs"]
        == []
    )


@pytest.mark.parametrize(
    ("words", "age", "sex"),
    [
        pytest.param("A 42-year-old man with", 42, "male", id="year-old"),
        pytest.param("67 yo woman,", 67, "female", id="yo"),
        pytest.param("Aged 71.", 71, None, id="aged"),
        pytest.param("A 3-year-old fracture.", None, None, id="age of a fracture"),
        pytest.param("Three years after the fall,", None, None, id="an interval"),
    ],
)
def test_age_and_sex_are_read_where_the_text_says_them(words: str, age: int | None, sex: str | None) -> None:
    person = told(f"{words} heterotopic ossification of the hip.")["person"]
    assert (person.get("age_years", {}).get("value"), person.get("sex", {}).get("value")) == (age, sex)
