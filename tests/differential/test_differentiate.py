import copy
from typing import Any

import pytest

from horad.differential import differentiate
from horad.differential.differentiate import INPUTS, rank
from horad.differential.explain import breakdown
from tests.differential.made import BOOK, FINDING, report


def ranked(content: dict[str, Any], *, findings_only: bool = False) -> list[dict[str, Any]]:
    return list(differentiate(content, BOOK, {}, findings_only=findings_only)["differential"])


def probability(content: dict[str, Any], diagnosis: str, *, findings_only: bool = False) -> float:
    rows = ranked(content, findings_only=findings_only)
    return float(next(row["probability"] for row in rows if row["diagnosis"] == diagnosis))


def test_all_candidates_are_ranked_and_sum_to_one() -> None:
    rows = ranked(report())
    assert len(rows) == 23
    assert [row["rank"] for row in rows] == list(range(1, 24))
    assert sum(round(row["probability"] * 10000) for row in rows) == 10000
    assert [row["probability"] for row in rows] == sorted((row["probability"] for row in rows), reverse=True)


@pytest.mark.parametrize("assertion", ["absent", "historical"])
def test_no_lesion_no_differential(assertion: str) -> None:
    assert ranked(report(assertion=assertion)) == []


def test_no_finding_no_differential() -> None:
    assert ranked({**report(), "findings": []}) == []


def test_the_inputs_of_the_differential_are_no_part_of_the_result() -> None:
    assert not set(INPUTS) & set(differentiate(report(), BOOK, {}))


def test_the_input_is_left_as_it_was() -> None:
    content = report(features={"cortical_rim": "present"}, stated=(("ho", "stated"),))
    before = copy.deepcopy(content)
    differentiate(content, BOOK, {})
    assert content == before


def test_mature_bone_of_both_hips_is_heterotopic_ossification() -> None:
    content = report(
        side="bilateral",
        maturity={"value": "mature", "basis": "stated"},
        marrow_signal={"value": "fatty", "sequence": "T1"},
        features={"cortical_rim": "present", "cortical_destruction": "absent", "soft_tissue_mass": "absent"},
        risks=("trauma",),
    )
    rows = ranked(content, findings_only=True)
    assert (rows[0]["diagnosis"], rows[0]["probability"] >= 0.9) == ("ho", True)
    for name in ("osteosarcoma", "chondrosarcoma"):
        tumour = next(row for row in rows if row["diagnosis"] == name)
        assert "cortical_destruction=absent" in {argument["finding"] for argument in tumour["opposing"]}


@pytest.mark.parametrize(
    ("features", "first"),
    [
        pytest.param(
            {"cortical_destruction": "present", "aggressive_periosteal_reaction": "present",
             "osteoid_matrix": "present", "medullary_invasion": "present"},
            "osteosarcoma", id="destruction, aggressive periosteum, osteoid",
        ),
        pytest.param(
            {"chondroid_matrix": "present", "cortical_destruction": "present", "soft_tissue_mass": "present"},
            "chondrosarcoma", id="rings and arcs with destruction",
        ),
        pytest.param({"multiple_loose_bodies": "present"}, "synovial_chondromatosis", id="loose bodies"),
    ],
)  # fmt: skip
def test_findings_alone_lead_to_the_tumour_they_describe(features: dict[str, str], first: str) -> None:
    assert (
        ranked(report(kind="mineralised_mass", site="knee", features=features), findings_only=True)[0]["diagnosis"]
        == first
    )


def test_what_the_report_says_can_be_left_out() -> None:
    content = report(site="knee", kind="tumour", stated=(("parosteal_osteosarcoma", "stated"),))
    assert ranked(content)[0]["diagnosis"] == "parosteal_osteosarcoma"
    alone = ranked(content, findings_only=True)
    named = [a["finding"] for row in alone for a in (*row["supporting"], *row["opposing"])]
    assert not [finding for finding in named if finding.startswith("stated_by_report")]


@pytest.mark.parametrize("diagnosis", ["ho", "osteosarcoma", "chondrosarcoma", "infection", "bpop"])
def test_the_surer_the_report_the_higher_the_probability(diagnosis: str) -> None:
    stances = ("excluded", "unlikely", "asked", "possible", "favoured", "stated")
    chances = [
        probability(report(kind="mineralised_mass", stated=((diagnosis, stance),)), diagnosis) for stance in stances
    ]
    assert chances == sorted(chances)


def test_the_first_possibility_leads_where_none_is_favoured() -> None:
    rows = ranked(
        report(
            kind="mineralised_mass",
            site="thigh",
            stated=(("extraskeletal_osteosarcoma", "possible"), ("dvt", "possible")),
        )
    )
    assert rows[0]["diagnosis"] == "extraskeletal_osteosarcoma"


def test_a_fracture_beside_the_bone_does_not_outrank_it() -> None:
    rows = ranked(report(stated=(("fracture", "stated"), ("ho", "stated"))))
    assert rows[0]["diagnosis"] == "ho"


def test_several_lesions_have_their_own_differentials() -> None:
    content = report()
    mass = {
        **FINDING,
        "id": "f2",
        "kind": "mineralised_mass",
        "site": "knee",
        "features": {"cortical_destruction": "present"},
    }
    content["findings"] = [*content["findings"], mass]
    told = differentiate(content, BOOK, {}, findings_only=True)
    first, second = (finding["differential"] for finding in told["findings"])
    assert first[0]["diagnosis"] == "ho"
    assert second[0]["diagnosis"] != "ho"


def test_one_lesion_has_the_reports_differential_alone() -> None:
    assert "differential" not in differentiate(report(), BOOK, {})["findings"][0]


def test_would_change_names_only_what_is_not_told() -> None:
    features = {"cortical_rim": "present", "trabeculae": "present", "soft_tissue_mass": "absent"}
    named = {name for row in ranked(report(features=features)) for name in row["would_change"]}
    assert named
    assert not named & set(features)


def test_the_lines_of_a_sum_add_up() -> None:
    content = report(features={"cortical_rim": "present"}, stated=(("ho", "stated"),))
    for item in rank(content, BOOK, {}, content["findings"], content["stated"]):
        assert sum(weight for _, weight, _ in breakdown(item)) == pytest.approx(item.score)


def test_age_is_weighed_by_its_band() -> None:
    old, young = report(kind="mineralised_mass"), report(kind="mineralised_mass")
    old["person"] = {"age_years": {"value": 70, "evidence": []}}
    young["person"] = {"age_years": {"value": 15, "evidence": []}}
    assert probability(young, "osteosarcoma") > probability(old, "osteosarcoma")
    assert probability(old, "metastasis") > probability(young, "metastasis")


def test_a_measure_of_the_images_is_weighed() -> None:
    wide, narrow = report(site="thigh"), report(site="thigh")
    wide["image"] = {"measures": [{"name": "oedema_lesion_ratio", "value": 3.1}]}
    narrow["image"] = {"measures": [{"name": "oedema_lesion_ratio", "value": 1.1}]}
    assert probability(wide, "myositis_ossificans") > probability(narrow, "myositis_ossificans")
