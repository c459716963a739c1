"""Features as told in short reports, each its own case: name and polarity of every claim."""

import pytest
from spacy.language import Language

from horad.findings import features
from horad.findings.view import View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load

# text → "feature polarity" of every current claim (strongest per feature), in alphabetical order
CASES = {
    # rim and trabeculae
    "A well-corticated plaque of heterotopic bone lies anterior to the hip.": "cortical_rim present",
    "HO lateral to the neck with a sharp cortical margin and internal trabeculae.": (
        "cortical_rim present, trabeculae present"
    ),
    "The heterotopic ossification is uncorticated.": "cortical_rim absent",
    "The new bone has a cortex and cancellous interior.": "cortical_rim present, trabeculae present",
    "Lesion in the quadriceps with a low signal rim on all sequences; myositis ossificans.": "cortical_rim present",
    "Heterotopic bone, partially corticated.": "cortical_rim present",
    "Calcific deposit without cortex or trabeculae. Not heterotopic bone.": "cortical_rim absent, trabeculae absent",
    "The cortical margins of the femur are sharp. Heterotopic ossification is present.": "cortical_destruction absent",
    # zoning
    "Myositis ossificans with peripheral calcification and a lucent centre.": "zonal_peripheral present",
    "Eggshell rim of mineral around an unmineralised centre in the brachialis, myositis ossificans.": (
        "zonal_peripheral present"
    ),
    "The mass is densest centrally; parosteal osteosarcoma.": (
        "central_mineralisation present, soft_tissue_mass present"
    ),
    "No zonal pattern is seen in this suspected osteosarcoma.": "zonal_peripheral absent",
    "Reverse zoning suggests osteosarcoma.": "central_mineralisation present, zonal_peripheral absent",
    # continuity and cleft
    "Heterotopic bone arises from the anterior cortex of the femur.": "cortical_continuity present",
    "Heterotopic ossification attached to the medial epicondyle of the humerus.": "cortical_continuity present",
    "A spur of heterotopic bone projects off the greater trochanter.": "cortical_continuity present",
    "The ossification is separate from the femur; myositis ossificans.": "cortical_continuity absent",
    "Myositis ossificans, not attached to the humerus.": "cortical_continuity absent",
    "A thin lucent cleft separates the ossification from the femoral cortex.": "cleft present",
    "A fat plane is preserved between the heterotopic bone and the sciatic nerve.": "",
    "Osteochondroma with corticomedullary continuity.": "cortical_continuity present",
    # destruction, marrow, periosteum
    "Osteosarcoma with cortical destruction and a soft tissue mass.": (
        "cortical_destruction present, soft_tissue_mass present"
    ),
    "Myositis ossificans. The underlying cortex is intact.": "cortical_destruction absent",
    "No cortical erosion or periosteal reaction. Myositis ossificans is favoured.": (
        "cortical_destruction absent, periosteal_reaction absent"
    ),
    "Chondrosarcoma eroding the ilium.": "cortical_destruction present",
    "Parosteal osteosarcoma extending into the medullary cavity.": "medullary_invasion present",
    "Surface osteosarcoma. The medullary canal is not involved.": "medullary_invasion absent",
    "Osteosarcoma with sunburst periosteal reaction.": (
        "aggressive_periosteal_reaction present, periosteal_reaction present"
    ),
    "Osteosarcoma; a Codman triangle is seen.": "aggressive_periosteal_reaction present, periosteal_reaction present",
    "Solid periosteal reaction beside the myositis ossificans.": "periosteal_reaction present",
    # ankylosis
    "Heterotopic ossification with bony ankylosis of the hip.": "ankylosis present",
    "Heterotopic bone bridges the olecranon and the humerus.": "ankylosis present",
    "A solid bar of heterotopic bone joins the ilium to the femur.": "ankylosis present",
    "Non-bridging heterotopic ossification.": "ankylosis absent",
    "The spurs of heterotopic bone do not meet.": "ankylosis absent",
    "Heterotopic ossification, nearly bridging.": "ankylosis possible",
    "Heterotopic bone without bridging.": "ankylosis absent",
    "Known ankylosing spondylitis. Heterotopic ossification about the hip.": "",
    "Bridging osteophytes in the spine. Heterotopic ossification at the hip.": "",
    "Heterotopic ossification with a gap of 12 mm.": "",
    # soft tissue
    "Soft tissue mass in the calf, synovial sarcoma suspected.": "soft_tissue_mass present",
    "An ossified mass lies anterior to the hip.": "",
    "Heterotopic ossification without a soft tissue mass.": "soft_tissue_mass absent",
    "The sarcoma enhances avidly.": "enhancement present",
    "Contrast-enhanced CT shows heterotopic ossification.": "",
    "The heterotopic bone does not enhance.": "enhancement absent",
    "Myositis ossificans with extensive surrounding muscle oedema.": "perilesional_oedema present",
    "Heterotopic ossification; no surrounding oedema.": "perilesional_oedema absent",
    "Bone marrow oedema of the femoral head. Heterotopic ossification at the hip.": "",
    "Sarcoma with fluid-fluid levels.": "fluid_levels present",
    "Heterotopic ossification with intense uptake on bone scan.": "uptake present",
    "Heterotopic ossification, cold on bone scan.": "uptake absent",
    "Osteosarcoma with lung metastases.": "metastases present",
    "Osteosarcoma. No pulmonary metastases.": "metastases absent",
    "Synovial chondromatosis with numerous loose bodies.": "multiple_loose_bodies present",
    "Tumoral calcinosis: lobulated calcified mass beside the hip.": "lobulated_calcification present",
    # template fields, subjects that deny, conditions
    "Heterotopic ossification.\nBridging: N\nCortical rim: Y": "ankylosis absent, cortical_rim present",
    "Heterotopic bone at both hips. Ankylosed R: N  L: N": "ankylosis absent",
    "Heterotopic bone. Does it bridge? No.": "ankylosis absent",
    "Three pieces of heterotopic bone. None is attached to the femur.": "cortical_continuity absent",
    "Heterotopic bone behind the elbow; nowhere does it span the joint.": "ankylosis absent",
    "Heterotopic ossification: nothing short of complete ankylosis.": "ankylosis present",
    "Heterotopic bone without a cortical rim, of well structured trabecular appearance.": (
        "cortical_rim absent, trabeculae present"
    ),
    "Heterotopic bone posterior to the right prosthesis and spanning the joint.": "ankylosis present",
    "Myositis ossificans is possible; film again, and refer if no rim of mineral appears.": "",
    # wholly described loss of cortex and marrow
    "Sarcoma; the lateral cortex is missing over 2 cm.": "cortical_destruction present",
    "Sarcoma. The cortex cannot be traced.": "cortical_destruction present",
    "Sarcoma; the marrow fat is replaced.": "medullary_invasion present",
    "Surface osteosarcoma with a short tongue within the medullary canal.": "medullary_invasion present",
    "Surface osteosarcoma. The marrow is spared.": "medullary_invasion absent",
    "Osteosarcoma; the lucent line between lesion and shaft is lost.": "cleft absent",
    "Heterotopic ossification after shoulder replacement. Acromion intact.": "",
    "Heterotopic bone lateral to the hip; the trochanter is eroded by wear debris.": "",
    "Osteosarcoma with cloud-like mineral in its core.": "central_mineralisation present, osteoid_matrix present",
    "Heterotopic ossification. Soft tissue oedema within the adductor longus strain.": "",
    # matrix
    "Osteosarcoma with cloud-like matrix.": "osteoid_matrix present",
    "Chondrosarcoma with rings and arcs.": "chondroid_matrix present",
    "Cloud-like heterotopic ossification.": "",
    # not of these images
    "INDICATION: ankylosis of the hip?\nFINDINGS: Heterotopic ossification.": "",
    "Heterotopic ossification may in general show a cortical rim.": "",
    "If bridging develops, the heterotopic ossification may need excision.": "",
}
RANK = (features.PRESENT, features.POSSIBLE, features.ABSENT)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load()


@pytest.mark.parametrize("text", CASES)
def test_features_of_a_short_report(nlp: Language, text: str) -> None:
    found: dict[str, str] = {}
    for claim in features.claims(View(nlp(text), load_rules())):
        if claim.data["when"] == "current":
            best = min(found.get(claim.value, claim.assertion), claim.assertion, key=RANK.index)
            found[claim.value] = best
    assert ", ".join(f"{name} {value}" for name, value in sorted(found.items())) == CASES[text]


def test_prior_study_is_marked(nlp: Language) -> None:
    text = "On the prior study the heterotopic bone was not bridged. It now bridges the joint."
    claims = features.claims(View(nlp(text), load_rules()))
    assert [(c.assertion, c.data["when"]) for c in claims if c.value == "ankylosis"][-1] == ("present", "current")


def test_claims_name_their_rule_and_words(nlp: Language) -> None:
    text = "Well-corticated heterotopic bone."
    view = View(nlp(text), load_rules())
    (claim,) = features.claims(view)
    assert claim.field == "features.cortical_rim"
    assert view.slice(claim.marks[0])[2] == "Well-corticated"
    assert claim.marks[0].rule == "feature.cortical-rim"


def test_side_of_the_clause_is_kept(nlp: Language) -> None:
    text = "On the right the heterotopic bone is corticated; on the left it does not bridge."
    claims = features.claims(View(nlp(text), load_rules()))
    assert {(c.value, c.data.get("side")) for c in claims} == {("cortical_rim", "right"), ("ankylosis", "left")}
