"""The screen never changes a result: what it holds back, the whole pipeline finds out of scope."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.findings.screen import load_screen
from horad.knowledge.load import load_rules
from horad.records import Metadata, Report
from horad.run.one import _content, _digest, _result, pipeline, read, read_record
from tests.made_reports import UNRELATED, reports

RULES = load_rules()
SENTENCES = sorted(
    {text.replace("[", "").replace("]", "") for rule in RULES.rules for text in (*rule.match, *rule.no_match)}
)
WORDS = sorted(RULES.vocabulary)
JOINTS = (" ", " ", " ", ". ", "\n", "\n\n", "-\n", ": ", ", ", "\n1. ", "™", " (", ") ", "’", "é ", "5", ".3")


@st.composite
def slips(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text with some characters lost, doubled, misread or put in."""
    text = draw(texts)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(0, len(text) - 1)))
        there = draw(
            st.sampled_from(["", text[at : at + 1] * 2, "rn", "0", "1", "5", "-\n", "\u0301", "\u00ad\n", "ﬁ"])
        )
        text = text[:at] + there + text[at + 1 :]
    return text


@st.composite
def soups(draw: st.DrawFn) -> str:
    """Words and example sentences of the rules in any order."""
    pieces = draw(st.lists(st.sampled_from(WORDS) | st.sampled_from(SENTENCES), min_size=1, max_size=12))
    return "".join(piece + draw(st.sampled_from(JOINTS)) for piece in pieces)


load_screen()  # a process that reads a few reports only does without


def both_ways(text: str) -> tuple[str, str]:
    """The result as it is read, and as the pipeline makes it without the screen."""
    report = Report(text=text, metadata=Metadata(id="a", extra={"ward": 3}), source="x.txt")
    whole = _result(_content(pipeline(), report, None, findings_only=False), report, _digest(text))
    return read_record(pipeline(), report).model_dump_json(), whole.model_dump_json()


@given(slips(reports()) | slips(soups()) | slips(st.lists(st.sampled_from(UNRELATED)).map(" ".join)))
def test_a_report_reads_the_same_with_and_without_the_screen(text: str) -> None:
    screened, whole = both_ways(text)
    assert screened == whole


@given(slips(st.sampled_from(SENTENCES)))
def test_a_rule_s_example_reads_the_same_with_and_without_the_screen(text: str) -> None:
    screened, whole = both_ways(text)
    assert screened == whole


@pytest.mark.parametrize(
    "text",
    [
        "There is a 2 cm mass. The underlying cortex of the bone is normal.",
        "There is a 2 cm mass. The under-\nlying cortex is normal.",
        "CT of the left thigh. There is a round mass. Oth-\nerwise normal.",
        "CT of the left thigh\n\nThere is a round mass. Otherwise normal.",
        "FINDINGS:\nLeft thigh: No fracture. There is a round mass. Otherwise normal.",
        "Left thigh: nothing else. There is a round calcified mass.",
        "EXAM: CT. Contrast was given. The left thigh was scanned.\nFINDINGS: There is a round mass. Otherwise normal.",
    ],
)
def test_what_stands_in_another_sentence_counts(text: str) -> None:
    screened, whole = both_ways(text)
    assert screened == whole
    assert '"in_scope":true' in whole


@pytest.mark.slow
@pytest.mark.parametrize("name", ["indiana_chest", "mtsamples_radiology"])
def test_real_reports_read_the_same_with_and_without_the_screen(
    name: str, shared: Path, portion: Callable[[int], int]
) -> None:
    lines = (shared / "data" / "text" / f"{name}.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines[: portion(len(lines))]]
    screened, whole = zip(*map(both_ways, texts), strict=True)
    assert screened == whole


@pytest.mark.parametrize(
    "text", ["Normal chest radiograph.", "No fracture. The heart is enlarged.", "", "Mild oedema."]
)
def test_a_report_of_other_things_is_held_back(text: str) -> None:
    assert not load_screen().passes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Heterotopic ossification.",
        "HETEROTOPIC OSSIFICATION",
        "Ectopic bone",
        "hip: HO",
        "heter0topic 0ssification",
        "heterotopic ossi-\nfication",
        "héterotopic ossificàtion",
        "osteosarcorna",
        "Brooker III",
        "Soft tissue mass",
        "A mass in the thigh",
        "DVT",
        "3.5HO",
    ],
)
def test_a_report_that_may_be_in_scope_passes(text: str) -> None:
    assert load_screen().passes(text)


def test_a_report_held_back_carries_what_its_source_says() -> None:
    result = read("Normal chest.", id="7", patient_id="p", study_date="2020-01-02", ward="A3")
    assert (result.report_id, result.patient_id, result.study_date, result.extra) == (
        "7",
        "p",
        "2020-01-02",
        {"ward": "A3"},
    )


def test_a_report_held_back_keeps_the_warnings_of_its_reader() -> None:
    result = read_record(pipeline(), Report(text="Normal chest.", warnings=("read as cp1252",)))
    assert [warning.message for warning in result.warnings] == ["read as cp1252"]
