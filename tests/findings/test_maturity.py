"""Maturity as stated or described, each short report its own case."""

import pytest
from spacy.language import Language

from horad.findings import maturity
from horad.findings.view import Claim, View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load

# text → values of the current, asserted or hedged claims
CASES = {
    "Mature heterotopic ossification of the left hip.": {"mature"},
    "The heterotopic bone is immature.": {"immature"},
    "Maturing myositis ossificans.": {"maturing"},
    "Suspicious for early heterotopic ossification.": {"immature"},
    "Heterotopic bone, not yet mature.": {"maturing"},
    "Well corticated heterotopic bone with fatty marrow.": {"mature"},
    "Partially corticated heterotopic bone.": {"maturing"},
    "Faint, cloud-like mineralisation about the elbow, heterotopic ossification.": {"immature"},
    "Hazy heterotopic ossification in the iliopsoas.": {"immature"},
    "Thigh injury six weeks ago. Myositis ossificans with rim calcification and a lucent centre.": {"maturing"},
    "Knock six weeks ago. Myositis ossificans, a corticated rim around a lucent centre.": {"maturing"},
    "Myositis ossificans with rim calcification and a lucent centre.": set(),
    "Heterotopic ossification of varying maturity.": {"mixed"},
    "Heterotopic ossification; maturation is not concluded.": {"maturing"},
    "Inactive-appearing heterotopic ossification.": {"mature"},
    "The beginnings of heterotopic ossification.": {"immature"},
    "Heterotopic bone with a cortical margin starting to form.": {"maturing"},
    "Compared with the prior which showed immature heterotopic ossification, the bone has matured.": {"mature"},
    "Heterotopic bone with internal trabeculae.": {"mature"},
    "Heterotopic ossification, cold on bone scan.": {"mature"},
    "Developing heterotopic ossification.": {"maturing"},
    "Right hip ossification is mature. Left hip ossification is immature.": {"mature", "immature"},
    "Partly corticated but radiographically mature heterotopic bone.": {"mature"},
    # not maturity of new bone
    "Skeletally mature patient with heterotopic ossification.": set(),
    "Heterotopic ossification. Excision once mature.": set(),
    "Heterotopic ossification has increased in size.": set(),
    "Early degenerative change. Heterotopic ossification is present.": set(),
    "Faint lucency in the femoral neck.": set(),
    "Heterotopic ossification; repeat films to assess maturity.": set(),
    "Mature callus at the fracture. Heterotopic bone is seen.": set(),
}


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load()


def current(nlp: Language, text: str) -> list[Claim]:
    claims = maturity.claims(View(nlp(text), load_rules()))
    return [c for c in claims if c.data["when"] == "current" and c.assertion in ("present", "possible")]


@pytest.mark.parametrize("text", CASES)
def test_maturity_of_a_short_report(nlp: Language, text: str) -> None:
    assert {claim.value for claim in current(nlp, text)} == CASES[text]


def test_basis_tells_stated_from_described(nlp: Language) -> None:
    assert [c.data["basis"] for c in current(nlp, "Immature heterotopic bone.")] == ["stated"]
    assert [c.data["basis"] for c in current(nlp, "Corticated heterotopic bone.")] == ["inferred"]


def test_a_stated_word_overrules_the_description(nlp: Language) -> None:
    (claim,) = current(nlp, "Faintly mineralised heterotopic bone, considered mature.")
    assert claim.value == "mature"


def test_sides_keep_their_own_description(nlp: Language) -> None:
    found = current(nlp, "The right hip bone is mature heterotopic ossification; the left is faint ossification.")
    assert {(c.value, c.data.get("side")) for c in found} == {("mature", "right"), ("immature", "left")}


def test_prior_maturity_is_not_current(nlp: Language) -> None:
    text = "On the prior study the heterotopic bone was immature. It is now mature."
    assert {claim.value for claim in current(nlp, text)} == {"mature"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Heterotopic ossification.", "not_stated"),
        (
            "Mature heterotopic ossification of the right hip; the left hip shows maturing heterotopic ossification.",
            "mixed",
        ),
        ("Heterotopic bone is corticated in front; the newest heterotopic bone is faint.", "mixed"),
        ("Immature heterotopic bone.\nIMPRESSION: Maturing heterotopic ossification.", "maturing"),
        ("Corticated heterotopic bone, still maturing.", "maturing"),
    ],
)
def test_one_maturity_of_several_claims(nlp: Language, text: str, value: str) -> None:
    decided, told = maturity.decide(current(nlp, text))
    assert decided == value
    assert bool(told) == (value != "not_stated")
