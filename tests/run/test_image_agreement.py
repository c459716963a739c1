from typing import Any

import pytest

from horad.records import ImageResult, Measure
from horad.run.image_agreement import with_image

CONTENT: dict[str, Any] = {
    "in_scope": True,
    "summary": {
        "modality": ["ct"],
        "sites": [{"site": "hip", "side": "left"}],
        "features": {"zonal_peripheral": "present", "central_mineralisation": "absent"},
    },
    "findings": [{"neurovascular": [{"structure": "sciatic nerve", "relation": "abuts", "distance_mm": None}]}],
    "evidence": [
        {"field": "modality"},
        {"field": "sites"},
        {"field": "features.zonal_peripheral"},
        {"field": "neurovascular"},
        {"field": "sites"},
    ],
    "conflicts": [{"code": "earlier", "message": "stays", "evidence": []}],
}


def conflicts(content: dict[str, Any], study_date: str | None = None, **image: Any) -> list[tuple[str, str, list[int]]]:
    made = with_image(content, ImageResult(**image), study_date)
    first, *added = made["conflicts"]
    assert first["code"] == "earlier"
    assert {**made, "conflicts": None, "image": None} == {**content, "conflicts": None, "image": None}
    return [(one["code"], one["message"], one["evidence"]) for one in added]


def measure(name: str, value: float, low: float, high: float, structure: str | None = None) -> Measure:
    return Measure(name=name, value=value, low=low, high=high, method="made", structure=structure)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param({"modality": "CT", "laterality": "L", "sites": ("hip",)}, [], id="agree"),
        pytest.param({}, [], id="the header says nothing"),
        pytest.param(
            {"modality": "MR"},
            [("image_modality_conflict", "The report describes ct, the images are mri.", [0])],
            id="modality",
        ),
        pytest.param(
            {"laterality": "R"},
            [("image_side_conflict", "The report says left, the header of the images right.", [1, 4])],
            id="side",
        ),
        pytest.param({"laterality": "B"}, [], id="images of both sides"),
        pytest.param(
            {"body_part": "KNEE", "sites": ("knee", "thigh")},
            [("image_body_part_conflict", "The report speaks of hip, the header of the images of knee.", [1, 4])],
            id="body part",
        ),
        pytest.param({"modality": "OT"}, [], id="a modality of no name"),
    ],
)
def test_a_header_against_the_report_is_a_conflict_with_both_sides(image: dict[str, Any], expected: list[Any]) -> None:
    assert conflicts(CONTENT, **image) == expected


def test_a_bilateral_report_does_not_conflict_with_images_of_one_side() -> None:
    sites = [{"site": "hip", "side": "left"}, {"site": "hip", "side": "right"}]
    content = {**CONTENT, "summary": {**CONTENT["summary"], "sites": sites}}
    assert conflicts(content, laterality="R") == []


@pytest.mark.parametrize(
    ("study_date", "expected"),
    [
        ("2024-05-06", []),
        ("20240506", []),
        (None, []),
        ("soon", []),
        (
            "2023-05-06",
            [("image_date_conflict", "The study of the report is of 2023-05-06, the images are of 2024-05-06.", [])],
        ),
    ],
)
def test_dates_of_the_study_must_agree(study_date: str | None, expected: list[Any]) -> None:
    found = with_image(CONTENT, ImageResult(study_date="2024-05-06"), study_date)["conflicts"][1:]
    assert [(one["code"], one["message"], one["evidence"]) for one in found] == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        pytest.param(100.0, 200.0, [], id="agree"),
        pytest.param(-50.0, 50.0, [], id="no sign"),
        pytest.param(
            -200.0,
            -100.0,
            [
                (
                    "image_zonal_conflict",
                    (
                        "The report says zonal peripheral present, "
                        "the images show a core denser than the rim by 100 to 200 HU."
                    ),
                    [2],
                )
            ],
            id="a dense core",
        ),
    ],
)
def test_the_zonal_pattern_must_agree_with_the_sign(low: float, high: float, expected: list[Any]) -> None:
    measures = (measure("zonal_index_hu", (low + high) / 2, low, high),)
    assert conflicts(CONTENT, measures=measures) == expected


def test_a_dense_rim_is_against_mineral_at_the_centre() -> None:
    features = {"central_mineralisation": "present"}
    content = {**CONTENT, "summary": {**CONTENT["summary"], "features": features}}
    measures = (measure("zonal_index_hu", 150.0, 100.0, 200.0),)
    [(code, message, _)] = conflicts(content, measures=measures)
    assert code == "image_zonal_conflict"
    assert message.startswith("The report says central mineralisation present, the images show a rim denser")


def related(relation: str, structure: str | None = "sciatic nerve", distance_mm: float | None = None) -> dict[str, Any]:
    told = {"structure": structure, "relation": relation, "distance_mm": distance_mm}
    return {**CONTENT, "findings": [{"neurovascular": [told]}]}


@pytest.mark.parametrize(
    ("content", "measures", "message"),
    [
        pytest.param(related("encases"), [("min_distance_mm", 0.0, 0.0, 1.3)], None, id="touching, and touches"),
        pytest.param(
            related("encases"),
            [("min_distance_mm", 8.0, 6.7, 9.3)],
            "The report says encases sciatic nerve, the images show 6.7 to 9.3 mm between the lesion and sciatic.",
            id="touching, and lies apart",
        ),
        pytest.param(related("clear"), [("min_distance_mm", 8.0, 6.7, 9.3)], None, id="clear, and lies apart"),
        pytest.param(
            related("clear"),
            [("min_distance_mm", 0.0, 0.0, 1.3), ("contact_area_mm2", 40.0, 30.0, 50.0)],
            "The report says clear sciatic nerve, the images show contact with sciatic over 40 mm2.",
            id="clear, and touches",
        ),
        pytest.param(
            related("adjacent", distance_mm=15.0),
            [("min_distance_mm", 8.0, 6.7, 9.3)],
            "The report says 15 mm to sciatic nerve, the images show 6.7 to 9.3 mm between the lesion and sciatic.",
            id="another distance",
        ),
        pytest.param(
            related("adjacent", distance_mm=8.0), [("min_distance_mm", 8.0, 6.7, 9.3)], None, id="that distance"
        ),
        pytest.param(related("adjacent"), [("min_distance_mm", 8.0, 6.7, 9.3)], None, id="adjacent"),
    ],
)
def test_a_relation_must_agree_with_the_distance(
    content: dict[str, Any], measures: list[tuple[str, float, float, float]], message: str | None
) -> None:
    found = conflicts(content, measures=tuple(measure(*one, structure="sciatic") for one in measures))
    assert found == ([] if message is None else [("image_distance_conflict", message, [3])])


def test_of_several_masks_only_the_one_of_that_name_is_compared() -> None:
    near = measure("min_distance_mm", 0.0, 0.0, 1.0, "sciatic")
    far = measure("min_distance_mm", 30.0, 29.0, 31.0, "femoral vessels")
    assert conflicts(related("abuts"), measures=(near, far)) == []
    assert len(conflicts(related("abuts", "femoral vessels"), measures=(near, far))) == 1


def test_a_report_out_of_scope_keeps_the_images_and_is_not_judged() -> None:
    content = {"in_scope": False, "summary": {}, "conflicts": CONTENT["conflicts"]}
    assert conflicts(content, modality="MR", laterality="R") == []
