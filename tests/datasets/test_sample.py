import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.datasets.sample import Sampler, _even, _shares, with_texts
from horad.datasets.strata import fields_of, uncertainty
from horad.errors import HoradError
from horad.records import Metadata, Report
from tests.datasets.made import place, result, write_results

RESULTS = [
    *(result(f"p{n:02}", ho_status="present", sites=[place("hip")]) for n in range(20)),
    *(result(f"a{n:02}", ho_status="absent", modality=["ct"]) for n in range(6)),
    result("h00", ho_status="historical", sites=[place("knee"), place("hip", "right")]),
]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_results(tmp_path / "results.parquet", RESULTS)


def test_each_stratum_gives_as_many_as_it_can(table: Path) -> None:
    report = Sampler(table).draw(15, ["status"], 7).report
    assert [(s.values["status"], s.available, s.asked, s.got) for s in report.strata] == [
        ("absent", 6, 5, 6),
        ("historical", 1, 5, 1),
        ("present", 20, 5, 8),
    ]


def test_a_proportional_sample_keeps_the_shares(table: Path) -> None:
    report = Sampler(table).draw(9, ["status"], 7, proportional=True).report
    assert [(s.values["status"], s.got) for s in report.strata] == [("absent", 2), ("historical", 0), ("present", 7)]


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_order_of_the_results_changes_nothing(order: int, table: Path, tmp_path: Path) -> None:
    shuffled = random.Random(order).sample(RESULTS, len(RESULTS))
    other = write_results(tmp_path / "other.jsonl", shuffled)
    by = ["status", "site", "modality", "uncertainty"]
    assert Sampler(other).draw(10, by, 7).drawn == Sampler(table).draw(10, by, 7).drawn


def test_another_seed_draws_other_reports(table: Path) -> None:
    sampler = Sampler(table)
    assert set(sampler.draw(9, ["status"], 1).drawn) != set(sampler.draw(9, ["status"], 2).drawn)


def test_a_larger_sample_holds_the_smaller_one(table: Path) -> None:
    sampler = Sampler(table)
    assert set(sampler.draw(6, ["status"], 1).drawn) < set(sampler.draw(12, ["status"], 1).drawn)


def test_of_the_same_text_one_is_drawn(tmp_path: Path) -> None:
    same = [result(name, ho_status="present", text_sha256="c" * 64) for name in "abc"]
    report = Sampler(write_results(tmp_path / "r.parquet", same)).draw(3, ["status"], 1).report
    assert (report.asked, report.got, report.repeated_texts) == (3, 1, 2)


def test_ids_that_stand_twice_are_refused(tmp_path: Path) -> None:
    rows = [result("a"), result("a"), result("b")]
    with pytest.raises(HoradError, match=r"r.parquet: 1 report ids stand more than once"):
        Sampler(write_results(tmp_path / "r.parquet", rows))


def test_several_sites_are_one_stratum(table: Path) -> None:
    report = Sampler(table).draw(27, ["site"], 1).report
    assert [s.values["site"] for s in report.strata] == ["hip", "hip + knee", "none"]


@pytest.mark.parametrize(
    ("probabilities", "name"),
    [
        (None, "none"),
        ([], "none"),
        ([1.0], "low"),
        ([1.0, 0.0, 0.0], "low"),
        ([0.9, 0.05, 0.05], "medium"),
        ([0.5, 0.5], "high"),
        ([0.25] * 4, "high"),
    ],
)
def test_uncertainty_is_the_entropy_of_the_differential(probabilities: Any, name: str) -> None:
    assert uncertainty(probabilities) == name


@given(st.dictionaries(st.tuples(st.text(max_size=3)), st.integers(1, 40), min_size=1, max_size=8), st.integers(1, 99))
def test_what_is_given_is_what_there_is_or_what_is_asked(available: dict[tuple[str], int], count: int) -> None:
    for given_ in (_even(available, count), _shares(available, count)):
        assert sum(given_.values()) == min(count, sum(available.values()))
        assert [key for key in available if given_[key] > available[key]] == []


@pytest.mark.parametrize(
    ("given_", "message"), [("status,colour", "no field 'colour'; choose from: status"), (",", "no field ''")]
)
def test_a_field_that_makes_no_stratum_is_told(given_: str, message: str) -> None:
    with pytest.raises(HoradError, match=message):
        fields_of(given_)


def test_texts_are_joined_with_their_stratum(table: Path) -> None:
    sample = Sampler(table).draw(1, ["status"], 7)
    (name,) = sample.drawn
    reports = [Report(text="HO.", metadata=Metadata(id=name, patient_id="p", extra={"ward": 3})), Report(text="no")]
    assert with_texts(sample, iter(reports), ["status"]) == [
        {"id": name, "text": "HO.", "patient_id": "p", "ward": 3, "stratum": {"status": "present"}}
    ]


def test_texts_that_do_not_hold_the_reports_drawn_are_refused(table: Path) -> None:
    with pytest.raises(HoradError, match="2 of 2 reports drawn are not in the texts"):
        with_texts(Sampler(table).draw(2, ["status"], 7), iter([]), ["status"])
