"""Labelled reports and answers for the tests of this folder, in a few words."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from horad.evaluation.cases import Case
from horad.evaluation.gold import GoldReport
from horad.evaluation.predictions import Prediction

TEXT = "Mature heterotopic ossification about the left hip."
SAYS_NOTHING = {"ho_status": "not_mentioned", "tumour": "not_mentioned", "diagnosis": "unknown"}


def gold_row(name: str = "a", text: str = TEXT, **labels: Any) -> dict[str, Any]:
    """A line of gold; labels that are not given say nothing."""
    return {"id": name, "text": text, "gold": {**SAYS_NOTHING, **labels}}


def result_row(
    name: str = "a",
    summary: Mapping[str, Any] | None = None,
    evidence: Iterable[Mapping[str, Any]] = (),
    differential: Iterable[str | Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """A line of results, as small as it may be."""
    ranked = [{"diagnosis": item} if isinstance(item, str) else item for item in differential]
    return {"report_id": name, "summary": summary or {}, "evidence": list(evidence), "differential": ranked}


def span(words: str, field: str, rule: str = "made.rule", text: str = TEXT) -> dict[str, Any]:
    """The evidence of some words of a text."""
    start = text.index(words)
    return {"start": start, "end": start + len(words), "text": words, "field": field, "rule": rule}


def case(gold: Mapping[str, Any], summary: Mapping[str, Any], **rest: Any) -> Case:
    """One pair; ``rest`` are ``id``, ``text``, ``evidence`` and ``differential``."""
    name, text = rest.pop("id", "a"), rest.pop("text", TEXT)
    report = GoldReport.model_validate(gold_row(name, text, **gold))
    return Case(report, Prediction.model_validate(result_row(name, summary, **rest)))


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path
