"""Where the new bone is in whole reports: each its own case."""

import pytest
from spacy.language import Language

from horad.findings import sites
from horad.findings.view import View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load

# text → "site side" of every entry, in alphabetical order
CASES = {
    (
        "XR HIPS BILATERAL\n"
        "INDICATION: TBI, decreased ROM\n"
        "FINDINGS: There is exuberant heterotopic ossification about both hips, worse on the left where it "
        "bridges from the anterior inferior iliac spine to the lesser trochanter. On the right there is only "
        "a small amount superolateral to the acetabulum. The knees are unremarkable.\n"
        "IMPRESSION: Bilateral hip HO, L>R."
    ): "hip bilateral",
    (
        "CT ABDOMEN AND PELVIS WITH CONTRAST\n"
        "History: abdominal pain.\n"
        "Findings: Liver, spleen, kidneys normal. Left THA with streak artifact. Mature heterotopic "
        "ossification adjacent to the left greater trochanter. Degenerative changes lumbar spine.\n"
        "Impression: No acute abdominal findings."
    ): "hip left",
    (
        "MRI LEFT THIGH WITHOUT AND WITH CONTRAST\n"
        "History: 17M soccer player, kicked in thigh 5 weeks ago.\n"
        "Findings: There is a 5.6 cm intramuscular lesion within the vastus intermedius, abutting the "
        "anterior cortex of the femoral diaphysis. Peripheral low signal rim. Extensive edema in the rest of "
        "the quadriceps extending to the level of the knee. The hip joint is normal.\n"
        "Impression: Myositis ossificans, subacute."
    ): "thigh left",
    (
        "Elbow series (right): Comminuted radial head fracture status post replacement. Interval development "
        "of HO anterior to the capitellum and along the medial epicondyle, Hastings II."
    ): "elbow right",
    (
        "Dear Dr Smith, this gentleman has had a right total hip replacement in 2018 and a left total knee "
        "replacement in 2020. Today's films show Brooker 2 heterotopic bone around the hip. The knee looks "
        "fine. Yours"
    ): "hip right",
    (
        "CT RIGHT SHOULDER: Status post reverse total shoulder arthroplasty. Heterotopic ossification "
        "inferior to the glenosphere extending toward the medial humeral metaphysis."
    ): "shoulder right",
    (
        "Plain radiograph pelvis AP: bilateral THRs. There is bridging heterotopic ossification on the right "
        "(Brooker IV). Left hip - no heterotopic ossification."
    ): "hip right",
    (
        "AP PELVIS: Right acetabular ORIF. Heterotopic ossification extending from the iliac wing toward the "
        "greater trochanter, Brooker 3."
    ): "hip right",
    (
        "US LEFT CALF: In the medial head of gastrocnemius there is an echogenic focus with peripheral "
        "calcification, in keeping with early myositis ossificans. Popliteal vein compressible."
    ): "lower_leg left",
    (
        "XR STUMP RT: Right transtibial amputation. Mature heterotopic ossification at the distal tibia end."
    ): "amputation_stump right",
    (
        "Left below knee amputee with residual limb pain. Radiographs of the residual limb: spur-like "
        "heterotopic ossification arising from the cut fibula."
    ): "amputation_stump left",
    (
        "XR LEFT KNEE: Calcification/ossification adjacent to the medial femoral condyle in keeping with "
        "Pellegrini-Stieda lesion."
    ): "knee left",
    (
        "CT face: Right masseter muscle contains linear heterotopic ossification extending from the "
        "zygomatic arch to the mandibular angle. TMJ normal."
    ): "jaw right",
    (
        "Bone scan: Increased uptake on all three phases about the right hip and left elbow in this patient "
        "with spinal cord injury, consistent with active heterotopic ossification."
    ): "elbow left, hip right",
    (
        "Bone scan: marked uptake around both hips and medial aspect of the right knee consistent with HO. "
        "Elbows and shoulders normal."
    ): "hip bilateral, knee right",
    (
        "Pelvis and left femur: Cephalomedullary nail. A plume of heterotopic bone at the nail entry site "
        "above the greater trochanter."
    ): "hip left",
    (
        "MRI PELVIS: paraplegic with ischial decubitus ulcers. Heterotopic ossification adjacent to the left "
        "ischial tuberosity."
    ): "pelvis left",
    (
        "CT chest: healed left rib fractures with heterotopic ossification bridging the 5th through 7th ribs "
        "posterolaterally."
    ): "chest_wall left",
    (
        "Radiographs of both forearms. Right: radioulnar synostosis due to heterotopic ossification "
        "following plating. Left: normal."
    ): "forearm right",
    "X-ray right hand: heterotopic ossification around the PIP joint of the little finger.": "hand right",
    (
        "CT ankle left: Ossification of the distal tibiofibular syndesmosis in keeping with heterotopic "
        "ossification after Weber C fracture."
    ): "ankle left",
    "MRI right foot: heterotopic ossification in the plantar aspect beneath the calcaneus.": "foot right",
    (
        "Cervical spine radiographs. Two level CDA C4-5 and C5-6. Heterotopic ossification McAfee grade II "
        "at C4-5 and grade I at C5-6."
    ): "cervical_spine midline",
    (
        "CT angiogram left upper extremity: heterotopic ossification in the distal brachialis anterior to "
        "the elbow displaces the brachial artery."
    ): "elbow left",
    (
        "MRI right upper arm: Mass in the brachialis consistent with myositis ossificans. Elbow joint unremarkable."
    ): "upper_arm right",
    "MR of the left arm shows myositis ossificans in the biceps brachii.": "upper_arm left",
    (
        "Follow-up. The heterotopic ossification described previously about the left hip is unchanged. The "
        "small focus of HO on the right is also unchanged."
    ): "hip bilateral",
    (
        "EXAM: XR pelvis and right femur.\n"
        "FINDINGS: Heterotopic ossification in the soft tissues of the proximal medial right thigh."
    ): "thigh right",
    "There is ectopic bone in the region of the right hip abductors. L hip replacement satisfactory.": "hip right",
    "LT HIP: THA. HO GRADE 1. RT HIP: NATIVE. NO HO.": "hip left",
    (
        "Right knee: TKA in situ. Heterotopic ossification anterior distal femur.\n"
        "Left knee: TKA in situ. Heterotopic ossification in the quadriceps tendon."
    ): "knee bilateral",
    (
        "CT pelvis: Heterotopic bone encasing the left sciatic nerve posterior to the hip joint, contiguous "
        "with the ischium."
    ): "hip left",
    (
        "SPECT-CT: Focal uptake corresponds with heterotopic ossification in the left adductor compartment "
        "near the pubic symphysis."
    ): "thigh left",
    "Comparison: CT right hip 2019. Findings: The heterotopic ossification has matured.": "hip right",
    (
        "XR ELBOW 3 VIEWS LEFT\n"
        "Clinical: burn 40% TBSA.\n"
        "There is posteromedial heterotopic ossification, bridging the olecranon and medial epicondyle."
    ): "elbow left",
    (
        "Images show mature HO bridging between the right acetabulum and proximal femur with complete "
        "ankylosis. Left THA uncomplicated."
    ): "hip right",
    ("Ossified haematoma in the left buttock, in keeping with myositis ossificans of gluteus maximus."): "buttock left",
    "Known myositis ossificans in right quadriceps, today measures 4 cm.": "thigh right",
    (
        "XR both knees AP/lat. Right: heterotopic ossification along the medial femoral epicondyle. Left: "
        "osteoarthritis."
    ): "knee right",
    "Postoperative hip: heterotopic ossification, Brooker class I.": "hip unspecified",
    (
        "CT abdomen: midline incision with linear heterotopic ossification from the xiphoid to the umbilicus."
    ): "abdominal_wall midline",
    (
        "Lateral to the right L4-L5 pedicle screws, within the multifidus, there is heterotopic bone."
    ): "lumbar_spine right",
    (
        "Neurogenic HO right hip Brooker 4, left hip Brooker 2, right elbow ankylosed by HO."
    ): "elbow right, hip bilateral",
    "Heterotopic ossification involving the left iliopsoas bursa compresses the external iliac vein.": "hip left",
    "HO left acetabulum to femur.": "hip left",
    (
        "Ossification in the soft tissues lateral to the right THA stem, Brooker 1, with ossification of the "
        "left iliolumbar ligament being degenerative."
    ): "hip right",
    (
        "CT PELVIS WITHOUT CONTRAST\n"
        "CLINICAL: 29 y/o male GSW T8, decubitus ulcers, decreased hip flexion bilaterally.\n"
        "FINDINGS: Large mature bridging bone anterior to the left hip joint extends from the anterior "
        "superior iliac spine to the lesser trochanter, measures 11 x 6 cm. The left femoral neurovascular "
        "bundle is displaced medially. A similar but smaller focus is present anterior to the right hip. "
        "There is a deep sacral decubitus ulcer. Bladder decompressed by suprapubic catheter.\n"
        "IMPRESSION: Bilateral hip heterotopic ossification, larger on the left."
    ): "hip bilateral",
    (
        "Left shoulder, 3 views. 52M s/p ORIF proximal humerus 8 months ago. There is bridging ossification "
        "between the inferior glenoid neck and the medial humeral shaft consistent with heterotopic "
        "ossification."
    ): "shoulder left",
    (
        "MRI of the right hip: postop gluteus repair. Ossification in the gluteus medius tendon insertion on "
        "the greater trochanter, compatible with heterotopic ossification."
    ): "hip right",
    (
        "Twelve weeks following left total hip replacement via posterior approach. Class 2 heterotopic "
        "ossification (Brooker) has developed superolateral to the prosthetic neck. Right hip: moderate "
        "osteoarthritis."
    ): "hip left",
    (
        "XR PELVIS AP\n"
        "There are bilateral total hip arthroplasties. On the right, no heterotopic ossification. On the "
        "left there is Brooker 3 heterotopic ossification."
    ): "hip left",
    (
        "XR right tib/fib: healed fracture with heterotopic ossification in the interosseous space bridging "
        "tibia and fibula."
    ): "lower_leg right",
    (
        "The left femur shows myositis ossificans adjacent to the mid-diaphysis, separate from the cortex by "
        "a lucent cleft."
    ): "thigh left",
    "Heterotopic ossification seen adjacent to the proximal femur bilaterally.": "hip bilateral",
    (
        "Three-phase bone scan positive at the left hip only; findings are in keeping with early HO. SPECT "
        "shows the activity localising to iliopsoas."
    ): "hip left",
    (
        "CT right femur: 7 cm ossified mass in the vastus lateralis with cortical rim, typical myositis "
        "ossificans. The hip and knee joints are normal."
    ): "thigh right",
    (
        "CT left shoulder: the rotator cuff is intact. HO at the coracoclavicular ligament post AC "
        "separation grade III."
    ): "shoulder left",
    (
        "Ultrasound of the right groin: bright shadowing plaque in the adductor longus origin consistent "
        "with heterotopic ossification."
    ): "thigh right",
    "XR Pelvis: Heterotopic ossification projects over the right obturator foramen and ischium.": "pelvis right",
    (
        "Right hip MRI: Heterotopic ossification between the gluteus minimus and the capsule, 2 cm. Left hip "
        "not imaged."
    ): "hip right",
    (
        "Impression:\n"
        "1. Status post left THA without complication.\n"
        "2. Heterotopic ossification adjacent to the right THA, Brooker II."
    ): "hip right",
    (
        "Burns patient. X-rays of both elbows show posterior heterotopic bone, on the right bridging from "
        "the olecranon to the humerus and on the left as an incomplete spur."
    ): "elbow bilateral",
    (
        "Ectopic bone formation noted in bilateral axillae and about the left elbow in this known case of FOP."
    ): "elbow left, shoulder bilateral",
    (
        "MRI lumbar spine: incidental heterotopic ossification in the left paraspinal musculature at the L2 "
        "to L4 levels following laminectomy."
    ): "lumbar_spine left",
    (
        "Mandible CT: heterotopic bone formation about the right TMJ following gap arthroplasty; left joint normal."
    ): "jaw right",
    "PET/CT: FDG avid heterotopic ossification in the left quadratus femoris and obturator externus.": "hip left",
    (
        "CT thigh: intramuscular heterotopic ossification in the posterior compartment of the right thigh, "
        "semimembranosus."
    ): "thigh right",
    (
        "A 24-year-old man with traumatic brain injury. AP radiograph of the right elbow shows heterotopic "
        "ossification (arrow) along the medial aspect."
    ): "elbow right",
    (
        "Fig 2 Axial CT image of the pelvis demonstrates heterotopic ossification anterior to the left hip "
        "with obliteration of the fat plane around the femoral nerve."
    ): "hip left",
    (
        "The knee prosthesis on the right is well fixed. There is a beak of heterotopic bone above its "
        "femoral component. Opposite knee normal."
    ): "knee right",
    (
        "There is mature heterotopic ossification of the right hip (Brooker 3), left hip (Brooker 1) and left knee."
    ): "hip bilateral, knee left",
    "L elbow - extensive HO ant & post. R elbow - nil.": "elbow left",
    "Bilateral hips - mature HO R hip Brooker IV, L hip Brooker II. Knees clear.": "hip bilateral",
    (
        "Impression: Heterotopic ossification at the site of previous antegrade nail insertion, right "
        "greater trochanter."
    ): "hip right",
    (
        "Soft tissues: heterotopic ossification in the lateral soft tissues of the left hip. Bones: old "
        "healed right subtrochanteric fracture."
    ): "hip left",
    (
        "XR right ankle. There is ossification of the interosseous membrane and heterotopic bone posterior "
        "to the talus."
    ): "ankle right",
    (
        "Scar ossification: 6 cm heterotopic bone in the epigastric midline incision. Gallstones. Right renal cyst."
    ): "abdominal_wall midline",
    (
        "CT chest: post thoracotomy. Heterotopic ossification in the right intercostal space, between the "
        "sixth and seventh ribs. Left lung clear."
    ): "chest_wall right",
    "HO lateral aspect of left distal humerus following ORIF.": "elbow left",
    "Large HO mass around R hip, with ankylosis. L hip and both knees preserved.": "hip right",
    "MRI KNEE RIGHT: Ossification within the proximal MCL (Pellegrini-Stieda). Menisci intact.": "knee right",
    (
        "Myositis ossificans of the right masseter is seen as a plate of bone lateral to the mandibular ramus."
    ): "jaw right",
    (
        "Whole-spine CT: heterotopic ossification lateral to the facet joints at C5-C7 on the left."
    ): "cervical_spine left",
    "XR left hand: burn contractures. Heterotopic ossification at the second and third MCP joints.": "hand left",
    (
        "Ossification is noted in the region of the left iliolumbar fossa? No heterotopic bone in right hip. "
        "Heterotopic bone left hip stable."
    ): "hip left",
    (
        "Dear colleague, thank you for asking me about this man's stiff elbow (left). His radiographs show "
        "heterotopic ossification bridging the posterior compartment. He has no bone at the right elbow."
    ): "elbow left",
    (
        "The patient has developed HO in the region of the quadriceps expansion just proximal to the right "
        "patella after TKR."
    ): "knee right",
    # slips of laterality
    "EXAM: XR RIGHT HIP\nFINDINGS: Right hip arthroplasty. Heterotopic ossification lateral to the right hip.\n"
    "IMPRESSION: Heterotopic ossification, left hip.": "hip right",
    "FINDINGS: Heterotopic ossification of the left hip.\nIMPRESSION: Heterotopic ossification of the right hip.": (
        "hip unspecified"
    ),
}


@pytest.fixture(scope="module")
def nlp() -> Language:
    """The pipeline, once for the table."""
    return load()


@pytest.mark.parametrize("text", CASES)
def test_sites_of_reports(nlp: Language, text: str) -> None:
    found = sites.claims(View(nlp(text), load_rules()))
    shown = sorted(f"{claim.value} {claim.data['side']}" for claim in found if claim.field == "sites")
    assert ", ".join(shown) == CASES[text]
