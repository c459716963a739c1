"""What must hold for every report, however it is written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.records import ReportResult, Summary
from horad.run.one import read
from tests.made_reports import REWRITINGS, UNRELATED, bodies, reports, with_sentence, wrapped, written
from tests.renew_samples import REPORTS

SAMPLES = {path.stem: path.read_text("utf-8") for path in sorted(REPORTS.glob("*.txt"))}


def said(summary: Summary) -> dict[str, Any]:
    """The summary without the order inside its lists, which is that of the text."""
    values = summary.model_dump(mode="json")
    return {name: sorted(value, key=str) if isinstance(value, list) else value for name, value in values.items()}


def fields_that_speak(summary: Summary) -> set[str]:
    """The fields of the summary that say something, and so need evidence."""
    told = {f"features.{name}" for name in summary.features}
    lists = {name for name in ("sites", "grades", "modality", "risk_factors") if getattr(summary, name)}
    values = {name: getattr(summary, name) for name in ("ho_status", "maturity", "marrow_signal", "tumour")}
    values["neurovascular"] = summary.neurovascular.relation
    return told | lists | {name for name, value in values.items() if not value.startswith("not_")}


def unsupported(result: ReportResult) -> set[str]:
    return fields_that_speak(result.summary) - {mark.field for mark in result.evidence}


def misplaced(result: ReportResult, text: str) -> list[str]:
    return [mark.text for mark in result.evidence if text[mark.start : mark.end] != mark.text]


@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES)
def test_sample_evidence_is_exact_and_complete(text: str) -> None:
    result = read(text)
    assert (misplaced(result, text), unsupported(result)) == ([], set())


@pytest.mark.parametrize("way", REWRITINGS)
@pytest.mark.parametrize("case", SAMPLES)
def test_a_sample_written_otherwise_says_the_same(case: str, way: str) -> None:
    again = REWRITINGS[way](SAMPLES[case])
    result = read(again)
    assert misplaced(result, again) == []
    assert said(result.summary) == said(read(SAMPLES[case]).summary)


@pytest.mark.parametrize("sentence", UNRELATED)
@pytest.mark.parametrize("case", SAMPLES)
def test_an_unrelated_sentence_changes_no_sample(case: str, sentence: str) -> None:
    assert read(with_sentence(SAMPLES[case], sentence)).summary == read(SAMPLES[case]).summary


@given(reports())
def test_evidence_is_exact_and_complete(text: str) -> None:
    result = read(text)
    assert (misplaced(result, text), unsupported(result)) == ([], set())


@pytest.mark.parametrize("way", REWRITINGS)
@given(text=reports())
def test_a_report_written_otherwise_says_the_same(way: str, text: str) -> None:
    assert said(read(REWRITINGS[way](text)).summary) == said(read(text).summary)


@given(reports(), st.integers(60, 100))
def test_line_width_means_nothing(text: str, width: int) -> None:
    assert read(wrapped(text, width)).summary == read(text).summary


@given(reports(), st.sampled_from(UNRELATED))
def test_an_unrelated_sentence_changes_nothing(text: str, sentence: str) -> None:
    assert read(with_sentence(text, sentence)).summary == read(text).summary


@given(bodies(), st.permutations(range(3)))
def test_the_order_of_sections_means_nothing(body: tuple[str, str, str, str], order: list[int]) -> None:
    title, *sections = written(body).rstrip("\n").split("\n\n")
    again = "\n\n".join([title, *(sections[index] for index in order)]) + "\n"
    assert said(read(again).summary) == said(read(written(body)).summary)


def test_a_numeral_on_the_next_line_belongs_to_its_grade() -> None:
    findings = (
        "There is heterotopic ossification about the left hip. It lies 8 mm from the nearest nerve. It arises from the "
        "adjacent cortex. The findings correspond to Brooker grade III (previously grade II on the old radiographs)."
    )
    text = written(("CT of the left hip", "Pain for two years.", findings, "Heterotopic ossification of the left hip."))
    assert read(wrapped(text, 60)).summary == read(text).summary
