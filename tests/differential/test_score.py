import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.differential.evidence import Observation
from horad.differential.score import Scored, cohort_of, rounded, score, terms_of
from tests.differential.made import BOOK

NAMES = [str(candidate.id) for candidate in BOOK.candidates]
KEYED = sorted({row.finding for row in BOOK.evidence if "=" in row.finding})
SEEN = st.lists(st.sampled_from(KEYED), max_size=12, unique=True)
COHORTS = st.sampled_from([cohort.id for cohort in BOOK.cohorts])
MALIGNANT = sorted(str(c.id) for c in BOOK.candidates if c.family == "malignant")


def observed(keys: list[str]) -> list[Observation]:
    return [Observation(name, value) for name, _, value in (key.partition("=") for key in keys)]


def scored(keys: list[str], cohort: str = "none_known") -> dict[str, Scored]:
    return {item.diagnosis: item for item in score(BOOK, cohort, terms_of(BOOK, observed(keys)))}


def weights(key: str) -> dict[str, float]:
    (row,) = BOOK.by_finding[key]
    return {**dict.fromkeys(NAMES, 0.0), **{str(w.diagnosis): w.log_lr for w in row.weights}}


@given(SEEN, COHORTS)
def test_the_probabilities_sum_to_one(keys: list[str], cohort: str) -> None:
    assert math.fsum(item.probability for item in scored(keys, cohort).values()) == pytest.approx(1)


@given(SEEN, st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_does_not_matter(keys: list[str], random: object) -> None:
    shuffled = list(keys)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert [(n, s.probability) for n, s in scored(keys).items()] == [
        (n, s.probability) for n, s in scored(shuffled).items()
    ]


@given(SEEN, st.sampled_from(KEYED), COHORTS)
def test_a_finding_never_lowers_the_diagnosis_that_it_fits_best(keys: list[str], key: str, cohort: str) -> None:
    given_weights = weights(key)
    best = max(given_weights.values())
    before = scored([k for k in keys if k != key], cohort)
    after = scored([*(k for k in keys if k != key), key], cohort)
    for name in (name for name, weight in given_weights.items() if weight == best):
        assert after[name].probability >= before[name].probability - 1e-12


@given(SEEN, st.sampled_from(KEYED))
def test_a_finding_never_turns_the_odds_against_the_diagnosis_it_fits_better_than_all(
    keys: list[str], key: str
) -> None:
    given_weights = weights(key)
    top = max(given_weights, key=lambda name: given_weights[name])
    before, after = scored([k for k in keys if k != key]), scored([*(k for k in keys if k != key), key])
    for name in NAMES:
        assert after[top].score - after[name].score >= before[top].score - before[name].score - 1e-9


@given(SEEN)
def test_the_findings_of_a_group_part_two_diagnoses_by_no_more_than_the_cap(keys: list[str]) -> None:
    group = "maturation"
    same = [key for key in keys if BOOK.by_finding[key][0].group == group]
    bare, full = scored([]), scored(same)
    shifts = [full[name].score - bare[name].score for name in NAMES]
    assert max(shifts) - min(shifts) <= BOOK.groups[group].cap + 1e-9


@given(SEEN, COHORTS)
def test_the_score_is_the_sum_of_its_lines(keys: list[str], cohort: str) -> None:
    for item in scored(keys, cohort).values():
        parts = (item.log_prior, *(term.weight for term in item.terms), *item.limits.values())
        assert item.score == pytest.approx(math.fsum(parts))


def test_what_is_not_mentioned_weighs_nothing_and_what_is_denied_does() -> None:
    silent, denied = scored([]), scored(["cortical_destruction=absent"])
    assert denied["osteosarcoma"].score < silent["osteosarcoma"].score
    assert scored(["cortical_destruction=unheard_of"]) == silent


def test_a_finding_that_is_only_possible_counts_in_part() -> None:
    key = "cortical_destruction"
    (whole,) = terms_of(BOOK, [Observation(key, "present")])["osteosarcoma"]
    (part,) = terms_of(BOOK, [Observation(key, "present", hedged=True)])["osteosarcoma"]
    assert part.weight == pytest.approx(whole.weight * BOOK.settings.hedged)
    assert part.finding == f"{key}=possible"


@given(SEEN)
def test_an_injury_never_reorders_the_malignant_diagnoses(keys: list[str]) -> None:
    others = [key for key in keys if BOOK.by_finding[key][0].group != "cause"]
    without, told = scored(others), scored([*others, "risk.trauma=present"])
    assert sorted(MALIGNANT, key=lambda n: -without[n].score) == sorted(MALIGNANT, key=lambda n: -told[n].score)


@pytest.mark.parametrize("injury", ["risk.trauma=present", "risk.fracture=present"])
def test_an_injury_does_not_clear_red_flags(injury: str) -> None:
    flags = ["cortical_destruction=present", "aggressive_periosteal_reaction=present", "osteoid_matrix=present"]
    told = scored([*flags, injury], "background")
    assert math.fsum(told[name].probability for name in MALIGNANT) > 0.8


@pytest.mark.parametrize(
    ("keys", "cohort"),
    [
        pytest.param(["risk.spinal_cord_injury=present", "risk.arthroplasty=present"], "spinal_cord_injury", id="cord"),
        pytest.param(["risk.trauma=present", "site=elbow"], "elbow_injury", id="elbow"),
        pytest.param(["risk.trauma=present", "site=thigh"], "background", id="other history"),
        pytest.param(["acetabular_fracture=present", "risk.fracture=present"], "acetabular_fracture", id="acetabulum"),
        pytest.param(["site=hip"], "none_known", id="nothing told"),
    ],
)
def test_the_cohort_is_the_first_that_fits(keys: list[str], cohort: str) -> None:
    assert cohort_of(BOOK, observed(keys)).id == cohort


@given(st.lists(st.floats(min_value=0.001, max_value=1), min_size=1, max_size=30), st.integers(2, 6))
def test_rounded_probabilities_sum_to_one(parts: list[float], digits: int) -> None:
    total = math.fsum(parts)
    shown = rounded([part / total for part in parts], digits)
    assert math.fsum(shown) == pytest.approx(1, abs=1e-9)
    assert all(abs(a - b / total) <= 10**-digits for a, b in zip(shown, parts, strict=True))
