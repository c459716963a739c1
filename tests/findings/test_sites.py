"""Where the new bone is: site and side of sentences, each its own case."""

import pytest
from spacy.language import Language

from horad.findings import sites
from horad.findings.view import View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load

# text → "site side" of every entry, in alphabetical order
CASES = {
    # prepositional places
    "Heterotopic ossification is present about the left hip.": "hip left",
    "Mature heterotopic bone lies lateral to the right femoral neck.": "hip right",
    "There is heterotopic ossification within the right vastus lateralis.": "thigh right",
    "Heterotopic bone behind the left knee, in the popliteal fossa.": "knee left",
    "Heterotopic ossification anterior to the right ankle joint.": "ankle right",
    "Heterotopic ossification deep to the left deltoid.": "shoulder left",
    "Heterotopic bone in the mid shaft region of the right forearm.": "forearm right",
    "Heterotopic ossification in the left calf, within soleus.": "lower_leg left",
    "Heterotopic bone in the adductor pollicis of the right hand.": "hand right",
    "Heterotopic ossification is seen along the fifth metatarsal of the left foot.": "foot left",
    "Heterotopic bone volar to the distal radius, right wrist.": "wrist right",
    "Heterotopic bone bridges the left coronoid process of the mandible and the zygoma.": "jaw left",
    "Heterotopic ossification of the small bowel mesentery.": "mesentery unspecified",
    "Heterotopic ossification within the midline laparotomy scar.": "abdominal_wall midline",
    "Heterotopic ossification in the right rectus abdominis.": "abdominal_wall right",
    "Heterotopic bone between the left seventh and eighth ribs.": "chest_wall left",
    "Heterotopic ossification in the right gluteus maximus.": "buttock right",
    "Heterotopic bone along the left iliac wing.": "pelvis left",
    "Heterotopic ossification in the left groin.": "groin left",
    "Heterotopic ossification of the retroperitoneum.": "other unspecified",
    "Heterotopic ossification in the left sternocleidomastoid.": "head_neck left",
    # one lesion of several, and what the other side has
    "CT both hips. A bar of heterotopic bone welds the left ilium to the femur. On the right it is less advanced.": (
        "hip bilateral"
    ),
    "Known bilateral hip replacements; heterotopic ossification is confined to the right side.": "hip right",
    "Heterotopic ossification about the left hip with similar but smaller changes on the right.": "hip bilateral",
    "Heterotopic ossification left elbow. Ditto right.": "elbow bilateral",
    "Grade 3 Brooker bone on the left, none on the right.": "hip left",
    "Left Girdlestone revised to a prosthesis. Heterotopic ossification along the neck.": "hip left",
    "Swelling of the right leg. Heterotopic ossification in the right anterior thigh.": "thigh right",
    "Heterotopic ossification as broad as a finger crosses the right elbow.": "elbow right",
    "Left elbow after fixation of the coronoid. Heterotopic ossification anterior to the humerus.": "elbow left",
    "Hanche gauche: heterotopic ossification above the acetabular rim.": "hip left",
    "Heterotopic ossification of the left jaw, spanning skull base to ramus after TMJ replacement.": "jaw left",
    "Heterotopic ossification at the knees, medially, right only.": "knee right",
    "Heterotopic ossification: R hip yes, L hip no, R knee no.": "hip right",
    "Heterotopic ossification: hips; absent: knees, elbows.": "hip bilateral",
    "Heterotopic ossification in the right thigh, from the level of the lesser trochanter to mid-shaft.": "thigh right",
    # lists
    "Heterotopic ossification of both knees, the left hip and the right elbow.": (
        "elbow right, hip left, knee bilateral"
    ),
    "Heterotopic ossification of the right shoulder and elbow.": "elbow right, shoulder right",
    "Heterotopic ossification of both hips.": "hip bilateral",
    "Heterotopic ossification about the hips.": "hip bilateral",
    "Left hip heterotopic ossification is mature; right hip heterotopic ossification is immature.": "hip bilateral",
    "Heterotopic ossification at each elbow.": "elbow bilateral",
    "Bilateral hip and left knee heterotopic ossification.": "hip bilateral, knee left",
    "Heterotopic ossification: right hip, left hip, right knee.": "hip bilateral, knee right",
    # the side in other forms
    "XR L hip. Heterotopic ossification.": "hip left",
    "Hip, right: heterotopic ossification.": "hip right",
    "XR KNEE LT\nHeterotopic ossification above the patella.": "knee left",
    "Heterotopic bone, hip (R).": "hip right",
    "Heterotopic ossification of the hip on the left.": "hip left",
    "Left-sided heterotopic ossification about the hip.": "hip left",
    "Hips: heterotopic ossification, R > L.": "hip bilateral",
    "Heterotopic ossification of the hips, right greater than left.": "hip bilateral",
    "On the right, heterotopic ossification lies lateral to the greater trochanter.": "hip right",
    "Pelvis. Heterotopic ossification, Brooker III right and Brooker I left.": "hip bilateral",
    "Both hips replaced. Heterotopic ossification on the left; the right is clear.": "hip left",
    "Heterotopic ossification about the right hip. The contralateral hip is involved as well.": "hip bilateral",
    "Heterotopic ossification about the right hip. The contralateral hip is normal.": "hip right",
    # not sides
    "The stem was left in situ. Heterotopic ossification about the right hip.": "hip right",
    "Right-handed man. Heterotopic ossification of the left elbow.": "elbow left",
    "R/O fracture. Heterotopic ossification of the left elbow.": "elbow left",
    "Nodule in the right lower lobe. Heterotopic ossification about the left hip.": "hip left",
    # joint and segment
    "CT right elbow. Heterotopic bone in the brachialis.": "elbow right",
    "MRI left thigh. Heterotopic ossification in the rectus femoris.": "thigh left",
    "XR left hip. Heterotopic ossification in the gluteus medius.": "hip left",
    "Heterotopic ossification in the right iliopsoas.": "hip right",
    "Heterotopic ossification in the left adductor magnus.": "thigh left",
    "Heterotopic bone from the left ilium bridging to the femur.": "hip left",
    "Heterotopic bone joins the right humerus to the ulna.": "elbow right",
    "Heterotopic bone bridges the left tibia and the fibula.": "lower_leg left",
    "Heterotopic ossification about the left hip extends into the proximal thigh.": "hip left",
    "Heterotopic ossification in the left vastus intermedius, 8 cm above the knee.": "thigh left",
    "Heterotopic ossification in the right thigh; it does not reach the hip.": "thigh right",
    "Heterotopic ossification of the left Achilles tendon.": "ankle left",
    "Heterotopic ossification of the medial collateral ligament, left knee.": "knee left",
    "Heterotopic ossification of the right coracoclavicular ligaments.": "shoulder right",
    "Left above-knee stump. Heterotopic ossification at the end of the femur.": "amputation_stump left",
    # nerves and vessels are no sites
    "Heterotopic ossification about the left hip abuts the femoral vessels.": "hip left",
    "Heterotopic ossification of the right elbow encases the ulnar nerve.": "elbow right",
    "Heterotopic bone of the left knee displaces the popliteal artery.": "knee left",
    # spine and levels
    "C5/6 disc replacement. Heterotopic ossification, McAfee 3.": "cervical_spine midline",
    "Heterotopic ossification at L4/5.": "lumbar_spine midline",
    "Heterotopic ossification in the left paraspinal muscles at L3.": "lumbar_spine left",
    "Heterotopic ossification in the thoracic paraspinal muscles bilaterally.": "thoracic_spine bilateral",
    "T6 paraplegia. Heterotopic ossification about the left hip.": "hip left",
    "C5 tetraplegia with heterotopic ossification of the right shoulder.": "shoulder right",
    "Heterotopic ossification of the left hip, 14 x 12 mm.": "hip left",
    # context
    "EXAM: CT LEFT ELBOW\nFINDINGS: There is mature heterotopic bone posteriorly.": "elbow left",
    "EXAM: XR RIGHT HIP\nFINDINGS: Brooker II heterotopic ossification.": "hip right",
    "EXAM: XR PELVIS\nFINDINGS: Brooker II heterotopic ossification on the left.": "hip left",
    "FINDINGS: Right hip: heterotopic ossification. Left hip: no fracture.": "hip right",
    "MRI right thigh. A mass lies in the vastus medialis. This is myositis ossificans.": "thigh right",
    "Right total hip arthroplasty in good position. Heterotopic ossification is present.": "hip right",
    "Left TKR. Heterotopic ossification above the patella.": "knee left",
    "Indication: stiff left elbow.\nFindings: Heterotopic ossification.": "elbow left",
    "Heterotopic ossification is present.": "unspecified unspecified",
}


@pytest.fixture(scope="module")
def nlp() -> Language:
    """The pipeline, once for the table."""
    return load()


@pytest.mark.parametrize("text", CASES)
def test_sites(nlp: Language, text: str) -> None:
    found = sites.claims(View(nlp(text), load_rules()))
    shown = sorted(f"{claim.value} {claim.data['side']}" for claim in found if claim.field == "sites")
    assert ", ".join(shown) == CASES[text]
