"""What lies inside the new bone, each short report its own case."""

import pytest
from spacy.language import Language

from horad.findings import marrow
from horad.findings.view import View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load

CASES = {
    "The heterotopic bone has fatty marrow.": ["fatty"],
    "The centre of the heterotopic bone follows fat on all sequences.": ["fatty"],
    "Heterotopic bone with fat attenuation centrally.": ["fatty"],
    "Heterotopic ossification, T1 hyperintense.": ["fatty"],
    "Myositis ossificans; the centre is bright on STIR.": ["oedema"],
    "Oedema-like signal within the ossification.": ["oedema"],
    "Increased signal within the new bone indicating marrow.": ["present_unspecified"],
    "A marrow-containing plate of heterotopic bone.": ["present_unspecified"],
    "Dense heterotopic bone without a marrow space.": ["absent"],
    "Heterotopic bone, dark on all sequences.": ["absent"],
    "Heterotopic bone whose interior is isointense to the native medullary cavity.": ["fatty"],
    "Heterotopic bone, the interior measures -60 HU.": ["fatty"],
    "Heterotopic bone, medullary space with HU -60.": ["fatty"],
    "Heterotopic bone whose centre has the attenuation of fat.": ["fatty"],
    "Heterotopic bone, the interior measures 60-80 HU.": [],
    "Heterotopic bone touching the nerve, with no fat in between.": [],
    "Heterotopic bone, the interior measures 60 HU.": [],
    # of something else
    "Ossified lesion without medullary continuity.": [],
    "Heterotopic ossification and an effusion with marrow oedema.": [],
    "Bone marrow oedema of the femoral head. Heterotopic ossification.": [],
    "Fatty atrophy of the gluteus medius. Heterotopic ossification.": [],
    "Heterotopic ossification. A fat plane to the sciatic nerve is preserved.": [],
    "Lipoma of the thigh following subcutaneous fat on all sequences.": [],
    "Heterotopic ossification. The marrow of the femur is normal.": [],
    "Muscle oedema around the heterotopic bone.": [],
}


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load()


@pytest.mark.parametrize("text", CASES)
def test_marrow_of_a_short_report(nlp: Language, text: str) -> None:
    claims = marrow.claims(View(nlp(text), load_rules()))
    assert list(dict.fromkeys(claim.value for claim in claims)) == CASES[text]


def test_the_telling_kind_comes_first(nlp: Language) -> None:
    text = "Heterotopic bone containing marrow. Its centre is of fat signal."
    assert marrow.claims(View(nlp(text), load_rules()))[0].value == "fatty"
