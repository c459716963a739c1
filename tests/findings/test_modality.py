"""Imaging that the findings come from: studies named, signs of one modality, and studies that do not count."""

from collections.abc import Callable

import pytest

from horad.findings.modality import claims
from horad.findings.view import View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load


@pytest.fixture(scope="module", name="modalities")
def _modalities() -> Callable[[str], set[str]]:
    nlp, rules = load(), load_rules()
    return lambda text: {claim.value for claim in claims(View(nlp(text), rules))}


COUNTED = [
    ("XR PELVIS. A spur of heterotopic bone.", {"radiograph"}),
    ("Left hip, AP and lateral. Heterotopic bone laterally.", {"radiograph"}),
    ("PELVIS AP. Heterotopic bone on the right.", {"radiograph"}),
    ("Right elbow, 3 views. Ossification of the triceps.", {"radiograph"}),
    ("Plain films show ossification in the quadriceps.", {"radiograph"}),
    ("The panoramic radiograph shows an ossified stylohyoid band.", {"radiograph"}),
    ("CT thigh. An ossified mass in the vastus.", {"ct"}),
    ("The centre of the ossified mass measures 40 HU.", {"ct"}),
    ("Cone-beam CT: bone within the masseter.", {"ct"}),
    ("MRI thigh. T2 bright mass with a dark rim.", {"mri"}),
    ("MR THIGH. Ossified mass.", {"mri"}),
    ("The ossification is bright on T1 and follows fat.", {"mri"}),
    ("A hypoechoic mass with an echogenic shell, ossification.", {"us"}),
    ("US: ossification with acoustic shadowing.", {"us"}),
    ("Duplex. Ossification displaces the femoral vein.", {"us"}),
    ("Three-phase bone scan. Intense uptake in heterotopic bone.", {"bone_scan"}),
    ("FDG PET/CT. Heterotopic ossification with uptake, SUVmax 4.", {"pet", "ct"}),
    ("Bone scan with SPECT-CT. Heterotopic bone is cold.", {"bone_scan", "ct"}),
    ("PET/MR of the pelvis. Heterotopic bone.", {"pet", "mri"}),
    ("ELBOW RIGHT 3 OR MORE VIEWS. Heterotopic bone.", {"radiograph"}),
    ("Lat C-spine, flex/ext. Heterotopic bone behind the disc.", {"radiograph"}),
    ("Heterotopic bone, graded on today's AP.", {"radiograph"}),
    ("Röntgen: heterotopic bone above the trochanter.", {"radiograph"}),
    ("I repeated the films. Heterotopic bone bridges the hip.", {"radiograph"}),
    ("Soft tissue detail is poor. Heterotopic bone may lie behind the elbow.", {"radiograph"}),
    ("Heterotopic bone, incidental on CT KUB.", {"ct"}),
    ("DXA of the hips. Heterotopic bone raises the value.", {"dxa"}),
    ("Radiographs and CT show heterotopic bone.", {"radiograph", "ct"}),
    ("There is ossification above the left patella.", {"unspecified"}),
    ("EXAM: CT hip.\nCOMPARISON: Radiographs show a faint spur.\nFINDINGS: Heterotopic bone.", {"ct", "radiograph"}),
    ("EXAM: MRI thigh.\nFINDINGS: Ossified mass. On the earlier CT its rim was incomplete.", {"mri", "ct"}),
    ("PMH: knee replacement.\nXR: heterotopic bone above the patella.", {"radiograph"}),
]

LEFT_OUT = [
    ("CT hip. Heterotopic bone. MRI is recommended.", {"ct"}),
    ("CT hip. Heterotopic bone. Repeat radiograph in six weeks.", {"ct"}),
    ("CT hip. Heterotopic bone. I suggest a bone scan.", {"ct"}),
    ("XR hip. Faint density. CT to clarify.", {"radiograph"}),
    ("XR hip. Ossification. Ultrasound would help.", {"radiograph"}),
    ("XR hip. Heterotopic bone, larger than on the previous CT.", {"radiograph"}),
    ("XR hip. Heterotopic bone, unchanged since the MRI of May.", {"radiograph"}),
    ("EXAM: CT hip.\nCOMPARISON: MRI of May.\nFINDINGS: Heterotopic bone.", {"ct"}),
    ("EXAM: CT hip.\nHISTORY: Abnormal radiograph.\nFINDINGS: Heterotopic bone.", {"ct"}),
    ("CT hip. Heterotopic bone. No prior MRI.", {"ct"}),
    ("CT hip. Heterotopic bone. MRI was not performed.", {"ct"}),
    ("CT hip. Heterotopic bone. Ultrasound-guided injection followed.", {"ct"}),
    ("CT hip. Heterotopic bone. CT head: no bleed. Mr Jones was told.", {"ct"}),
    ("XR hip. Heterotopic bone. Referred to us after a T1 lamina fracture.", {"radiograph"}),
    ("MRI calf. Ossified mass, parted from the vessels by a film of fat.", {"mri"}),
    ("CT scapula.\nOutside radiograph: ? heterotopic bone.\nFINDINGS: An exostosis.", {"ct"}),
    ("CT hip. Heterotopic bone with a current AP diameter of 4 cm.", {"ct"}),
    ("He underwent resection of the ossified scar.", set()),
]


@pytest.mark.parametrize(("text", "expected"), COUNTED + LEFT_OUT, ids=[text for text, _ in COUNTED + LEFT_OUT])
def test_modality(modalities: Callable[[str], set[str]], text: str, expected: set[str]) -> None:
    assert modalities(text) == expected
