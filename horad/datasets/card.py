"""The card of a dataset: a page for people, Croissant metadata for machines, the counts, and the sums of the files."""

import json
from pathlib import Path
from typing import Any

from horad.datasets.about import About
from horad.datasets.counts import count
from horad.datasets.croissant import croissant
from horad.datasets.flow import Flow, as_text
from horad.datasets.folder import CARD, COUNTS, CROISSANT, data_files, read_json
from horad.datasets.manifest import write_sums
from horad.datasets.split import read_split
from horad.errors import SourceError
from horad.writers.commit import new_file

_TEMPLATE = Path(__file__).with_name("card.md")
_QUESTIONS = {
    "motivation": "Why was it made?",
    "collection": "Where do the reports come from, and of what time?",
    "sampling": "How were they chosen?",
    "annotation": "Who labelled them, and by which guideline?",
    "deidentification": "How were identifiers removed?",
    "consent": "Which approval or consent covers it?",
    "uses": "What is it for, and what is it not for?",
    "limits": "What is known to be wrong or missing?",
    "maintenance": "Who keeps it, and how are errors reported?",
}
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def write_card(
    folder: Path,
    about: About,
    *,
    evaluation: Path | None = None,
    agreement: Path | None = None,
    flow: Path | None = None,
) -> dict[str, Any]:
    """Write card, metadata, counts and sums into a folder that split wrote; answer with the counts.

    Raises:
        SourceError: if the folder is none, holds no rows, or a file given is not of its form.
    """
    split = read_split(folder)
    if not data_files(folder):
        raise SourceError(f"{folder}: holds no rows; name a folder that horad dataset split wrote")
    counts = count(folder)
    quality = {"evaluation": _scores(evaluation), "agreement": _figures(agreement)}
    document = {"about": about.model_dump(), **counts, "label_quality": quality}
    shown = as_text(_flow(flow)) if flow else ""
    _write(folder / COUNTS, json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n")
    _write(folder / CARD, _page(folder, about, counts, split, {**quality, "flow": shown}))
    _write(folder / CROISSANT, croissant(folder, about))
    write_sums(folder)
    return counts


def _page(folder: Path, about: About, counts: dict[str, Any], split: dict[str, Any], rest: dict[str, Any]) -> str:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, trim_blocks=True, autoescape=False)  # noqa: S701 - Markdown
    reports = max(sum(own["reports"] for own in kind["parts"].values()) for kind in counts["kinds"].values())
    flow = rest["flow"] and f"```text\n{rest['flow']}```\n"
    files: dict[str, list[tuple[str, str]]] = {}
    parts = list(split["parts"])
    for file in sorted(data_files(folder), key=lambda file: parts.index(file.part)):
        files.setdefault(file.kind, []).append((file.part, file.path.name))
    return environment.from_string(_TEMPLATE.read_text("utf-8")).render(
        {
            **rest,
            "about": about,
            "counts": counts,
            "split": split,
            "flow": flow,
            "files": files,
            "kinds": list(counts["kinds"]),
            "parts": parts,
            "size": next((name for below, name in _SIZES if reports < below), "n>1M"),
            "answers": [(question, getattr(about, key)) for key, question in _QUESTIONS.items()],
        }
    )


def _write(target: Path, text: str) -> None:
    with new_file(target) as place:
        place.write_text(text, "utf-8", newline="\n")


def _scores(path: Path | None) -> dict[str, Any] | None:
    """What ``horad evaluate --json`` measured, without listed errors, which quote reports."""
    if path is None:
        return None
    document = read_json(path)
    if not isinstance(document.get("scores"), dict) or "reports" not in document:
        raise SourceError(f"{path}: is not what horad evaluate --json prints")
    scores = {
        field: {key: score.get(key) for key in ("n", "precision", "recall", "f1", "ci")}
        for field, score in document["scores"].items()
    }
    return {"reports": document["reports"], "made_by": document.get("made_by", []), "scores": scores}


def _figures(path: Path | None) -> dict[str, Any] | None:
    """What ``horad dataset agreement --json`` measured; readers are numbered, not named."""
    from pydantic import ValidationError

    from horad.datasets.agreement import AgreementReport

    if path is None:
        return None
    try:
        report = AgreementReport.model_validate(read_json(path))
    except ValidationError:
        raise SourceError(f"{path}: is not what horad dataset agreement --json prints") from None
    numbers = {name: f"reader {number}" for number, name in enumerate(report.readers, start=1)}
    document = report.model_dump(mode="json")
    document["readers"] = list(numbers.values())
    for field in document["fields"]:
        field["labels"] = []
        for pair in field["pairs"]:
            pair["readers"] = [numbers[name] for name in pair["readers"]]
    return document


def _flow(path: Path) -> Flow:
    from pydantic import ValidationError

    try:
        return Flow.model_validate(read_json(path))
    except ValidationError:
        raise SourceError(f"{path}: is not a flow as horad dataset find --flow FILE.json writes it") from None
