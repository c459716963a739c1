"""Risk factors of this patient: stated ones, and words that only look like them."""

from collections.abc import Callable

import pytest

from horad.findings.risk_factors import claims, of_summary
from horad.findings.view import View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load


@pytest.fixture(scope="module", name="factors")
def _factors() -> Callable[[str], set[str]]:
    nlp, rules = load(), load_rules()
    return lambda text: {claim.value for claim in of_summary(claims(View(nlp(text), rules)))}


STATED = [
    ("HISTORY: Motorcycle crash.", {"trauma"}),
    ("HISTORY: Kicked by a horse.", {"trauma"}),
    ("HISTORY: Fell from a ladder.", {"trauma"}),
    ("HISTORY: Dead leg at rugby.", {"trauma"}),
    ("HISTORY: GSW 2015.", {"trauma"}),
    ("HISTORY: Posterior hip dislocation in 2020.", {"trauma"}),
    ("HISTORY: Acetabular fracture.", {"fracture"}),
    ("HISTORY: ORIF of the distal humerus.", {"fracture", "other_surgery"}),
    ("IM nail in the femur.", {"fracture", "other_surgery"}),
    ("HISTORY: C5 AIS A.", {"spinal_cord_injury"}),
    ("HISTORY: Paraplegia, T6.", {"spinal_cord_injury"}),
    ("HISTORY: Severe TBI.", {"brain_injury"}),
    ("HISTORY: Anoxic brain injury after arrest.", {"brain_injury"}),
    ("HISTORY: MCA infarct with left hemiparesis.", {"brain_injury"}),
    ("HISTORY: 40% TBSA burns.", {"burn"}),
    ("Left THR in situ.", {"arthroplasty"}),
    ("The femoral component is well fixed.", {"arthroplasty"}),
    ("HISTORY: C5/6 disc arthroplasty.", {"arthroplasty"}),
    ("HISTORY: Laparotomy for perforation.", {"other_surgery"}),
    ("HISTORY: Two years after surgery.", {"other_surgery"}),
    ("Two cannulated screws in the femoral neck.", {"other_surgery"}),
    ("HISTORY: Left transfemoral amputee.", {"amputation"}),
    ("HISTORY: Bedbound for months.", {"immobilisation"}),
    ("HISTORY: Marked spasticity.", {"spasticity"}),
    ("HISTORY: Ankylosing spondylitis.", {"ankylosing_spondylitis"}),
    ("HISTORY: Known DISH.", {"dish"}),
    ("HISTORY: Paget's disease of the pelvis.", {"paget"}),
    ("HISTORY: Hereditary multiple exostoses.", {"genetic"}),
    ("HISTORY: Resection of heterotopic ossification in 2019.", {"prior_ho"}),
    ("Recurrent heterotopic ossification.", {"prior_ho"}),
    ("HISTORY: TKR for arthritis, postoperative day 3. Two screws.", {"arthroplasty"}),
    ("HISTORY: T8 complete, seven months post injury.", {"spinal_cord_injury"}),
    ("HISTORY: Took a stick to the shin.", {"trauma"}),
    ("HISTORY: Slipped on ice.", {"trauma"}),
    ("HISTORY: Felt a pop while sprinting.", {"trauma"}),
    ("HISTORY: She remembers being struck by a ball.", {"trauma"}),
    ("HISTORY: Struck by a puck, ?myositis ossificans.", {"trauma"}),
    ("HISTORY: Amputated after an IED.", {"amputation", "trauma"}),
    ("The density is the displaced coronoid flake.", {"fracture"}),
    ("HISTORY: Broke his left elbow.", {"fracture"}),
    ("The cup has migrated.", {"arthroplasty"}),
    ("Heterotopic bone on the neck of the prosthesis; this would be Brooker II.", {"arthroplasty"}),
    ("HISTORY: Transtibial amputee, cannot wear his prosthesis.", {"amputation"}),
    ("Cement mantle fracture around the stem.", {"arthroplasty"}),
    ("A fractured locking screw.", {"other_surgery"}),
    ("HISTORY: Elbow arthrolysis in 2020.", {"other_surgery"}),
    ("HISTORY: Considered for ORIF of the radius.", {"fracture"}),
    ("HISTORY: Ventilated and paralysed for six weeks.", {"immobilisation"}),
    ("The bone that bridged the hip was removed in 2019. No heterotopic ossification is left.", {"prior_ho"}),
    ("Complete resolution of myositis ossificans.", {"prior_ho"}),
]

NOT_STATED = [
    "HISTORY: Cannot recall any injury.",
    "HISTORY: May have been kicked.",
    "HISTORY: Wound drainage.",
    "IMPRESSION: Possibly post-traumatic, possibly neoplastic.",
    "The ridge was hard and immobile.",
    "A cup-shaped rim of bone.",
    "HISTORY: Guillain-Barré syndrome.",
    "Nurse-led clinic.",
    "Limb salvage clinic.",
    "A fracture through the heterotopic bone bridge.",
    "Correlate with any history of trauma.",
    "OPERATION: Excision of heterotopic bone. Bar removed in two pieces.",
    "HISTORY: No history of trauma.",
    "HISTORY: Denies injury.",
    "HISTORY: Non-traumatic onset of pain.",
    "HISTORY: Referred from the trauma clinic.",
    "No fracture is seen.",
    "HISTORY: Considering total knee replacement.",
    "HISTORY: Listed for THR.",
    "Prosthetic valve.",
    "The attenuation falls towards the centre.",
    "Burnt-out disease.",
    "There is no bony fusion.",
    "A plate of heterotopic bone.",
    "The endplates are regular.",
    "Femoral head and neck are normal.",
    "Heterotopic ossification is mature.",
    "HISTORY: Mother with fibrodysplasia ossificans progressiva.",
    "Excision of the heterotopic ossification is planned.",
]


@pytest.mark.parametrize(("text", "expected"), STATED, ids=[text for text, _ in STATED])
def test_stated(factors: Callable[[str], set[str]], text: str, expected: set[str]) -> None:
    assert factors(text) == expected


@pytest.mark.parametrize("text", NOT_STATED)
def test_not_stated(factors: Callable[[str], set[str]], text: str) -> None:
    assert factors(text) == set()
