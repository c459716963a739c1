"""Relations to nerves and vessels: bound to the right structure, denials apart, distances kept."""

from collections.abc import Callable

import pytest

from horad.findings.neurovascular import claims
from horad.findings.view import Claim, View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load


@pytest.fixture(scope="module", name="read")
def _read() -> Callable[[str], list[Claim]]:
    nlp, rules = load(), load_rules()
    return lambda text: claims(View(nlp(text), rules))


RELATIONS = [
    ("The femoral vein is displaced, not encased; the sciatic nerve lies 4 mm away.",
     {"femoral vein": "displaces", "sciatic nerve": "adjacent"}),
    ("New bone abuts both neurovascular bundles without encasing them.", {"neurovascular bundle": "abuts"}),
    ("The mass abuts but does not encase the sciatic nerve.", {"sciatic nerve": "abuts"}),
    ("The ulnar nerve is neither surrounded nor deviated.", {"ulnar nerve": "clear"}),
    ("Bone encases the radial nerve; PIN not.", {"radial nerve": "encases", "posterior interosseous nerve": "clear"}),
    ("The ulnar nerve is compressed. The median nerve too.",
     {"ulnar nerve": "compresses", "median nerve": "compresses"}),
    ("The sciatic nerve runs in a bony groove and is circumferentially surrounded.", {"sciatic nerve": "encases"}),
    ("The fat plane with the femoral vessels is preserved.", {"femoral vessels": "clear"}),
    ("The fat plane between the mass and the sciatic nerve is lost.", {"sciatic nerve": "abuts"}),
    ("No fat plane is seen between the bone and the popliteal artery.", {"popliteal artery": "abuts"}),
    ("There is no encasement, displacement or compression of the femoral vessels.", {"femoral vessels": "clear"}),
    ("It abuts the artery, and the vein is displaced.", {"artery": "abuts", "vein": "displaces"}),
    ("The mass abuts the femur and the sciatic nerve is displaced.", {"sciatic nerve": "displaces"}),
    ("The sciatic nerve, which it surrounds, is thickened.", {"sciatic nerve": "encases"}),
    ("The ulnar nerve lies within the mass. It is surrounded on all sides.", {"ulnar nerve": "encases"}),
    ("The new bone wraps 180 degrees round the sciatic nerve.", {"sciatic nerve": "partially_encases"}),
    ("The mass surrounds the popliteal artery through 270 degrees.", {"popliteal artery": "partially_encases"}),
    ("Sciatic n.: encased.", {"sciatic nerve": "encases"}),
    ("Femoral vessels displaced medially, SFA narrowed.",
     {"femoral vessels": "displaces", "superficial femoral artery": "compresses"}),
    ("The median and ulnar nerves are uninvolved by the mass.", {"median and ulnar nerves": "clear"}),
    ("The popliteal artery and vein touch the ossified mass.", {"popliteal vessels": "abuts"}),
    ("The vein lies 2 cm away with muscle interposed.", {"vein": "clear"}),
    ("The neurovascular bundles are spared.", {"neurovascular bundle": "clear"}),
    ("Tumour invades the popliteal vein.", {"popliteal vein": "encases"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), RELATIONS, ids=[text for text, _ in RELATIONS])
def test_relation_of_each_structure(read: Callable[[str], list[Claim]], text: str, expected: dict[str, str]) -> None:
    assert {claim.data["structure"]: claim.value for claim in read(text)} == expected


FORMS = [
    ("The plate elbows the femoral vein aside.", {"femoral vein": "displaces"}),
    ("The sciatic nerve is not seen separately from the bone.", {"sciatic nerve": "abuts"}),
    ("Femoral nerve - contact: yes; compressed: no", {"femoral nerve": "abuts"}),
    (
        "The median nerve is enclosed over some 300 degrees.",
        {"median nerve": "partially_encases"},
    ),
    ("The brachial vessels pass over its surface with a thin layer of fat kept.", {"brachial vessels": "clear"}),
    ("The ulnar nerve lies in scar. Over 2 cm it is flattened.", {"ulnar nerve": "compresses"}),
    ("The spur nudges the profunda artery backwards.", {"profunda artery": "displaces"}),
    ("Muscle separates it from the femoral vessels.", {"femoral vessels": "clear"}),
    ("The femoral nerve is encroached upon but not displaced.", {"femoral nerve": "abuts"}),
    ("Without abscess; radial nerve uninvolved.", {"radial nerve": "clear"}),
]


@pytest.mark.parametrize(("text", "expected"), FORMS, ids=[text for text, _ in FORMS])
def test_forms_and_second_thoughts(read: Callable[[str], list[Claim]], text: str, expected: dict[str, str]) -> None:
    assert {claim.data["structure"]: claim.value for claim in read(text)} == expected


SILENT = [
    "The psoas abscess displaces the femoral nerve.",
    "The mass contains clot.",
    "Neurovascular examination is normal.",
    "The limb is neurovascularly intact.",
    "The popliteal vessels are patent.",
    "The femoral vein is fully compressible.",
    "The disc compresses the L5 root.",
    "The surrounding soft tissues are normal.",
    "Ulnar nerve transposition in 2020.",
    "The mass displaces the quadriceps muscle.",
    "Greater sciatic notch free of bone.",
    "Compression fracture of L1.",
    "The cubital tunnel is clear.",
    "HISTORY: Sciatic nerve encased on outside CT.",
]


@pytest.mark.parametrize("text", SILENT)
def test_no_relation(read: Callable[[str], list[Claim]], text: str) -> None:
    assert read(text) == []


def test_denials_and_distances_are_kept(read: Callable[[str], list[Claim]]) -> None:
    vein, nerve = read("The left femoral vein is displaced, not encased; the sciatic nerve lies 4 mm away.")
    assert (vein.data["side"], vein.data["denied"], vein.data["distance_mm"]) == ("left", ["encases"], None)
    assert (nerve.data["denied"], nerve.data["distance_mm"]) == ([], 4.0)


def test_the_nerve_is_the_one_named_before(read: Callable[[str], list[Claim]]) -> None:
    (claim,) = read("Bone lies behind the hip near nothing. Sciatic nerve identified. The nerve is encased.")
    assert claim.data["structure"] == "sciatic nerve"
