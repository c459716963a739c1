"""Label Studio: tasks with predictions, the labelling configuration beside them, and exported annotations back.

Label Studio counts code points (older versions counted UTF-16 units), and a line break of two characters as one or as
two; what comes back is laid on the text by whichever count meets the words that stand in the region.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from horad.datasets.formats.document import LABELS, SILENT, Document, Span
from horad.datasets.texts import sha256
from horad.errors import SourceError
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
from horad.writers.commit import new_file

_ONE: Mapping[str, Iterable[str]] = {
    "ho_status": HoStatus, "maturity": Maturity, "marrow_signal": MarrowSignal, "relation": Relation, "tumour": Tumour,
    "diagnosis": Diagnosis,
}  # fmt: skip
_SOME: Mapping[str, Iterable[str]] = {"modality": Modality, "risk_factors": RiskFactor}
_PAIRS: Mapping[str, tuple[str, str]] = {"sites": ("site", "side"), "grades": ("system", "value")}


def write(documents: Iterable[Document], out: Path, levels: Mapping[str, Iterable[str]]) -> None:
    """Write the tasks, and the configuration to ``OUT.config.xml``; ``levels`` are those of the grading systems."""
    with new_file(out) as place, place.open("w", encoding="utf-8", newline="\n") as file:
        file.write("[")
        for number, document in enumerate(documents):
            file.write(",\n" if number else "\n")
            file.write(json.dumps(_task(document), ensure_ascii=False))
        file.write("\n]\n")
    with new_file(out.with_name(f"{out.name}.config.xml")) as place:
        place.write_text(_config(levels), "utf-8", newline="\n")


def read(path: Path) -> Iterator[Document]:
    """The annotated tasks of a JSON export; a task that nobody annotated is passed over.

    Where several have annotated a task, the last one counts, and the fields on which they differ are in dispute.

    Raises:
        SourceError: if it is no export of such tasks, or a region does not lie on its words.
    """
    try:
        tasks = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise SourceError(f"{path}: is not the JSON export of Label Studio") from None
    for number, task in enumerate(tasks if isinstance(tasks, list) else [tasks], start=1):
        try:
            yield from _documents(task)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            raise SourceError(
                f"{path}: task {number} cannot be read; export as JSON (not JSON-MIN) from a project with the "
                "configuration that horad wrote, and leave the texts as they were"
            ) from None


def _task(document: Document) -> dict[str, Any]:
    prediction: dict[str, Any] = {"model_version": document.made_by, "result": list(_results(document))}
    if document.score is not None:
        prediction["score"] = document.score
    data = {"text": document.text, "report_id": document.id, "text_sha256": sha256(document.text)}
    return {"data": data, "predictions": [prediction]}


def _results(document: Document) -> Iterator[dict[str, Any]]:
    for number, span in enumerate(document.spans, start=1):
        words = document.text[span.start : span.end]
        value = {"start": span.start, "end": span.end, "text": words, "labels": [span.label]}
        yield {"id": f"s{number}", **_part("words", "labels", value)}
    labels = document.labels
    relation = labels["neurovascular"]
    flat = {**labels, "relation": relation["relation"]}
    for name in _ONE:
        yield _part(name, "choices", {"choices": [flat[name]]})
    lists = {
        **{name: ("choices", "choices", list(labels[name])) for name in _SOME},
        **{
            name: ("taxonomy", "taxonomy", [[item[one], item[two]] for item in labels[name]])
            for name, (one, two) in _PAIRS.items()
        },
        "features": ("taxonomy", "taxonomy", [list(item) for item in labels["features"].items()]),
        "structures": ("textarea", "text", list(relation["structures"])),
    }
    for name, (kind, key, items) in lists.items():
        if items:
            yield _part(name, kind, {key: items})


def _part(name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"from_name": name, "to_name": "text", "type": kind, "value": value}


def _documents(task: dict[str, Any]) -> Iterator[Document]:
    text, name = task["data"]["text"], task["data"]["report_id"]
    done = [one for one in task.get("annotations") or () if not one.get("was_cancelled")]
    done.sort(key=lambda one: str(one.get("updated_at") or one.get("created_at") or ""))
    if not done:
        return
    said = [_labels(one["result"]) for one in done]
    disputed = [field for field in said[-1] if any(other[field] != said[-1][field] for other in said)]
    labels = {**said[-1], **({"disputed": disputed} if disputed else {})}
    regions = [part["value"] for part in done[-1]["result"] if part["from_name"] == "words"]
    spans = {Span(*_place(text, region), label) for region in regions for label in region["labels"]}
    yield Document(str(name), text, tuple(sorted(spans)), labels)


def _labels(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The labels of one annotation; what was left empty says nothing."""
    given = {part["from_name"]: part["value"] for part in parts}
    labels = dict(SILENT)
    for name in _ONE:
        if name != "relation" and given.get(name, {}).get("choices"):
            labels[name] = given[name]["choices"][0]
    for name, terms in _SOME.items():
        labels[name] = [str(term) for term in terms if term in given.get(name, {}).get("choices", [])]
    for name, (one, two) in _PAIRS.items():
        paths = given.get(name, {}).get("taxonomy", [])
        labels[name] = [{one: path[0], two: path[1] if len(path) > 1 else "unspecified"} for path in paths]
    labels["features"] = dict(path for path in given.get("features", {}).get("taxonomy", []))
    structures = given.get("structures", {}).get("text", [])
    labels["neurovascular"] = {
        "relation": (given.get("relation", {}).get("choices") or [SILENT["neurovascular"]["relation"]])[0],
        "structures": [structures] if isinstance(structures, str) else list(structures),
    }
    return labels


def _place(text: str, region: Mapping[str, Any]) -> tuple[int, int]:
    """Where a region lies in code points; Label Studio may have collapsed the white space of its words."""
    wanted = "".join(str(region["text"]).split())
    for offsets in (_code_points, _utf16, _single_breaks, _utf16_single_breaks):
        counted = offsets(text)
        start, end = (counted.get(int(region[bound])) for bound in ("start", "end"))
        if start is not None and end is not None and "".join(text[start:end].split()) == wanted:
            return start, end
    raise ValueError


def _code_points(text: str) -> dict[int, int]:
    return _offsets(text, lambda _: 1, two_breaks=True)


def _utf16(text: str) -> dict[int, int]:
    return _offsets(text, _units, two_breaks=True)


def _single_breaks(text: str) -> dict[int, int]:
    return _offsets(text, lambda _: 1, two_breaks=False)


def _utf16_single_breaks(text: str) -> dict[int, int]:
    return _offsets(text, _units, two_breaks=False)


def _units(letter: str) -> int:
    return 1 + (ord(letter) > 0xFFFF)  # beyond this a letter takes two UTF-16 units


def _offsets(text: str, width: Callable[[str], int], *, two_breaks: bool) -> dict[int, int]:
    """Their offset → ours."""
    found, theirs = {}, 0
    for ours, letter in enumerate(text):
        found[theirs] = ours
        is_half = letter == "\r" and text[ours + 1 : ours + 2] == "\n"
        theirs += 0 if is_half and not two_breaks else width(letter)
    found[theirs] = len(text)
    return found


def _config(levels: Mapping[str, Iterable[str]]) -> str:
    labels = "".join(f"    <Label value={quoteattr(label)}/>\n" for label in LABELS)
    parts = [
        '<View>\n  <Style>.htx-text { white-space: pre-wrap; }</Style>\n  <Labels name="words" toName="text">\n',
        f'{labels}  </Labels>\n  <Text name="text" value="$text" granularity="word"/>\n',
        *[_choices(name, values, "single-radio") for name, values in _ONE.items()],
        '  <TextArea name="structures" toName="text" editable="true" placeholder="structures"/>\n',
        *[_choices(name, values, "multiple") for name, values in _SOME.items()],
        _taxonomy("sites", {str(site): list(Side) for site in Site}),
        _taxonomy("grades", levels),
        _taxonomy("features", {str(feature): list(Presence) for feature in Feature}),
        "</View>\n",
    ]
    return "".join(parts)


def _choices(name: str, values: Iterable[str], choice: str) -> str:
    options = "".join(f"    <Choice value={quoteattr(str(value))}/>\n" for value in values)
    head = f'  <Header value="{name}"/>\n  <Choices name="{name}" toName="text" choice="{choice}">\n'
    return f"{head}{options}  </Choices>\n"


def _taxonomy(name: str, branches: Mapping[str, Iterable[str]]) -> str:
    options = ""
    for branch, leaves in branches.items():
        inner = "".join(f"      <Choice value={quoteattr(str(leaf))}/>\n" for leaf in leaves)
        options += f"    <Choice value={quoteattr(branch)}>\n{inner}    </Choice>\n"
    head = f'  <Header value="{name}"/>\n  <Taxonomy name="{name}" toName="text" leafsOnly="true">\n'
    return f"{head}{options}  </Taxonomy>\n"
