"""A small dataset folder for the tests of card and check."""

import hashlib
import json
from pathlib import Path
from typing import Any

from horad.datasets.about import About
from horad.datasets.card import write_card
from horad.datasets.rows import Material
from horad.datasets.split import Plan, split, write_split
from tests.datasets.made import result, write_results

ABOUT = About(name="HO samples", license="CC0-1.0", creators=("A. Person",), date="2026-01-31", citation="A. Person")
PLAN = Plan({"train": 0.5, "test": 0.5}, "salt")


def text_of(number: int) -> str:
    """A text that is like no other."""
    words = ("bone", "hip", "scan", "left", "seen", "again")
    return " ".join(f"{word}{chr(97 + number)}" for word in words)


def make_folder(place: Path) -> Path:
    """Texts, labels and results of twelve reports of six patients, split, and finished with a card."""
    texts = [{"id": f"r{n}", "text": text_of(n), "patient_id": f"p{n // 2}"} for n in range(12)]
    labels = [{"id": row["id"], "text": row["text"], "gold": {"ho_status": "present"}} for row in texts[:8]]
    for name, rows in (("texts", texts), ("labels", labels)):
        (place / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    results = [_result(row) for row in texts]
    write_results(place / "results.parquet", results)
    material = Material([place / name for name in ("texts.jsonl", "labels.jsonl", "results.parquet")])
    write_split(place / "folder", material, PLAN, split(material, PLAN))
    write_card(place / "folder", ABOUT)
    return place / "folder"


def _result(row: dict[str, Any]) -> Any:
    digest = hashlib.sha256(row["text"].encode()).hexdigest()
    span = {"start": 0, "end": 4, "text": row["text"][:4], "section": "findings", "rule": "a.b", "field": "ho_status"}
    return result(row["id"], row["patient_id"], ho_status="present", text_sha256=digest, evidence=[span])
