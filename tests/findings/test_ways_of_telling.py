"""Places, relations, history and imaging as letters, telegrams, captions and dictation tell them."""

from collections.abc import Callable

import pytest

from horad.findings import modality, neurovascular, risk_factors, sites
from horad.findings.view import Claim, View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load

Read = Callable[[str], View]

SITES = [
    ("CT both hips. On the right a bar of heterotopic bone. On the left there is a smaller island.", {"hip bilateral"}),
    ("CT both hips. On the right a bar of heterotopic bone. On the left there is a bone island.", {"hip right"}),
    ("CT both hips. On the right a bar of heterotopic bone. On the left there is arthrosis.", {"hip right"}),
    (
        "Heterotopic ossification at the left shoulder; a further plate in front of the right hip.",
        {"shoulder left", "hip right"},
    ),
    ("Periprosthetic ossification right hip Brooker 2, left hip grade 0.", {"hip right"}),
    ("Mature gluteal ossification on the left.", {"buttock left"}),
    ("Popliteal ossification, right.", {"knee right"}),
    ("Lateral lumbar film, disc prosthesis L4/5. HO, McAfee 2.", {"lumbar_spine midline"}),
    ("Heterotopic bone dips into the left soleus.", {"lower_leg left"}),
    ("Heterotopic bone as thick as my wrist at the left hip.", {"hip left"}),
    ("CT left forearm. Heterotopic bone in the supinator. Elbow normal.", {"forearm left"}),
    ("Heterotopic ossification along both sides of the thoracic spine.", {"thoracic_spine bilateral"}),
    ("Flexion (left) and extension (right) films: heterotopic ossification at C5/6.", {"cervical_spine midline"}),
    ("Heterotopic ossification of the left gluteus maximus without bony continuity with the sacrum.", {"buttock left"}),
]

RELATIONS = [
    ("The bone rests against the femoral vein.", {"femoral vein": "abuts"}),
    ("The fat plane to the sciatic nerve is effaced.", {"sciatic nerve": "abuts"}),
    ("The sciatic nerve is effaced.", {"sciatic nerve": "compresses"}),
    ("Bone surrounds the sciatic nerve except laterally.", {"sciatic nerve": "partially_encases"}),
    ("The sciatic nerve lies in a trough of bone.", {"sciatic nerve": "partially_encases"}),
    ("The ulnar nerve is laminated between bone and humerus.", {"ulnar nerve": "compresses"}),
    ("The popliteal vessels show normal surrounding fat on both sides.", {"popliteal vessels": "clear"}),
    ("The sciatic nerve is bordered by a preserved fat layer.", {"sciatic nerve": "clear"}),
    ("The femoral vein cannot be flattened by the probe.", {}),
    ("There is CSF all around the cord.", {}),
    ("The deep palmar arch touches the mass.", {"deep palmar arch": "abuts"}),
]

FACTORS = [
    ("FINDINGS:\nBone about the elbow.\nIMPRESSION:\n# Heterotopic ossification.", set()),
    ("HISTORY: # olecranon 2020.", {"fracture"}),
    ("HISTORY: hand lost to a band saw.", {"trauma"}),
    ("HISTORY: corked left thigh.", {"trauma"}),
    ("The radial spur comes off the radius. RTC 12 mo.", set()),
    ("HISTORY: terrible triad fracture-dislocation.", {"fracture", "trauma"}),
    ("HISTORY: wiring of the patellar fracture.", {"fracture", "other_surgery"}),
    ("HISTORY: negates trauma.", set()),
    ("The thoracic cage is rigid.", set()),
    ("HISTORY: HO melted away within two years.", {"prior_ho"}),
    ("Since the prior, heterotopic ossification has grown.", set()),
    ("HISTORY: severe craniocerebral trauma.", {"brain_injury"}),
    ("DXA: right total hip: T -2.5.", set()),
]

IMAGING = [
    ("CT scanner of the left hip. Heterotopic bone.", {"ct"}),
    ("MRI thigh. Nodular contrast uptake in the ossified mass.", {"mri"}),
    ("US thigh. Ossified mass. Repeat in three weeks with a radiograph.", {"us"}),
    ("CT elbow: heterotopic bone. Outcome: radiograph via the ward.", {"ct"}),
    ("MRI thigh: ossified mass. CT: not done.", {"mri"}),
    ("CEMRI left thigh. Ossified mass.", {"mri"}),
    ("Right hip: Brooker III.", {"unspecified"}),
    ("I filmed the knee today. Heterotopic bone above the patella.", {"radiograph"}),
]


@pytest.fixture(scope="module", name="read")
def _read() -> Read:
    nlp, rules = load(), load_rules()
    return lambda text: View(nlp(text), rules)


def _placed(claims: list[Claim]) -> set[str]:
    return {f"{claim.value} {claim.data['side']}" for claim in claims if claim.field == "sites"}


@pytest.mark.parametrize(("text", "expected"), SITES, ids=[text for text, _ in SITES])
def test_places(read: Read, text: str, expected: set[str]) -> None:
    assert _placed(sites.claims(read(text))) == expected


@pytest.mark.parametrize(("text", "expected"), RELATIONS, ids=[text for text, _ in RELATIONS])
def test_relations(read: Read, text: str, expected: dict[str, str]) -> None:
    found = neurovascular.claims(read(text))
    assert {str(claim.data["structure"]): claim.value for claim in found} == expected


@pytest.mark.parametrize(("text", "expected"), FACTORS, ids=[text for text, _ in FACTORS])
def test_factors(read: Read, text: str, expected: set[str]) -> None:
    assert {claim.value for claim in risk_factors.of_summary(risk_factors.claims(read(text)))} == expected


@pytest.mark.parametrize(("text", "expected"), IMAGING, ids=[text for text, _ in IMAGING])
def test_imaging(read: Read, text: str, expected: set[str]) -> None:
    assert {claim.value for claim in modality.claims(read(text))} == expected
