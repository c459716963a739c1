from typing import Any

import pytest

from horad.grading.criteria import load_inference
from horad.grading.infer import Described, grades, stage
from tests.grading.made import described, gap, shape


def inferred(case: Described) -> dict[str, str]:
    return {criterion.system: criterion.value for criterion in grades(case, load_inference())}


HIP: list[tuple[str, Described, dict[str, str]]] = [
    ("islands only", described(shape("island")), {"brooker": "I"}),
    ("small islands", described(shape("island"), size_mm=[6.0]), {"brooker": "I", "della_valle": "A"}),
    ("islands of 1 cm", described(shape("island"), size_mm=[10.0]), {"brooker": "I", "della_valle": "B"}),
    ("spurs, gap of 1 cm", described(shape("spur"), gap(10)), {"brooker": "II", "della_valle": "B"}),
    (
        "spurs, more than 1 cm",
        described(shape("spur"), gap(10, open_above=True)),
        {"brooker": "II", "della_valle": "B"},
    ),
    (
        "spurs, 14 mm, two views",
        described(shape("spur"), gap(14), told=("two_views",)),
        {"brooker": "II", "della_valle": "B", "biplanar": "1"},
    ),
    ("gap of 9 mm", described(gap(9)), {"brooker": "III", "della_valle": "C", "biplanar": "2"}),
    ("less than 1 cm", described(gap(0, 10)), {"brooker": "III", "della_valle": "C", "biplanar": "2"}),
    ("nearly bridged", described(shape("near_bridging")), {"brooker": "III"}),
    ("ankylosis", described(shape("ankylosed")), {"brooker": "IV", "della_valle": "C"}),
    ("bridged on CT", described(shape("complete_bridging"), modality=["ct"]), {"brooker": "IV"}),
    ("bridged on one radiograph", described(shape("complete_bridging"), modality=["radiograph"]), {}),
    ("bridging as a feature", described(features={"ankylosis": "present"}), {}),
    ("a gap without spurs", described(gap(14)), {}),
    ("more than 5 mm", described(shape("spur"), gap(5, open_above=True)), {}),
    ("island joined to the cortex", described(shape("island"), features={"cortical_continuity": "present"}), {}),
    ("an elbow", described(shape("ankylosed"), gap(4), site="elbow"), {}),
    ("not there", described(shape("island"), assertion="absent"), {}),
    ("only possible", described(shape("ankylosed"), assertion="possible"), {}),
]


@pytest.mark.parametrize(("case", "expected"), [row[1:] for row in HIP], ids=[row[0] for row in HIP])
def test_hip(case: Described, expected: dict[str, str]) -> None:
    assert inferred(case) == expected


CORD, BRAIN = "spinal_cord_injury", "brain_injury"
NEUROGENIC: list[tuple[list[str], list[str], str | None]] = [
    (["anterior"], [CORD], "1a"),
    (["posterior"], [BRAIN], "2b"),
    (["anteromedial"], [CORD, "fracture"], "3a"),
    (["medial", "anterior"], [BRAIN], "3b"),
    (["circumferential"], [CORD], "4a"),
    (["anterior", "posterior"], [CORD], None),
    (["anterior"], [CORD, BRAIN], None),
    (["anterior"], ["trauma"], None),
    ([], [CORD], None),
]


@pytest.mark.parametrize(("compartments", "causes", "expected"), NEUROGENIC)
def test_mavrogenis_by_place_and_cause(compartments: list[str], causes: list[str], expected: str | None) -> None:
    assert inferred(described(compartments=compartments, causes=causes)).get("mavrogenis") == expected


DISC: dict[str, Any] = {"told": ("disc_prosthesis",), "site": "cervical_spine"}
KNEE: dict[str, Any] = {"site": "knee", "causes": ["arthroplasty"]}
ELSEWHERE: list[tuple[str, Described, dict[str, str]]] = [
    ("none about a disc prosthesis", described(assertion="absent", **DISC), {"mcafee": "0"}),
    ("outside the disc space", described(shape("outside_disc_space"), **DISC), {"mcafee": "I"}),
    ("fused", described(shape("ankylosed"), **DISC), {"mcafee": "IV"}),
    ("in the disc space", described(**DISC), {}),
    ("fused without a prosthesis", described(shape("ankylosed"), site="cervical_spine"), {}),
    ("suprapatellar, 5 cm", described(shape("suprapatellar"), size_mm=[50.0], **KNEE), {"furia_pellegrini": "IA"}),
    ("suprapatellar, 6 cm", described(shape("suprapatellar"), size_mm=[60.0, 9.0], **KNEE), {"furia_pellegrini": "IB"}),
    (
        "joined to the femur, 2 cm",
        described(shape("joined_to_anterior_distal_femur"), size_mm=[20.0], **KNEE),
        {"furia_pellegrini": "IIA"},
    ),
    ("of unknown size", described(shape("suprapatellar"), **KNEE), {}),
    ("a knee of its own", described(shape("suprapatellar"), size_mm=[20.0], site="knee"), {}),
]


@pytest.mark.parametrize(("case", "expected"), [row[1:] for row in ELSEWHERE], ids=[row[0] for row in ELSEWHERE])
def test_disc_and_knee(case: Described, expected: dict[str, str]) -> None:
    assert inferred(case) == expected


@pytest.mark.parametrize(
    ("maturity", "shapes", "expected"),
    [
        ("mature", [], 4),
        ("maturing", [], 3),
        ("immature", ["immature_bone"], 3),
        ("immature", ["calcified_only"], 2),
        ("immature", ["unmineralised"], 1),
        ("immature", ["unmineralised", "calcified_only"], None),
        ("immature", [], None),
        ("mixed", [], None),
        (None, ["unmineralised"], None),
    ],
)
def test_ledermann_stage(maturity: str | None, shapes: list[str], expected: int | None) -> None:
    told: dict[str, Any] | None = {"value": maturity} if maturity else None
    found = stage(described(*map(shape, shapes), maturity=told), load_inference())
    assert (found.stage if found else None) == expected
