import pytest

from horad.evaluation.scores import NAMES, Accuracy, EvidenceScore, score, score_labels
from tests.evaluation.made import case, span

HIP_LEFT = {"site": "hip", "side": "left"}
HIP_RIGHT = {"site": "hip", "side": "right"}
KNEE = {"site": "knee", "side": "left"}

CASES = [
    case(
        {"ho_status": "present", "sites": [HIP_LEFT, KNEE], "maturity": "mature", "modality": ["ct"]},
        {"ho_status": "present", "sites": [HIP_LEFT], "maturity": "mature", "modality": ["ct", "mri"]},
    ),
    case(
        {"ho_status": "possible", "sites": [HIP_LEFT], "maturity": "immature"},
        {"ho_status": "present", "sites": [HIP_RIGHT], "maturity": "maturing"},
    ),
    case({"ho_status": "present", "disputed": ["ho_status"]}, {"ho_status": "absent"}),
    case({}, {"ho_status": "not_mentioned", "maturity": "mature", "modality": ["ct"], "features": {"cleft": "absent"}}),
]


@pytest.mark.parametrize(
    ("field", "n", "precision", "recall", "f1"),
    [
        pytest.param("ho_detect", 2, 1.0, 1.0, 1.0, id="both detected, the disputed one left out"),
        pytest.param("ho_status", 2, 0.5, 0.5, 0.5, id="one of two"),
        pytest.param("sites", 3, 0.5, 0.3333, 0.4, id="one of two given, one of three wanted"),
        pytest.param("site_only", 3, 1.0, 0.6667, 0.8, id="sides do not count"),
        pytest.param("maturity", 2, 0.3333, 0.5, 0.4, id="given where nothing was wanted"),
        pytest.param("modality", 1, 0.5, 1.0, 0.6667, id="not where nothing is spoken of"),
        pytest.param("features", 0, 1.0, 1.0, 1.0, id="nor features"),
    ],
)
def test_micro_scores(field: str, n: int, precision: float, recall: float, f1: float) -> None:
    got = score(CASES)[field].model_dump(exclude={"ci"})
    assert got == {"n": n, "precision": precision, "recall": recall, "f1": f1}


def test_the_scores_are_all_named() -> None:
    assert tuple(score(CASES)) == NAMES


def test_exact_status_counts_silence_too() -> None:
    assert score(CASES)["ho_status_exact"] == Accuracy(n=3, accuracy=0.6667, f1=0.6667)


@pytest.mark.parametrize(
    ("diagnosis", "differential", "top1", "top3"),
    [
        pytest.param("ho", ["ho", "infection"], (1, 1.0), (1, 1.0), id="first"),
        pytest.param("ho", ["dvt", "infection", "ho"], (1, 0.0), (1, 1.0), id="third"),
        pytest.param("ho", ["dvt", "infection", "bpop", "ho"], (1, 0.0), (1, 0.0), id="fourth"),
        pytest.param("myositis_ossificans", ["ho"], (1, 0.0), (1, 1.0), id="ho covers mo among three"),
        pytest.param("ho", ["myositis_ossificans"], (1, 0.0), (1, 0.0), id="mo does not cover ho"),
        pytest.param("dvt", [], (1, 0.0), (1, 0.0), id="no differential"),
        pytest.param("fracture", [], (0, None), (0, None), id="not ranked"),
        pytest.param("unknown", ["ho"], (0, None), (0, None), id="unknown"),
    ],
)
def test_diagnosis(
    diagnosis: str, differential: list[str], top1: tuple[int, float | None], top3: tuple[int, float | None]
) -> None:
    scores = score([case({"diagnosis": diagnosis}, {}, differential=differential)])
    for name, (n, accuracy) in (("diagnosis_top1", top1), ("diagnosis_top3", top3)):
        assert scores[name] == Accuracy(n=n, accuracy=accuracy, f1=1.0 if accuracy is None else accuracy)


def test_a_disputed_diagnosis_is_not_ranked() -> None:
    scores = score([case({"diagnosis": "ho", "disputed": ["diagnosis"]}, {}, differential=["dvt"])])
    assert scores["diagnosis_top1"] == Accuracy(n=0, accuracy=None, f1=1.0)


def test_evidence_must_lead_to_its_words_and_no_value_may_lack_it() -> None:
    made = case(
        {"ho_status": "present"},
        {"ho_status": "present", "maturity": "mature", "tumour": "not_mentioned", "features": {"cleft": "absent"}},
        evidence=[
            span("heterotopic ossification", "ho_status"),
            {**span("Mature", "maturity"), "start": 1},
            {**span("hip", "sites"), "start": -3},
        ],
    )
    scores = score([made])
    assert scores["evidence_offsets"] == EvidenceScore(n=3, wrong=2, f1=1 - 2 / 3)
    assert scores["evidence_missing"] == EvidenceScore(n=3, wrong=1, f1=1 - 1 / 3)


def test_without_any_evidence_there_is_no_merit() -> None:
    scores = score([case({}, {})])
    assert scores["evidence_offsets"] == EvidenceScore(n=0, wrong=0, f1=0.0)
    assert scores["evidence_missing"] == EvidenceScore(n=0, wrong=0, f1=0.0)


def test_every_label_is_counted_where_its_field_is_scored() -> None:
    labels = score_labels(CASES)
    counted = {counts.label: (counts.n, counts.hit, counts.wrong, counts.missed) for counts in labels["sites"]}
    assert counted == {"hip left": (2, 1, 0, 1), "hip right": (0, 0, 1, 0), "knee left": (1, 0, 0, 1)}
    assert labels["features"] == []
    [ct, mri] = labels["modality"]
    assert (ct.label, ct.f1, mri.label, mri.precision, mri.recall, mri.f1) == ("ct", 1.0, "mri", 0.0, 1.0, 0.0)
