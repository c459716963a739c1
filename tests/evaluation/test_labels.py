from typing import Any

import pytest

from horad.evaluation.labels import GoldLabels, Labels, compared, labels_of, name_of


@pytest.mark.parametrize(
    ("field", "summary", "labels"),
    [
        pytest.param("ho_detect", {"ho_status": "possible"}, {("ho",)}, id="possible is detected"),
        pytest.param("ho_detect", {"ho_status": "historical"}, set(), id="historical is not"),
        pytest.param("ho_status", {"ho_status": "absent"}, {("absent",)}, id="absent says something"),
        pytest.param("ho_status", {"ho_status": "not_mentioned"}, set(), id="not mentioned is silent"),
        pytest.param("ho_status", {}, set(), id="nothing is silent"),
        pytest.param("maturity", {"maturity": "not_stated"}, set(), id="not stated is silent"),
        pytest.param("tumour", {"tumour": ""}, set(), id="empty is silent"),
        pytest.param("sites", {"sites": [{"site": "hip", "side": None}]}, {("hip", "unspecified")}, id="no side"),
        pytest.param("sites", {"sites": None}, set(), id="null sites"),
        pytest.param(
            "site_only",
            {"sites": [{"site": "hip", "side": "left"}, {"site": "hip", "side": "right"}]},
            {("hip",)},
            id="a site once",
        ),
        pytest.param(
            "neurovascular", {"neurovascular": {"relation": "abuts", "structures": []}}, {("abuts",)}, id="nv"
        ),
        pytest.param("neurovascular", {"neurovascular": {"relation": "not_described"}}, set(), id="nv silent"),
        pytest.param("neurovascular", {"neurovascular": None}, set(), id="nv null"),
        pytest.param("grades", {"grades": [{"system": "brooker", "value": "iii"}]}, {("brooker", "III")}, id="case"),
        pytest.param(
            "grades", {"grades": [{"system": "other", "value": "IV"}]}, {("other", "4")}, id="other is arabic"
        ),
        pytest.param("grades", {"grades": [{"system": "other", "value": 2}]}, {("other", "2")}, id="a number"),
        pytest.param(
            "grades", {"grades": [{"system": "brooker", "value": "3"}]}, {("brooker", "3")}, id="brooker stays"
        ),
        pytest.param("features", {"features": {"cleft": "absent"}}, {("cleft", "absent")}, id="feature"),
        pytest.param("modality", {"modality": ["ct", "ct", "mri"]}, {("ct",), ("mri",)}, id="a list is a set"),
        pytest.param("modality", {"modality": ["unspecified"]}, {("unspecified",)}, id="unspecified says something"),
    ],
)
def test_the_labels_of_a_summary(field: str, summary: dict[str, Any], labels: set[tuple[str, ...]]) -> None:
    assert labels_of(Labels.model_validate(summary), field) == labels


@pytest.mark.parametrize(
    ("label", "name"),
    [(("present",), "present"), (("hip", "left"), "hip left"), (("brooker", "III"), "brooker III")],
    ids=["value", "place", "grade"],
)
def test_a_label_has_a_name(label: tuple[str, ...], name: str) -> None:
    assert name_of(label) == name


@pytest.mark.parametrize(
    ("labels", "owed"),
    [
        pytest.param({"ho_status": "absent"}, {"modality", "features", "maturity"}, id="spoken of"),
        pytest.param({"tumour": "excluded"}, {"modality", "features", "maturity"}, id="a tumour"),
        pytest.param({"diagnosis": "infection"}, {"features", "maturity"}, id="a mimic"),
        pytest.param({"diagnosis": "fracture"}, {"maturity"}, id="a fracture is none"),
        pytest.param({}, {"maturity"}, id="out of scope"),
    ],
)
def test_what_a_report_owes(labels: dict[str, str], owed: set[str]) -> None:
    silent = {"ho_status": "not_mentioned", "tumour": "not_mentioned", "diagnosis": "unknown"}
    gold = GoldLabels.model_validate({**silent, **labels})
    assert {field for field in ("modality", "features", "maturity") if gold.owes(field)} == owed


@pytest.mark.parametrize(
    ("disputed", "field", "both"),
    [
        pytest.param(["maturity"], "maturity", (set(), set()), id="field"),
        pytest.param(["tumour"], "maturity", ({("mature",)}, {("mixed",)}), id="another field"),
        pytest.param(["sites"], "site_only", (set(), set()), id="sites covers site_only"),
        pytest.param(["ho_status"], "ho_detect", (set(), set()), id="ho_status covers ho_detect"),
        pytest.param(["features.cleft"], "features", ({("uptake", "present")}, set()), id="one feature"),
        pytest.param(["features"], "features", (set(), set()), id="all features"),
        pytest.param(
            None, "features", ({("uptake", "present"), ("cleft", "absent")}, {("cleft", "present")}), id="none"
        ),
    ],
)
def test_disputed_labels_are_not_compared(disputed: list[str] | None, field: str, both: tuple[Any, Any]) -> None:
    gold = {
        "ho_status": "present",
        "sites": [{"site": "hip"}],
        "maturity": "mature",
        "features": {"uptake": "present", "cleft": "absent"},
        "disputed": disputed,
    }
    answer = {"ho_status": "absent", "maturity": "mixed", "features": {"cleft": "present"}}
    assert compared(GoldLabels.model_validate(gold), Labels.model_validate(answer), field) == both
