"""Every number is that of the stand-alone scorer, on made-up labels and answers that use every rule of it."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from horad.evaluation.cases import read_cases
from horad.evaluation.report import evaluate, to_json
from horad.terms import (
    Diagnosis,
    Feature,
    HoStatus,
    MarrowSignal,
    Maturity,
    Modality,
    Presence,
    Relation,
    RiskFactor,
    Side,
    Site,
    Tumour,
)
from tests.evaluation.made import TEXT, write_lines

_DISPUTED = ("ho_status", "sites", "maturity", "modality", "diagnosis", "features.cleft", "features.uptake", "features")
_GRADES = (("brooker", "III"), ("brooker", "iii"), ("other", "II"), ("other", 2), ("other", "b"), ("della_valle", "B"))


@pytest.fixture
def scorer(shared: Path) -> Path:
    path = shared / "tools" / "score.py"
    if not path.is_file():
        pytest.skip(f"needs the scorer at {path}")
    return path


def some(rng: random.Random, values: Any, most: int = 2) -> list[str]:
    return [str(value) for value in rng.sample(list(values), rng.randrange(most + 1))]


def summary(rng: random.Random) -> dict[str, Any]:
    made = {
        "ho_status": rng.choice(list(HoStatus)),
        "sites": [
            {"site": site, "side": rng.choice([Side.LEFT, Side.RIGHT, None])} for site in some(rng, list(Site)[:3])
        ],
        "maturity": rng.choice(list(Maturity)),
        "marrow_signal": rng.choice([*MarrowSignal, None]),
        "neurovascular": rng.choice([None, {}, {"relation": rng.choice(list(Relation)), "structures": ["x"]}]),
        "grades": [{"system": system, "value": value} for system, value in rng.sample(_GRADES, rng.randrange(3))],
        "features": {
            name: rng.choice(list(Presence)) for name in some(rng, [*list(Feature)[:4], "cleft", "uptake"], 3)
        },
        "tumour": rng.choice(list(Tumour)),
        "modality": some(rng, list(Modality)[:3]),
        "risk_factors": some(rng, list(RiskFactor)[:3]),
    }
    return {name: value for name, value in made.items() if rng.random() < 0.95}


def answer_to(rng: random.Random, labels: dict[str, Any]) -> dict[str, Any]:
    """Mostly the labels, here and there something else."""
    other = summary(rng)
    mixed = {name: other.get(name, value) if rng.random() < 0.3 else value for name, value in labels.items()}
    evidence = []
    for field in [*mixed, *[f"features.{name}" for name in mixed.get("features") or {}]]:
        start = rng.randrange(10)
        words = TEXT[start : start + 5] if rng.random() < 0.9 else "other"
        if rng.random() < 0.8:
            evidence.append({"start": start, "end": start + 5, "text": words, "field": field})
    ranked = [{"diagnosis": name} for name in some(rng, ["ho", "infection", "dvt", "fop"], 4)]
    return {"summary": mixed, "evidence": evidence, "differential": rng.choice([None, ranked, ranked])}


@pytest.mark.parametrize("seed", range(8))
def test_every_number_is_that_of_the_scorer(seed: int, scorer: Path, tmp_path: Path) -> None:
    rng = random.Random(seed)
    gold, results = [], []
    # One report speaks of everything, since the scorer itself cannot do without one in scope.
    for number in range(1 + rng.randrange(25)):
        labels = {**summary(rng), "ho_status": "present"} if number == 0 else summary(rng)
        if rng.random() < 0.2:
            labels = {**labels, "ho_status": "not_mentioned", "tumour": "not_mentioned"}
        extra = {"diagnosis": rng.choice(["ho", "myositis_ossificans", "dvt", *Diagnosis]), "disputed": []}
        if number and rng.random() < 0.4:
            extra["disputed"] = some(rng, _DISPUTED)
        gold.append(
            {"id": f"r{number}", "text": TEXT, "gold": {**labels, "ho_status": labels.get("ho_status"), **extra}}
        )
        results.append({"report_id": f"r{number}", **answer_to(rng, labels)})
    gold[0]["gold"]["ho_status"] = "present"
    rng.shuffle(results)
    paths = [str(write_lines(tmp_path / f"{name}.jsonl", rows)) for name, rows in (("g", gold), ("r", results))]
    done = subprocess.run([sys.executable, scorer, *paths, "--json"], capture_output=True, text=True, check=True)
    cases = read_cases(paths)
    assert to_json(evaluate(cases), cases)["scores"] == json.loads(done.stdout)
