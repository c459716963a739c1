from typing import Any

import pytest

from horad.records import Argument, Candidate, Evidence, Notice, ReportResult
from horad.terms import Diagnosis, Section
from horad.writers import ranking


def candidate(diagnosis: str, rank: int, probability: float, **more: Any) -> Candidate:
    return Candidate(diagnosis=Diagnosis(diagnosis), rank=rank, probability=probability, **more)


@pytest.mark.parametrize(
    ("share", "shown"),
    [(1.0, "> 99 %"), (0.994, "99 %"), (0.5, "50 %"), (0.005, "0 %"), (0.004, "< 1 %"), (0.0, "0 %")],
)
def test_a_probability_has_no_more_digits_than_it_can_mean(share: float, shown: str) -> None:
    assert ranking.percent(share) == shown


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("marrow_signal=fatty", "marrow signal: fatty"),
        ("cortical_rim=present", "cortical rim"),
        ("cortical_rim=absent", "cortical rim: absent"),
        ("risk.spinal_cord_injury=present", "risk: spinal cord injury"),
        ("age>=25<50", "age ≥ 25 < 50"),
    ],
)
def test_findings_in_words(name: str, words: str) -> None:
    assert ranking.plain(name) == words


@pytest.mark.parametrize(
    ("diagnosis", "name"), [("ho", "HO"), ("bpop", "BPOP"), ("synovial_sarcoma", "synovial sarcoma")]
)
def test_diagnoses_as_people_write_them(diagnosis: str, name: str) -> None:
    assert ranking.name_of(diagnosis) == name


def test_the_first_three_are_shown_and_the_unlikely_rest_is_one_line(result: ReportResult) -> None:
    chances = [("ho", 0.9), ("osteosarcoma", 0.004), ("bpop", 0.003), ("fop", 0.002), ("dvt", 0.001)]
    listed = tuple(candidate(name, rank, chance) for rank, (name, chance) in enumerate(chances, 1))
    (only,) = ranking.rankings(result.model_copy(update={"differential": listed}))
    assert [item.name for item in only.shown] == ["HO", "osteosarcoma", "BPOP"]
    assert only.rest_line == "2 more, < 1 % together: FOP, DVT"


@pytest.mark.parametrize(
    ("leaders", "lesions"),
    [
        ((), [""]),
        (("ho", "ho"), [""]),
        (
            ("ho", "osteosarcoma"),
            ["all lesions together", "f2: heterotopic ossification, left hip, anterior (iliopsoas)"],
        ),
    ],
)
def test_a_lesion_that_another_diagnosis_leads_has_its_own_list(
    leaders: tuple[str, ...], lesions: list[str], result: ReportResult
) -> None:
    found = tuple(
        result.findings[0].model_copy(update={"id": f"f{n}", "differential": (candidate(name, 1, 1.0),)})
        for n, name in enumerate(leaders, 1)
    )
    assert [listed.lesion for listed in ranking.rankings(result.model_copy(update={"findings": found}))] == lesions


def test_a_report_without_a_differential_has_no_list(result: ReportResult) -> None:
    assert ranking.rankings(result.model_copy(update={"differential": ()})) == []


def test_reasons_hold_their_words_and_their_share_of_the_heaviest(result: ReportResult) -> None:
    reasons = tuple(Argument(finding="cortical_rim=present", weight=w, source="S", evidence=(6,)) for w in (2.0, 1.0))
    listed = (candidate("ho", 1, 1.0, supporting=reasons),)
    item = ranking.rankings(result.model_copy(update={"differential": listed}))[0].shown[0]
    assert [(reason.words, item.share(reason)) for reason in item.supporting] == [
        (("cortical rim",), 100.0),
        (("cortical rim",), 50.0),
    ]


def test_a_conflict_that_is_an_alert_is_told_once(result: ReportResult) -> None:
    notice = Notice(code="laterality_conflict", message="The sides differ.")
    told = ranking.notices(result.model_copy(update={"alerts": (notice,), "conflicts": (notice,)}))
    assert (told["alert"], told["conflict"]) == ((notice,), ())


def test_words_are_told_once_in_reading_order(result: ReportResult) -> None:
    spans = tuple(
        Evidence(start=start, end=start + 1, text=text, section=Section.FINDINGS, rule="r.r", field="tumour")
        for start, text in ((5, "b"), (1, "a\n a"), (9, "b"))
    )
    assert ranking.quoted(result.model_copy(update={"evidence": spans}), [0, 1, 2]) == ("a a", "b")
