"""Annotated sentences: what the context engine asserts of each target in <angle brackets>.

A suffix ``+h`` means that the target is also said to have been there before.
"""

import pytest

from horad.pipeline import context
from horad.pipeline.build import load
from horad.pipeline.context import assert_span
from horad.records.assertion import AssertionValue
from tests.pipeline.annotated import said_of, unmark
from tests.pipeline.styles import STYLES

CASES = [
    # plain assertion
    ("There is <heterotopic ossification> lateral to the left hip.", "present"),
    ("<Heterotopic bone> bridges the anterior capsule.", "present"),
    ("Classic for <myositis ossificans>, biopsy not needed.", "present"),
    ("Appearances are consistent with mature <heterotopic ossification>.", "present"),
    ("Extensive calcification, in keeping with mature <HO>.", "present"),
    # plain denial
    ("No <heterotopic ossification> is seen about the right hip prosthesis.", "absent"),
    ("Soft tissues: No <HO>.", "absent"),
    ("SOFT TISSUES: NO <HETEROTOPIC BONE>.", "absent"),
    ("No evidence of <heterotopic bone> formation.", "absent"),
    ("No radiographic evidence of <heterotopic ossification> to date.", "absent"),
    ("There is no convincing <ossification> in the soft tissues.", "absent"),
    ("No definite <heterotopic bone>.", "absent"),
    ("Nil <heterotopic bone>.", "absent"),
    ("The hip is well fixed without <ectopic bone>.", "absent"),
    ("The muscle is free of <ossification>.", "absent"),
    ("Negative for <heterotopic ossification>.", "absent"),
    ("I do not see any <new bone> behind the joint.", "absent"),
    ("The radiograph fails to show <heterotopic ossification>.", "absent"),
    ("Nothing on this film to suggest <myositis ossificans>.", "absent"),
    ("No features to suggest <osteosarcoma> such as <cortical destruction>.", "absent absent"),
    ("The stem does not show any <ossification>.", "absent"),
    ("Neither <fracture> nor <HO>.", "absent absent"),
    ("Neither view shows <heterotopic bone>.", "absent"),
    ("There is no fracture, nor is there <heterotopic bone>.", "absent"),
    ("On none of these films has <soft tissue ossification> appeared.", "absent"),
    # denial after the target
    ("<HO> is not seen.", "absent"),
    ("<Heterotopic ossification> is absent.", "absent"),
    ("<Heterotopic ossification> was not identified on either view.", "absent"),
    ("<Osteosarcoma> has been ruled out.", "absent"),
    ("<Infection> was excluded by aspiration.", "absent"),
    ("<Heterotopic bone> has not developed.", "absent"),
    ("<Myositis ossificans> does not enter into consideration.", "absent"),
    ("<Heterotopic bone> about the left hip, seen by others, is not visible.", "absent"),
    ("<Heterotopic bone> isn't seen.", "absent"),
    ("<Sarcoma> can be confidently excluded.", "absent"),
    # lists and their ends
    ("No <fracture>, <dislocation> or <heterotopic bone>; mild <enthesopathy>.", "absent absent absent present"),
    ("No fracture but extensive <new bone> bridges the anterior capsule.", "present"),
    (
        "No <loosening>, <osteolysis>, <periprosthetic fracture>, or <heterotopic ossification>.",
        "absent absent absent absent",
    ),
    ("No fracture, mild <enthesopathy>.", "present"),
    ("No fracture, the <heterotopic bone> is bridging.", "present"),
    ("No fracture, <heterotopic bone> bridges the joint.", "present"),
    ("No fracture, with extensive <heterotopic ossification> laterally.", "present"),
    ("No fracture is seen; <heterotopic ossification> is noted.", "present"),
    ("No loosening; however, <heterotopic bone> has formed.", "present"),
    ("No abnormality apart from <heterotopic ossification>.", "present"),
    ("Normal appearances other than small <heterotopic bone> islands.", "present"),
    ("No fracture, although there is <heterotopic bone>.", "present"),
    ("No dislocation and moderate <heterotopic ossification>.", "present"),
    ("No <effusion> (aspirated last week).", "absent"),
    ("<Heterotopic bone> is present, <fracture> is not seen.", "present absent"),
    ("<Heterotopic ossification> abuts the vein; <thrombosis> is excluded.", "present absent"),
    ("No <fracture>.\n<Heterotopic bone> laterally.", "absent present"),
    ("No <mass>. <Ossification> of the iliopsoas.", "absent present"),
    # pseudo-negation
    ("Not only is there <HO> on the left, it now bridges the joint.", "present"),
    ("There is no change in the <heterotopic ossification>.", "present"),
    ("No significant change in <HO>.", "present"),
    ("No interval increase in <HO>.", "present"),
    ("No progression of the previously seen <HO>.", "present"),
    ("No interval change in <heterotopic bone> since the prior study.", "present"),
    ("The <ossification> has not changed.", "present"),
    ("<Heterotopic ossification>, unchanged.", "present"),
    ("Unchanged <heterotopic ossification>.", "present"),
    ("No further increase in the <ossification>.", "present"),
    ("The elbow is by no means free of <heterotopic bone>.", "present"),
    ("CT without contrast shows <heterotopic ossification>.", "present"),
    ("Without doubt this is <myositis ossificans>.", "present"),
    ("MRI with and without contrast. <Ossification> enhances.", "present"),
    ("No prior study. <Heterotopic ossification> is noted.", "present"),
    ("The <heterotopic bone> was not removed.", "present"),
    ("The <ossification> is no larger than before.", "present"),
    # the attribute is denied, not the finding
    ("<HO> without <bridging>.", "present absent"),
    ("New <bone> abuts both bundles without <encasing> them.", "present absent"),
    ("The femoral vein is displaced, not <encased>.", "absent"),
    ("<Heterotopic ossification> abuts but does not <encase> the nerve.", "present absent"),
    ("No <fracture> through the <heterotopic bone>.", "absent present"),
    ("No <cortical destruction> adjacent to the <heterotopic ossification>.", "absent present"),
    ("No <oedema> around this <ossification>.", "absent present"),
    ("No <encasement> of the nerve by the <heterotopic bone>.", "absent present"),
    ("No <fat> is seen within the <new bone>.", "absent present"),
    ("The <fat plane> between the <ossification> and the vein is not seen.", "absent present"),
    ("Non-<bridging> <heterotopic ossification>.", "absent present"),
    ("Interval <maturation> with better-defined cortex; no increase in <size>.", "present present"),
    # contrast
    ("Callus, not <heterotopic bone>.", "absent"),
    ("This is <callus> rather than <heterotopic bone>.", "present absent"),
    ("<Heterotopic ossification>, not <sarcoma>.", "present absent"),
    ("Healing <callus> and not <heterotopic bone>.", "present absent"),
    ("It should not be mistaken for <heterotopic ossification>.", "absent"),
    ("This isn't <heterotopic ossification>.", "absent"),
    # hedges
    ("Cannot exclude <sarcoma>.", "possible"),
    ("Cannot exclude <HO>.", "possible"),
    ("Early <heterotopic ossification> cannot be excluded.", "possible"),
    ("Early <ossification> can't entirely be excluded.", "possible"),
    ("This does not exclude <osteosarcoma>.", "possible"),
    ("<Cellulitis> is not excluded.", "possible"),
    ("Possible early <HO> versus <haematoma>; too early to tell.", "possible possible"),
    ("Findings suspicious for <heterotopic ossification>.", "possible"),
    ("This may represent early <myositis ossificans>.", "possible"),
    ("Could be <myositis ossificans>.", "possible"),
    ("Density laterally, probably <heterotopic bone>.", "possible"),
    ("Density laterally, likely <heterotopic bone>.", "possible"),
    ("<Heterotopic ossification> is suspected.", "possible"),
    ("Differential includes <haematoma>, <abscess> and early <myositis ossificans>.", "possible possible possible"),
    ("<Sarcoma> is not favoured.", "possible"),
    ("<HO> is considered less likely than sarcoma.", "possible"),
    ("<Heterotopic ossification> is unlikely.", "possible"),
    ("<Infection> remains a consideration.", "possible"),
    ("Raises the possibility of <extraskeletal osteosarcoma>.", "possible"),
    ("Suspected <heterotopic ossification> was ruled out.", "absent"),
    ("No suspicious <ossification>.", "absent"),
    ("FINDINGS: Faint density, ?early <HO>.", "possible"),
    # history
    ("History of <heterotopic ossification>.", "historical"),
    ("H/O <HO>.", "historical"),
    ("Status post excision of <HO> 2019; no residual <ossification>.", "historical absent+h"),
    ("The <heterotopic bone> was excised in 2018.", "historical"),
    ("<HO> resected 2014.", "historical"),
    ("Prior <myositis ossificans> of the quadriceps.", "historical"),
    ("<Myositis ossificans> as a child.", "historical"),
    ("The <ossification> has resolved.", "absent+h"),
    ("<Ossification> is no longer seen.", "historical"),
    ("No recurrence of <heterotopic ossification>.", "absent+h"),
    ("No history of <heterotopic ossification>.", "absent+h"),
    ("Previously seen <heterotopic ossification> is unchanged.", "present"),
    ("Known <heterotopic ossification> of the elbow.", "present"),
    ("Past medical history: <heterotopic ossification>, <diabetes>.", "historical historical"),
    ("Post-resection, small recurrent islands of <bone> laterally.", "present"),
    ("Compared with the prior study <heterotopic bone> has increased.", "present"),
    ("Six-week history of <pain>.", "present"),
    ("Interval resolution of the <ossification>.", "historical"),
    ("Awaiting excision of the <heterotopic bone>.", "present"),
    # asked, advised, feared
    ("Indication: rule out <HO>.", "asked"),
    ("Evaluate for <HO>.", "asked"),
    ("Please assess for <heterotopic ossification>.", "asked"),
    ("R/o <HO>.", "asked"),
    ("Clinical details: possible <HO>.", "asked"),
    ("Indication: ?<HO>.", "asked"),
    ("History: Hip stiffness. <HO>?", "asked"),
    ("Is there any <heterotopic ossification>?", "asked"),
    ("If swelling persists, repeat radiographs in 6 weeks to assess for <HO>.", "hypothetical"),
    ("Should <ossification> develop, refer.", "hypothetical"),
    ("<Heterotopic ossification> may develop later.", "hypothetical"),
    ("Recommend CT to exclude <ossification>.", "hypothetical"),
    ("At risk for <heterotopic ossification>; prophylactic radiotherapy given.", "at_risk"),
    ("<HO> prophylaxis with indomethacin completed.", "at_risk"),
    ("Radiotherapy to prevent <heterotopic ossification>.", "at_risk"),
    ("High risk of <heterotopic ossification>.", "at_risk"),
    ("No risk factors for <HO>.", "at_risk"),
    # other people, no person
    ("Mother with <fibrodysplasia ossificans progressiva>.", "family"),
    ("Family history of <FOP>.", "family+h"),
    ("No family history of <FOP>.", "absent+h"),
    ("The mother reports <pain> at night.", "present"),
    ("<HO> occurs in 20 % of patients after arthroplasty.", "general"),
    ("<Heterotopic ossification> is a well-recognised complication of burns.", "general"),
    ("<Myositis ossificans> typically matures from the rim inwards.", "general"),
    ("The incidence of <heterotopic ossification> varies.", "general"),
    ("DISCUSSION: <Heterotopic ossification> follows trauma.", "general"),
    # template lines, questions and boxes
    ("<HETEROTOPIC OSSIFICATION>: None.", "absent"),
    ("<HO>: None.", "absent"),
    ("<HO>: nil b/l.", "absent"),
    ("<HO>: Absent", "absent"),
    ("<HO>: No.", "absent"),
    ("<HO>: no HO.", "absent"),
    ("<HO>: Yes.", "present"),
    ("<HO>: Brooker 2, unchanged.", "present"),
    ("<HO>: no change.", "present"),
    ("<HO>: no bridging.", "present"),
    ("<HO> - none", "absent"),
    ("<Heterotopic ossification> - nil significant.", "absent"),
    ("<Heterotopic ossification>? Yes.", "present"),
    ("<Heterotopic ossification>? No.", "absent"),
    ("Does the patient have <HO>? Absent.", "absent"),
    ("Does the patient have <HO>? Yes.", "present"),
    ("Q: <myositis ossificans>?\nA: No.", "absent"),
    ("<Heterotopic ossification>:\nNone seen.", "absent"),
    ("<Heterotopic ossification>: [ ] present [x] none", "absent"),
    ("<Heterotopic ossification>: [x] present [ ] none", "present"),
    ("<Heterotopic ossification>: present [ ] absent [x]", "absent"),
    ("[x] <heterotopic ossification> [ ] <fracture>", "present absent"),
    ("<HO>: indeterminate.", "possible"),
    ("Fracture: none. <HO>: mature, lateral.", "present"),
    ("<HO> nil, <fracture> nil.", "absent absent"),
    # predicates of the same subject, denials over a whole list, stops left out in dictation
    ("<Heterotopic bone> was looked for in front and behind, and was not found.", "absent"),
    ("<Ossification> was shown in 2018 and has since resolved.", "absent+h"),
    ("There is no rim, nor any injury, to suggest <myositis ossificans>.", "absent"),
    ("No zonal lesion, echogenic focus or shadowing to suggest <heterotopic ossification>.", "absent"),
    ("NO AVN JOINT SPACE PRESERVED <ECTOPIC BONE> LATERALLY", "present"),
    ("No preserved <fat plane>.", "absent"),
    ("Old avulsion with <ossification> of the origin.", "present"),
    ("Suprapatellar <ossification> of doubtful significance.", "present"),
    ("The <ossification> has almost resolved.", "present"),
    ("Early <myositis ossificans> was favoured over sarcoma.", "possible"),
    ("Non-traumatic <myositis ossificans>.", "present"),
    ("Hypertension. Old <fracture> of the femur.", "historical"),
]

ALL = [*CASES, *STYLES]


@pytest.mark.parametrize(("marked", "expected"), ALL, ids=[marked for marked, _ in ALL])
def test_each_target_gets_its_assertion(marked: str, expected: str) -> None:
    assert said_of(marked) == expected


@pytest.mark.parametrize("marked", [marked for marked, _ in ALL])
def test_cues_carry_exact_offsets_and_lie_outside_their_target(marked: str) -> None:
    text, spans = unmark(marked)
    cues = [(cue, span) for span in spans for cue in assert_span(text, *span).cues]
    assert [cue.text for cue, _ in cues] == [text[cue.start : cue.end] for cue, _ in cues]
    assert not [cue for cue, (start, end) in cues if cue.start < end and start < cue.end]


def test_the_cue_of_a_denial_is_named() -> None:
    text = "Stable hip. No evidence of heterotopic bone."
    start = text.index("heterotopic")
    (cue,) = assert_span(text, start, len(text) - 1).cues
    assert (cue.start, cue.end, cue.text, cue.rule) == (12, 26, "No evidence of", "absent.no-evidence")


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (2, 2), (3, 2), (0, 99)])
def test_offsets_outside_the_text_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="start and end must satisfy"):
        assert_span("No bone.", start, end)


def test_a_target_without_words_is_present() -> None:
    assert assert_span("No bone. --", 9, 11).value is AssertionValue.PRESENT


@pytest.mark.parametrize("marked", [marked for marked, _ in ALL if "?" not in marked])
def test_letter_case_changes_nothing(marked: str) -> None:
    text, spans = unmark(marked)
    for change in (str.upper, str.lower):
        changed = change(text)
        for start, end in spans if len(changed) == len(text) else ():
            assert assert_span(changed, start, end).value == assert_span(text, start, end).value


def test_the_pipeline_writes_one_assertion_per_mention_and_the_cues_as_spans() -> None:
    doc = load()("CT left hip. No heterotopic bone. Mature ossification of the iliopsoas, unchanged.")
    assertions = doc._.horad_assertions
    assert len(assertions) == len(doc._.horad_mentions)
    assert {"value", "historical", "cues"} == set(assertions[0])
    assert next((span.text, span.id_) for span in doc.spans["horad_cues"]) == ("No", "absent.no")


def test_a_text_without_mentions_gets_no_assertion() -> None:
    assert load()("")._.horad_assertions == []


def test_the_engine_is_a_registered_component() -> None:
    assert context.make.__name__ == "make"
    assert "horad_context" in load().pipe_names
