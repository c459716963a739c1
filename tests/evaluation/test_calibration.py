import random

import pytest

from horad.evaluation.calibration import BINS, Judged, brier, calibrate, calibration_error, spread
from horad.evaluation.cases import Case
from horad.evaluation.gold import GoldReport
from horad.evaluation.predictions import Prediction

NAMES = ("ho", "osteosarcoma", "infection")


def item(name: str, *chances: float, gold: str = "ho") -> Judged:
    return Judged(name, dict(zip(NAMES, chances, strict=False)), gold)


def made(n: int, confidence: float, right: float, seed: int = 3) -> list[Judged]:
    """Reports whose first probability is ``confidence`` and which are right in a share of ``right``."""
    source = random.Random(seed)
    return [
        item(f"{n}", confidence, 1 - confidence, gold="ho" if source.random() < right else "osteosarcoma")
        for n in range(n)
    ]


def case(name: str, gold: str, **chances: float) -> Case:
    ranked = sorted(chances.items(), key=lambda pair: -pair[1])
    given = [{"diagnosis": diagnosis, "probability": chance} for diagnosis, chance in ranked]
    report = GoldReport.model_validate({"id": name, "text": "x", "gold": {"diagnosis": gold}})
    return Case(report, Prediction.model_validate({"report_id": name, "differential": given}))


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], 0.0),
        ([item("a", 1.0)], 0.0),
        ([item("a", 1.0, gold="infection")], 1.0),
        ([item("a", 0.8, 0.2), item("b", 0.8, 0.2, gold="infection")], 0.3),
        ([item("a", 0.95, 0.05), item("b", 0.6, 0.4, gold="osteosarcoma")], 0.325),
    ],
)
def test_the_calibration_error_is_the_mean_gap_of_the_bins(items: list[Judged], expected: float) -> None:
    assert calibration_error(items) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([item("a", 1.0, 0.0)], 0.0),
        ([item("a", 1.0, 0.0, gold="osteosarcoma")], 2.0),
        ([item("a", 0.5, 0.5)], 0.5),
        ([item("a", 1.0, gold="infection")], 2.0),
    ],
)
def test_the_brier_score_is_over_all_candidates(items: list[Judged], expected: float) -> None:
    assert brier(items) == pytest.approx(expected)


def test_honest_probabilities_have_a_small_error_within_its_interval() -> None:
    found = spread([*made(400, 0.9, 0.9), *made(400, 0.6, 0.6, seed=4)])
    assert found.ece < 0.06
    assert found.ci[0] <= found.ece <= found.ci[1]


def test_a_reports_last_bin_holds_certainty() -> None:
    found = spread([item("a", 1.0)])
    assert [group.n for group in found.bins] == [0] * (BINS - 1) + [1]


def test_the_same_answers_give_the_same_interval() -> None:
    assert spread(made(50, 0.8, 0.7)) == spread(made(50, 0.8, 0.7))


def test_a_report_without_a_differential_is_wrong() -> None:
    found = calibrate([case("a", "ho", ho=0.9, osteosarcoma=0.1), case("b", "ho")], {"osteosarcoma"})
    assert (found.n, found.silent, found.top1, found.top3) == (2, 1, 0.5, 0.5)


def test_tumours_are_called_above_the_lowest_threshold_that_keeps_the_specificity() -> None:
    cases = [case(f"t{n}", "osteosarcoma", osteosarcoma=0.5 + n / 100, ho=0.4) for n in range(10)]
    cases += [case(f"n{n}", "normal", osteosarcoma=n / 100, ho=0.9) for n in range(20)]
    found = calibrate(cases, {"osteosarcoma"}).tumour
    assert (found.tumours, found.others) == (10, 20)
    assert [(point.threshold, point.sensitivity, point.specificity) for point in found.operating] == [
        (0.18, 1.0, 0.9),
        (0.19, 1.0, 0.95),
    ]


def test_the_net_benefit_of_finding_all_and_no_other_is_the_share_of_tumours() -> None:
    cases = [case("t", "osteosarcoma", osteosarcoma=0.9, ho=0.1), case("n", "ho", ho=1.0)]
    assert {
        point.net_benefit for point in calibrate(cases, {"osteosarcoma"}).tumour.curve if point.threshold < 0.9
    } == {0.5}


def test_nothing_to_measure_is_no_error() -> None:
    found = calibrate([], set())
    assert (found.n, found.top1, found.as_given.ece) == (0, None, 0.0)
