"""horad never advises treatment, timing or tissue sampling: not in its own sentences, whatever a report says."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from horad.knowledge.alerts import load_alerts
from horad.run.one import read
from horad.terms import ProphylaxisAgent, RiskFactor
from horad.writers.html import page

ROOT = Path(__file__).resolve().parent.parent
# Words of advice, and of what may be advised. A sentence of horad's own holds neither.
ADVICE = re.compile(
    r"\b(recommend(s|ed)? |(is|are|be) (recommended|advised|advisable|indicated|needed|warranted)|we advise|"
    r"(should|must) (undergo|receive|be (\w+ly )?(excised|resected|biopsied|treated|repeated|delayed|followed))|"
    r"consider(ing)? (a|an|the|early|biops\w+|excision|surgery|referral)|refer(ral)? (to|for)|needs? (a|an|to be) |"
    r"follow[- ]up (in|is|imaging|with)|repeat (imaging|radiograph\w*|ct|mri)|treat(ed|ment)? with|safe to|"
    r"too early|wait (for|until)|delay(ed)? (excision|surgery)|undergo resection)\b",
    re.IGNORECASE,
)
ACTS = re.compile(r"\b(biops(y|ies)|excis\w+|resect\w+|surgery|radiotherapy|indomet(h)?acin|nsaids?)\b", re.IGNORECASE)
# What an installation lacks, and an output that is in use.
OF_THE_PROGRAM = re.compile(r"needs an extra: pip install|another horad is writing there; wait for it")
# What a value means, and what a user is told to do with the program, is no advice about a patient.
PROGRAM = ("horad/terms.py", "horad/cli", "horad/readers", "horad/errors.py", "horad/imaging")
# Reports that do advise: none of it may come back outside a quoted span.
ADVISING = [
    "CT thigh: ossified mass in the vastus, suspicious for osteosarcoma. Biopsy is recommended within 2 weeks.",
    "CT left hip: immature heterotopic ossification, increased. Excision should be delayed for 12 months.",
    "CT left hip: heterotopic ossification encases the sciatic nerve. Consider indomethacin.",
    "CT left hip: Brooker II heterotopic ossification, ankylosis. Radiotherapy is indicated. Refer to orthopaedics.",
    "MRI thigh: myositis ossificans or sarcoma. Repeat imaging in 4 weeks is advised. Do not biopsy.",
]


def sentences_in_code() -> Iterator[Any]:
    """Every string of the code that may reach a reader: no docstrings, no patterns."""
    for path in sorted((ROOT / "horad").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(PROGRAM):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        described = {id(told) for node in ast.walk(tree) if isinstance(node, documented) and (told := _docstring(node))}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
                yield pytest.param(node.value, id=f"{name}:{node.lineno}:{node.col_offset}")


def _docstring(node: Any) -> Any:
    return node.body[0].value if node.body and isinstance(node.body[0], ast.Expr) else None


def sentences_in_data() -> Iterator[Any]:
    """Every sentence of the tables that an output repeats."""
    for alert in load_alerts():
        for number, text in enumerate((alert.message, *(reason.text for reason in alert.reason))):
            yield pytest.param(text, id=f"alerts.toml:{alert.code}:{number}")
    for row in tomllib.loads((ROOT / "models" / "grading" / "clock.toml").read_text("utf-8"))["interval"]:
        yield pytest.param(row["event"], id=f"clock.toml:{row['source']}")
    for path in sorted((ROOT / "horad").rglob("*.html")):
        text = re.sub(r"<style>.*?</style>|<[^>]+>|{[%{].*?[%}]}", " ", path.read_text("utf-8"), flags=re.DOTALL)
        yield pytest.param(text, id=path.relative_to(ROOT).as_posix())


def all_sentences() -> list[str]:
    return [str(parameter.values[0]) for parameter in (*sentences_in_code(), *sentences_in_data())]


def test_no_sentence_of_the_program_advises() -> None:
    assert [text for text in all_sentences() if ADVICE.search(OF_THE_PROGRAM.sub("", text))] == []


@pytest.mark.parametrize(
    "text", [row.values[0] for row in sentences_in_data()], ids=[row.id for row in sentences_in_data()]
)
def test_no_table_advises_or_names_an_act(text: str) -> None:
    assert ADVICE.search(text) is None
    assert ACTS.search(text) is None


@pytest.mark.parametrize("text", ADVISING, ids=[text[:40] for text in ADVISING])
def test_advice_of_a_report_comes_back_only_as_a_quoted_span(text: str) -> None:
    result = read(text)
    document = result.model_dump(mode="json")
    for span in document["evidence"]:
        assert text[span["start"] : span["end"]] == span.pop("text")
    named = {*RiskFactor, *ProphylaxisAgent}  # what is in the report, as values of closed vocabularies
    own = [value for value in strings(document) if value not in named and (ADVICE.search(value) or ACTS.search(value))]
    assert own == []


@pytest.mark.parametrize("text", ADVISING, ids=[text[:40] for text in ADVISING])
def test_the_page_advises_only_in_the_words_of_the_report(text: str) -> None:
    html = page([(read(text), "")])
    spoken = re.sub(
        r'<style>.*?</style>|<span class="words">.*?</span>|<code>.*?</code>|<[^>]+>', " ", html, flags=re.DOTALL
    )
    assert ADVICE.search(spoken) is None


@pytest.mark.parametrize(
    "text",
    [
        "Biopsy is recommended.",
        "Consider early excision.",
        "Should undergo resection.",
        "Repeat CT in 6 weeks is advised.",
    ],
)
def test_the_check_sees_advice(text: str) -> None:
    assert ADVICE.search(text)


def strings(value: Any) -> Iterator[str]:
    """Every string of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
