"""Alerts: raised by facts of the report, told with the words that raised them."""

from collections.abc import Callable
from typing import Any

import pytest

from horad.findings import assemble
from horad.knowledge.load import load_rules
from horad.pipeline.build import load

Reader = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module", name="read")
def _read() -> Reader:
    nlp, rules = load(), load_rules()
    return lambda text: assemble(nlp(text), rules)


def codes(result: dict[str, Any]) -> list[str]:
    return [alert["code"] for alert in result["alerts"]]


RED_FLAGS = [
    "CT thigh: mineralised mass, suspicious for osteosarcoma.",
    "MRI thigh: ossified mass in the vastus. Cannot exclude sarcoma.",
    "CT femur: heterotopic ossification with destruction of the femoral cortex.",
    "CT femur: ossified mass with a sunburst periosteal reaction.",
    "CT femur: ossified soft tissue mass invading the medullary cavity of the femur.",
    "CT thigh: ossified mass in the adductors, densest centrally.",
    "CT pelvis: mineralised soft tissue mass with rings and arcs.",
    "CT thigh: heterotopic ossification in the vastus. Biopsy is recommended.",
    "CT thigh: heterotopic ossification in the vastus with a pathological fracture.",
]


@pytest.mark.parametrize("text", RED_FLAGS, ids=RED_FLAGS)
def test_a_red_flag_raises_tumour_not_excluded(read: Reader, text: str) -> None:
    assert "tumour_not_excluded" in codes(read(text))


@pytest.mark.parametrize("text", RED_FLAGS, ids=RED_FLAGS)
@pytest.mark.parametrize(
    "history", ["History: severe trauma 8 months ago.\n\nFindings: ", "Known spinal cord injury. "]
)
def test_a_history_of_trauma_clears_nothing(read: Reader, history: str, text: str) -> None:
    assert "tumour_not_excluded" in codes(read(history + text))


QUIET = [
    "CT left hip: mature heterotopic ossification with a cortical rim and trabeculae. No cortical destruction.",
    "Radiograph of the right hip: Brooker II heterotopic ossification, unchanged.",
    "CT thigh: mature heterotopic ossification in the vastus. No biopsy is required.",
    "Radiograph left elbow: no heterotopic ossification.",
    "Bilateral hip heterotopic ossification after trauma, increased since March.",
    "CT pelvis: two areas of abnormal bone about the hips, in keeping with immature heterotopic bone.",
]


@pytest.mark.parametrize("text", QUIET, ids=QUIET)
def test_quiet_reports_raise_no_tumour_alert(read: Reader, text: str) -> None:
    assert "tumour_not_excluded" not in codes(read(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CT hip: heterotopic ossification encases the sciatic nerve.", "encasement"),
        ("CT hip: heterotopic ossification partially encases the femoral artery.", "encasement"),
        ("CT hip: heterotopic ossification compresses the external iliac vein.", "vascular_compression"),
        ("CT thigh: immature heterotopic ossification, which has increased in size.", "immature_and_growing"),
    ],
)
def test_relations_and_growth(read: Reader, text: str, code: str) -> None:
    assert codes(read(text)) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "CT hip: heterotopic ossification abuts the sciatic nerve but does not encase it.",
        "CT hip: heterotopic ossification compresses the sciatic nerve.",
        "CT hip: immature heterotopic ossification, unchanged.",
    ],
)
def test_what_is_denied_or_of_another_kind_is_no_alert(read: Reader, text: str) -> None:
    assert codes(read(text)) == []


@pytest.mark.parametrize(
    ("impression", "code"),
    [
        ("No heterotopic ossification.", "conflicting_statements"),
        ("Heterotopic ossification about the right hip.", "laterality_conflict"),
    ],
)
def test_a_conflict_that_is_an_alert_stands_in_both(read: Reader, impression: str, code: str) -> None:
    result = read(f"FINDINGS: Heterotopic ossification about the left hip.\n\nIMPRESSION: {impression}")
    assert result["alerts"] == result["conflicts"]
    assert codes(result) == [code]


def test_an_alert_holds_all_its_reasons_and_their_words(read: Reader) -> None:
    result = read("CT femur: mineralised mass, suspicious for osteosarcoma, with destruction of the femoral cortex.")
    alert = result["alerts"][0]
    words = [result["evidence"][index]["text"] for index in alert["evidence"]]
    assert alert["message"].count(";") == 1
    assert [word for word in ("osteosarcoma", "destruction of the femoral cortex") if word not in words] == []
