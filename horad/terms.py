"""The closed vocabularies: every label horad can answer with, and what it means.

The values are the public contract; a value is never renamed. Words that lead to a label are in ``models/``.
"""

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """One value of a closed vocabulary, with the sentence that says when it applies."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Self:
        """Make the member; it compares and serialises as ``value``."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member


class HoStatus(Term):
    """Whether heterotopic ossification, under any name, is in this text."""

    PRESENT = "present", "Asserted as a finding now."
    POSSIBLE = "possible", "Hedged: suspicious for, may represent, cannot be excluded."
    ABSENT = "absent", "Explicitly denied and nowhere else asserted."
    HISTORICAL = "historical", "Only in the past: excised, resolved, a history of it."
    NOT_MENTIONED = "not_mentioned", "The text does not speak of it as this patient's finding."


class Site(Term):
    """Where a lesion lies: the joint when periarticular, the muscle's segment otherwise."""

    HIP = "hip", "About the hip joint, the trochanters and the iliopsoas at the hip included."
    KNEE = "knee", "About the knee joint."
    ELBOW = "elbow", "About the elbow joint."
    SHOULDER = "shoulder", "About the shoulder joint, the coracoclavicular space included."
    ANKLE = "ankle", "About the ankle joint, the Achilles tendon included."
    FOOT = "foot", "In the foot."
    WRIST = "wrist", "About the wrist."
    HAND = "hand", "In the hand."
    THIGH = "thigh", "In the thigh, the adductor origin included."
    LOWER_LEG = "lower_leg", "In the lower leg."
    UPPER_ARM = "upper_arm", "In the upper arm."
    FOREARM = "forearm", "In the forearm."
    PELVIS = "pelvis", "In the pelvis, no joint named."
    BUTTOCK = "buttock", "In the buttock."
    GROIN = "groin", "In the groin."
    CHEST_WALL = "chest_wall", "In the chest wall."
    ABDOMINAL_WALL = "abdominal_wall", "In the abdominal wall."
    MESENTERY = "mesentery", "In the mesentery."
    CERVICAL_SPINE = "cervical_spine", "At the cervical spine."
    THORACIC_SPINE = "thoracic_spine", "At the thoracic spine or its muscles."
    LUMBAR_SPINE = "lumbar_spine", "At the lumbar spine or its muscles."
    SPINE = "spine", "At the spine, level not said."
    JAW = "jaw", "About the jaw."
    HEAD_NECK = "head_neck", "In the head or neck."
    AMPUTATION_STUMP = "amputation_stump", "In the stump of an amputated limb."
    OTHER = "other", "A named place outside this list."
    UNSPECIFIED = "unspecified", "No place is said."


class Side(Term):
    """The side of a lesion."""

    LEFT = "left", "The left side."
    RIGHT = "right", "The right side."
    BILATERAL = "bilateral", "Both sides."
    MIDLINE = "midline", "The midline."
    UNSPECIFIED = "unspecified", "No side is said, or the text contradicts itself."


class Maturity(Term):
    """How mature the heterotopic bone is now."""

    IMMATURE = "immature", "Early, faint, ill-defined or not yet mineralised."
    MATURING = "maturing", "Partly corticated, or said to be maturing or progressing."
    MATURE = "mature", "Said to be mature, or corticated, trabeculated, with fatty marrow."
    MIXED = "mixed", "Different maturity at different sites."
    NOT_STATED = "not_stated", "Neither said nor described."


class MarrowSignal(Term):
    """Signal or attenuation inside the new bone."""

    FATTY = "fatty", "Fat signal or fat attenuation inside the new bone."
    OEDEMA = "oedema", "Fluid-like signal in or of the ossification."
    PRESENT_UNSPECIFIED = "present_unspecified", "Marrow is said to be there, its type is not."
    ABSENT = "absent", "Marrow or fat inside is denied."
    NOT_DESCRIBED = "not_described", "The text does not describe it."


class Relation(Term):
    """How a lesion lies to a nerve or vessel, in order of severity."""

    NOT_DESCRIBED = "not_described", "The text does not describe it."
    CLEAR = "clear", "Separate, a fat plane preserved, or involvement only denied."
    ADJACENT = "adjacent", "Close to it, or a distance in millimetres."
    ABUTS = "abuts", "In contact."
    DISPLACES = "displaces", "Pushed aside."
    PARTIALLY_ENCASES = "partially_encases", "Surrounded by less than the whole circumference."
    ENCASES = "encases", "Surrounded, or invaded."
    COMPRESSES = "compresses", "Compressed or occluded."


class SummaryGradeSystem(Term):
    """Grading systems whose stated grades stand in the summary."""

    BROOKER = "brooker", "Brooker 1973, hip radiograph: 0, I to IV."
    DELLA_VALLE = "della_valle", "Della Valle 2002, hip radiograph: A to C."
    HASTINGS_GRAHAM = "hastings_graham", "Hastings and Graham, elbow and forearm: I to IIIC."
    MCAFEE = "mcafee", "McAfee, disc replacement: 0, I to IV."
    OTHER = "other", "A grade of an unnamed system, or of one outside this list."


class GradeSystem(Term):
    """Grading systems of a finding; the last four are only ever inferred."""

    BROOKER = "brooker", "Brooker 1973, hip radiograph: 0, I to IV."
    DELLA_VALLE = "della_valle", "Della Valle 2002, hip radiograph: A to C."
    HASTINGS_GRAHAM = "hastings_graham", "Hastings and Graham, elbow and forearm: I to IIIC."
    MCAFEE = "mcafee", "McAfee, disc replacement: 0, I to IV."
    OTHER = "other", "A grade of an unnamed system, or of one outside this list."
    MAVROGENIS = "mavrogenis", "Mavrogenis 2012, neurogenic hip: by location and cause."
    FURIA_PELLEGRINI = "furia_pellegrini", "Furia and Pellegrini, knee: by size and place."
    BIPLANAR = "biplanar", "Simplified biplanar grade of the hip, two views."
    SALGA = "salga", "Salga 2015, neurogenic hip on CT."


class Feature(Term):
    """Imaging features of the lesion or new bone in question."""

    ZONAL_PERIPHERAL = "zonal_peripheral", "Mineralised at the periphery, the centre immature or lucent."
    CENTRAL_MINERALISATION = "central_mineralisation", "Densest at the centre."
    CORTICAL_RIM = "cortical_rim", "A rim or shell of cortex."
    TRABECULAE = "trabeculae", "Trabeculae inside."
    CORTICAL_CONTINUITY = "cortical_continuity", "Joined to, or arising from, native cortex."
    CLEFT = "cleft", "A lucent plane or gap towards native cortex."
    CORTICAL_DESTRUCTION = "cortical_destruction", "Native cortex eroded or destroyed."
    MEDULLARY_INVASION = "medullary_invasion", "Extension into the medullary cavity."
    PERIOSTEAL_REACTION = "periosteal_reaction", "Periosteal reaction of any kind."
    AGGRESSIVE_PERIOSTEAL_REACTION = "aggressive_periosteal_reaction", "Codman, sunburst, spiculated or lamellated."
    SOFT_TISSUE_MASS = "soft_tissue_mass", "A mass in the soft tissue."
    OSTEOID_MATRIX = "osteoid_matrix", "Cloud-like or fluffy dense tumour bone."
    CHONDROID_MATRIX = "chondroid_matrix", "Rings and arcs, popcorn, punctate."
    ANKYLOSIS = "ankylosis", "Bridging or fusion of a joint."
    FLUID_LEVELS = "fluid_levels", "Fluid-fluid levels."
    ENHANCEMENT = "enhancement", "Contrast enhancement."
    PERILESIONAL_OEDEMA = "perilesional_oedema", "Oedema around the lesion."
    UPTAKE = "uptake", "Increased uptake on bone scan or PET."
    METASTASES = "metastases", "Metastases."
    MULTIPLE_LOOSE_BODIES = "multiple_loose_bodies", "Several loose bodies in a joint."
    LOBULATED_CALCIFICATION = "lobulated_calcification", "Lobulated calcification."


class Presence(Term):
    """What the text says of a feature."""

    PRESENT = "present", "Asserted."
    ABSENT = "absent", "Denied."
    POSSIBLE = "possible", "Hedged."


class Tumour(Term):
    """Whether a bone or soft-tissue tumour is raised for the lesion."""

    SUSPECTED = "suspected", "The favoured or stated diagnosis."
    POSSIBLE = "possible", "Listed, or not excluded."
    EXCLUDED = "excluded", "Denied."
    NOT_MENTIONED = "not_mentioned", "Not raised."


class Modality(Term):
    """The imaging the findings come from."""

    RADIOGRAPH = "radiograph", "Plain radiograph."
    CT = "ct", "Computed tomography."
    MRI = "mri", "Magnetic resonance imaging."
    BONE_SCAN = "bone_scan", "Bone scintigraphy."
    PET = "pet", "Positron emission tomography."
    US = "us", "Ultrasound."
    DXA = "dxa", "Dual-energy X-ray absorptiometry."
    UNSPECIFIED = "unspecified", "Imaging is described, its type is not."


class RiskFactor(Term):
    """Risk factors stated of this patient."""

    TRAUMA = "trauma", "An injury."
    FRACTURE = "fracture", "A fracture."
    SPINAL_CORD_INJURY = "spinal_cord_injury", "Injury of the spinal cord."
    BRAIN_INJURY = "brain_injury", "Traumatic or other acquired brain damage."
    BURN = "burn", "A burn."
    ARTHROPLASTY = "arthroplasty", "Prosthesis, resurfacing or revision of a joint or disc."
    OTHER_SURGERY = "other_surgery", "Any other operation, fixation included."
    AMPUTATION = "amputation", "An amputation."
    IMMOBILISATION = "immobilisation", "Immobilisation."
    SPASTICITY = "spasticity", "Spasticity."
    DISH = "dish", "Diffuse idiopathic skeletal hyperostosis."
    ANKYLOSING_SPONDYLITIS = "ankylosing_spondylitis", "Ankylosing spondylitis."
    PAGET = "paget", "Paget disease of bone."
    GENETIC = "genetic", "A genetic bone-forming disorder."
    PRIOR_HO = "prior_ho", "Heterotopic ossification before."


class Diagnosis(Term):
    """Candidates of the differential diagnosis."""

    HO = "ho", "Heterotopic ossification of any cause."
    MYOSITIS_OSSIFICANS = "myositis_ossificans", "Named so, in a muscle, without a joint setting."
    FOP = "fop", "Fibrodysplasia ossificans progressiva."
    OSTEOSARCOMA = "osteosarcoma", "Conventional osteosarcoma."
    PAROSTEAL_OSTEOSARCOMA = "parosteal_osteosarcoma", "Parosteal osteosarcoma."
    PERIOSTEAL_OSTEOSARCOMA = "periosteal_osteosarcoma", "Periosteal osteosarcoma."
    EXTRASKELETAL_OSTEOSARCOMA = "extraskeletal_osteosarcoma", "Extraskeletal osteosarcoma."
    CHONDROSARCOMA = "chondrosarcoma", "Chondrosarcoma."
    SYNOVIAL_SARCOMA = "synovial_sarcoma", "Synovial sarcoma."
    SYNOVIAL_CHONDROMATOSIS = "synovial_chondromatosis", "Synovial chondromatosis."
    TUMORAL_CALCINOSIS = "tumoral_calcinosis", "Tumoral calcinosis."
    CALCIFIC_TENDINITIS = "calcific_tendinitis", "Calcific tendinitis."
    OSTEOCHONDROMA = "osteochondroma", "Osteochondroma, a limb exostosis."
    BPOP = "bpop", "Bizarre parosteal osteochondromatous proliferation."
    DYSTROPHIC_CALCIFICATION = "dystrophic_calcification", "Dystrophic calcification, calcific myonecrosis included."
    MELORHEOSTOSIS = "melorheostosis", "Melorheostosis."
    PERIOSTITIS = "periostitis", "Periostitis."
    METASTASIS = "metastasis", "Metastasis."
    INFECTION = "infection", "Infection."
    HAEMATOMA = "haematoma", "Haematoma."
    DVT = "dvt", "Deep vein thrombosis."
    FRACTURE = "fracture", "Fracture."
    ARTHRITIS = "arthritis", "Arthritis."
    NORMAL = "normal", "No abnormality."
    OTHER = "other", "A named diagnosis outside this list."
    UNKNOWN = "unknown", "A description that names none."


class Kind(Term):
    """What sort of lesion a finding is."""

    HETEROTOPIC_OSSIFICATION = "heterotopic_ossification", "Heterotopic ossification of any cause."
    MYOSITIS_OSSIFICANS = "myositis_ossificans", "Myositis ossificans."
    FOP = "fop", "Ossification of fibrodysplasia ossificans progressiva."
    MINERALISED_MASS = "mineralised_mass", "A mineralised or bone-forming mass of unstated nature."
    TUMOUR = "tumour", "A bone or soft-tissue tumour."
    MIMIC = "mimic", "A lesion that may be mistaken for heterotopic ossification."


class FindingAssertion(Term):
    """What the text asserts of a finding."""

    PRESENT = "present", "Asserted as there now."
    POSSIBLE = "possible", "Hedged."
    ABSENT = "absent", "Denied."
    HISTORICAL = "historical", "Was there, and is not said to be there now."


class Change(Term):
    """How a finding changed since an earlier study."""

    NEW = "new", "Not there before."
    INCREASED = "increased", "Larger or more."
    STABLE = "stable", "Unchanged."
    DECREASED = "decreased", "Smaller or less."
    MATURED = "matured", "Further matured."
    RESOLVED = "resolved", "Gone."
    RECURRED = "recurred", "Back after removal."


class Compartment(Term):
    """Where a lesion lies about its joint or segment."""

    ANTERIOR = "anterior", "In front."
    POSTERIOR = "posterior", "Behind."
    MEDIAL = "medial", "On the inner side."
    LATERAL = "lateral", "On the outer side."
    ANTEROMEDIAL = "anteromedial", "In front, on the inner side."
    ANTEROLATERAL = "anterolateral", "In front, on the outer side."
    POSTEROMEDIAL = "posteromedial", "Behind, on the inner side."
    POSTEROLATERAL = "posterolateral", "Behind, on the outer side."
    SUPERIOR = "superior", "Above."
    INFERIOR = "inferior", "Below."
    CIRCUMFERENTIAL = "circumferential", "All around."


class Section(Term):
    """The part of the report in which words stand."""

    HEADER = "header", "Title and identifying lines."
    INDICATION = "indication", "Why the study was asked for."
    HISTORY = "history", "Clinical history."
    TECHNIQUE = "technique", "How the study was made."
    COMPARISON = "comparison", "Earlier studies."
    FINDINGS = "findings", "What is seen."
    IMPRESSION = "impression", "The conclusion."
    ADDENDUM = "addendum", "Added or corrected later."
    RECOMMENDATION = "recommendation", "What is advised."
    DISCUSSION = "discussion", "General discussion, not this patient."
    SIGNATURE = "signature", "Who signed."
    UNKNOWN = "unknown", "No heading says."


class Basis(Term):
    """Where a value comes from."""

    STATED = "stated", "Said in so many words."
    INFERRED = "inferred", "Follows from described features, by the rule named in the evidence."


class When(Term):
    """The study a grade belongs to."""

    CURRENT = "current", "This study."
    PRIOR = "prior", "An earlier study, or before an operation."


class ReportStatus(Term):
    """How final the report is."""

    PRELIMINARY = "preliminary", "Not yet verified."
    FINAL = "final", "Verified."
    CORRECTED = "corrected", "Replaces an earlier version."
    CANCELLED = "cancelled", "Withdrawn."
    UNKNOWN = "unknown", "The source does not say."


class Direction(Term):
    """A laboratory value against its normal range."""

    HIGH = "high", "Above."
    NORMAL = "normal", "Within."
    LOW = "low", "Below."


class Uptake(Term):
    """Tracer in one phase of a bone scan."""

    INCREASED = "increased", "More than normal."
    NORMAL = "normal", "Normal."
    DECREASED = "decreased", "Less than normal."


class Completeness(Term):
    """How much of the spinal cord is injured."""

    COMPLETE = "complete", "No function is left below the injury."
    INCOMPLETE = "incomplete", "Some function is left below the injury."


class ProphylaxisAgent(Term):
    """What is given against heterotopic bone."""

    INDOMETACIN = "indometacin", "Indometacin."
    NSAID = "nsaid", "Another non-steroidal anti-inflammatory drug."
    RADIOTHERAPY = "radiotherapy", "A low dose of radiation."
    BISPHOSPHONATE = "bisphosphonate", "A bisphosphonate."
    UNSPECIFIED = "unspecified", "Prophylaxis whose means is not told."


class Timing(Term):
    """Where a study lies to a published interval since the injury."""

    BEFORE = "before", "Earlier than the interval."
    WITHIN = "within", "Within the interval."
    AFTER = "after", "Later than the interval."
