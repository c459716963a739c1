"""The context of the patient: symptoms, laboratory, bone scan, time since injury, prophylaxis, cord injury."""

from collections.abc import Callable
from typing import Any

import pytest

from horad.findings import patient, risk_factors
from horad.findings.view import View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load


@pytest.fixture(scope="module", name="read")
def _read() -> Callable[[str], View]:
    nlp, rules = load(), load_rules()
    return lambda text: View(nlp(text), rules)


def context(view: View) -> dict[str, Any]:
    """The context of a report."""
    return patient.context(view, risk_factors.claims(view))


SYMPTOMS = [
    ("HISTORY: Groin pain and stiffness.", {"pain": "present", "stiffness": "present"}),
    ("HISTORY: No fever.", {"fever": "absent"}),
    ("HISTORY: Swollen, warm thigh.", {"swelling": "present", "warmth": "present"}),
    ("HISTORY: Cannot flex beyond 70 degrees.", {"reduced_range_of_motion": "present"}),
    ("HISTORY: New foot drop.", {"neurological_deficit": "present"}),
    ("Normal red marrow.", {}),
    ("Sacral pressure sore.", {}),
]


@pytest.mark.parametrize(("text", "expected"), SYMPTOMS, ids=[text for text, _ in SYMPTOMS])
def test_symptoms(read: Callable[[str], View], text: str, expected: dict[str, str]) -> None:
    assert {row["name"]: row["assertion"] for row in context(read(text))["symptoms"]} == expected


LABS = [
    ("HISTORY: ALP 240 U/L.", [("alkaline_phosphatase", 240.0, "U/L", None)]),
    ("HISTORY: CK 48,000, raised.", [("creatine_kinase", 48000.0, None, "high")]),
    ("HISTORY: CRP and ESR normal.", [("crp", None, None, "normal"), ("esr", None, None, "normal")]),
    ("HISTORY: Elevated alkaline phosphatase.", [("alkaline_phosphatase", None, None, "high")]),
    ("HISTORY: ALP not raised.", [("alkaline_phosphatase", None, None, "normal")]),
    ("HISTORY: D-dimer 8.4 three weeks ago.", [("d_dimer", 8.4, None, None)]),
    ("HISTORY: ALP normal 3 weeks ago.", [("alkaline_phosphatase", None, None, "normal")]),
    ("A cobalt-chrome head.", []),
    ("Calcium deposit in the tendon.", []),
]


@pytest.mark.parametrize(("text", "expected"), LABS, ids=[text for text, _ in LABS])
def test_labs(read: Callable[[str], View], text: str, expected: list[tuple[Any, ...]]) -> None:
    rows = context(read(text))["labs"]
    assert [(row["name"], row["value"], row["unit"], row["direction"]) for row in rows] == expected


SCANS = [
    ("Bone scan. Flow increased, pool increased, delayed images normal.", ("increased", "increased", "normal")),
    ("Bone scan. Perfusion and blood pool are normal.", ("normal", "normal", None)),
    ("Bone scan. Uptake is increased in all three phases.", ("increased", "increased", "increased")),
    ("Bone scan. No increased uptake on delayed images.", (None, None, "normal")),
]


@pytest.mark.parametrize(("text", "expected"), SCANS, ids=[text for text, _ in SCANS])
def test_bone_scan(read: Callable[[str], View], text: str, expected: tuple[str | None, ...]) -> None:
    scan = context(read(text))["bone_scan"]
    assert (scan["flow"], scan["pool"], scan["delayed"]) == expected


@pytest.mark.parametrize("text", ["Duplex: flow is normal.", "Bone scan of the hips."])
def test_no_bone_scan_phases(read: Callable[[str], View], text: str) -> None:
    assert context(read(text))["bone_scan"] is None


INTERVALS = [
    ("HISTORY: Eight months after a motorcycle crash.", 244),
    ("HISTORY: MVC five weeks ago.", 35),
    ("HISTORY: Postoperative day 9.", 9),
    ("HISTORY: Day 60 post TBI.", 60),
    ("HISTORY: One year following ORIF.", 365),
    ("HISTORY: TKR 5/12 ago.", 152),
    ("HISTORY: T4 complete SCI, 6 weeks.", 42),
    ("HISTORY: 34-year-old man with pain.", None),
    ("HISTORY: Six months of pain.", None),
    ("Repeat radiograph in six weeks.", None),
    ("COMPARISON: CT two months after surgery.", None),
]


@pytest.mark.parametrize(("text", "expected"), INTERVALS, ids=[text for text, _ in INTERVALS])
def test_interval(read: Callable[[str], View], text: str, expected: int | None) -> None:
    assert context(read(text))["injury_interval_days"] == expected


CORDS = [
    ("HISTORY: C5 AIS A.", {"level": "C5", "completeness": "complete"}),
    ("HISTORY: Incomplete T6 paraplegia.", {"level": "T6", "completeness": "incomplete"}),
    ("HISTORY: Paraplegia.", None),
    ("C5/6 disc arthroplasty.", None),
]


@pytest.mark.parametrize(("text", "expected"), CORDS, ids=[text for text, _ in CORDS])
def test_cord_injury(read: Callable[[str], View], text: str, expected: dict[str, str] | None) -> None:
    assert context(read(text))["cord_injury"] == expected


AGENTS = [
    ("HISTORY: THR, indomethacin for six weeks.", ["indometacin"]),
    ("HISTORY: THR with prophylactic radiotherapy, 7 Gy.", ["radiotherapy"]),
    ("HISTORY: Sarcoma, radiotherapy 50 Gy in 25 fractions.", []),
    ("Spicules radiate from the cortex.", []),
]


@pytest.mark.parametrize(("text", "expected"), AGENTS, ids=[text for text, _ in AGENTS])
def test_prophylaxis(read: Callable[[str], View], text: str, expected: list[str]) -> None:
    assert [row["agent"] for row in context(read(text))["prophylaxis"]] == expected


def test_context_lists_factors_beyond_the_summary(read: Callable[[str], View]) -> None:
    assert context(read("HISTORY: Paraplegia with a sacral pressure sore."))["risk_factors"] == [
        "pressure_ulcer",
        "spinal_cord_injury",
    ]
