"""Check a published dataset again: files, sums, shapes, ids, patients, counts, near duplicates, identifiers."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from horad.datasets.counts import count
from horad.datasets.croissant import errors_of
from horad.datasets.duplicates import twins
from horad.datasets.folder import CARD, COUNTS, CROISSANT, DataFile, data_files, read_json, read_rows
from horad.datasets.manifest import differences
from horad.datasets.split import read_split
from horad.errors import HoradError
from horad.knowledge.dataset import load_published_fields
from horad.records.record import Record

CHECKS = ("sums", "card", "metadata", "shape", "ids", "patients", "counts", "duplicates", "identifiers", "evidence")


class Failure(Record):
    """What is wrong: the check, and what it found where; no value of a row is quoted."""

    check: str
    what: str


@dataclass
class _Content:
    """All rows of a folder, by kind and id."""

    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    parts: dict[str, set[str]] = field(default_factory=dict)
    patients: dict[str, set[str]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def add(self, file: DataFile) -> None:
        """Take the rows of a file in; what is not of its shape, or stands twice, is a failure."""
        own = self.rows.setdefault(file.kind, {})
        try:
            for row in read_rows(file):
                if row["id"] in own:
                    self.failures.append(
                        Failure(check="ids", what=f"{file.path.name}: an id stands twice in {file.kind}")
                    )
                own[row["id"]] = row
                self.parts.setdefault(row["id"], set()).add(file.part)
                if patient := row.get("patient_id"):
                    self.patients.setdefault(str(patient), set()).add(file.part)
        except HoradError as error:
            self.failures.append(Failure(check="shape", what=str(error).replace(str(file.path), file.path.name)))


def verify(folder: Path) -> list[Failure]:
    """Everything that is wrong with a dataset.

    Raises:
        SourceError: if the folder is none that split and card wrote.
    """
    split = read_split(folder)
    content = _Content()
    files = data_files(folder)
    for file in files:
        content.add(file)
    told = [
        *_told("sums", differences, folder),
        *_told("card", _card, folder),
        *_told("metadata", lambda place: [f"{CROISSANT}: {found}" for found in errors_of(place / CROISSANT)], folder),
        *content.failures,
        *_ids(content, files, split),
        *_patients(content),
        *_duplicates(content, split),
        *_identifiers(content),
        *_evidence(content),
    ]
    if not any(failure.check == "shape" for failure in told):
        told += _told("counts", _counts, folder)
    return sorted(told, key=lambda failure: CHECKS.index(failure.check))


def _told(check: str, look: Any, folder: Path) -> Iterator[Failure]:
    try:
        for what in look(folder):
            yield Failure(check=check, what=what)
    except HoradError as error:
        yield Failure(check=check, what=str(error))


def _card(folder: Path) -> Iterator[str]:
    try:
        text = (folder / CARD).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        yield f"{CARD}: is missing or cannot be read"
        return
    head = text.split("\n---\n", 1)[0]
    for key in ("license:", "configs:", "pretty_name:"):
        if not text.startswith("---\n") or f"\n{key}" not in head:
            yield f"{CARD}: its header has no {key.rstrip(':')}"


def _counts(folder: Path) -> Iterator[str]:
    document, counted = read_json(folder / COUNTS), count(folder)
    for key, value in counted.items():
        if document.get(key) != value:
            yield f"{COUNTS}: {key}: is not what the files hold"


def _ids(content: _Content, files: list[DataFile], split: Mapping[str, Any]) -> Iterator[Failure]:
    for file in files:
        if file.part not in split["parts"]:
            yield Failure(check="ids", what=f"{file.path.name}: split.json knows no part {file.part}")
    across = sum(len(parts) > 1 for parts in content.parts.values())
    if across:
        yield Failure(check="ids", what=f"{across} reports are in more than one part")
    texts = content.rows.get("texts")
    for kind, own in content.rows.items():
        if texts is not None and kind != "texts" and (alone := len(own.keys() - texts.keys())):
            yield Failure(check="ids", what=f"{alone} reports of the {kind} have no text")


def _patients(content: _Content) -> Iterator[Failure]:
    across = sum(len(parts) > 1 for parts in content.patients.values())
    if across:
        yield Failure(check="patients", what=f"{across} patients are in more than one part")


def _duplicates(content: _Content, split: Mapping[str, Any]) -> Iterator[Failure]:
    texts = {name: str(row["text"]) for kind in ("labels", "texts") for name, row in content.rows.get(kind, {}).items()}
    similarity = float(split.get("near_duplicates", {}).get("similarity", 1.0))
    for pair in twins(texts, similarity):
        parts = content.parts[pair.one] | content.parts[pair.other]
        if len(parts) > 1:
            alike = f"{100 * pair.similarity:.0f} % alike"
            what = f"{pair.one} and {pair.other} are {alike} and lie in {' and '.join(sorted(parts))}"
            yield Failure(check="duplicates", what=what)
    hashes: dict[str, set[str]] = {}
    for name, row in content.rows.get("results", {}).items():
        if name not in texts:
            hashes.setdefault(row["text_sha256"], set()).update(content.parts[name])
    across = sum(len(parts) > 1 for parts in hashes.values())
    if across:
        yield Failure(check="duplicates", what=f"{across} texts, of which only results are here, lie in several parts")


def _identifiers(content: _Content) -> Iterator[Failure]:
    for kind, rows in content.rows.items():
        found: dict[str, int] = {}
        for row in rows.values():
            for what in _identifying(row):
                found[what] = found.get(what, 0) + 1
        for what, number in sorted(found.items()):
            yield Failure(check="identifiers", what=f"{kind}: {what} in {number} rows")


def _identifying(row: Mapping[str, Any]) -> Iterator[str]:
    """Columns of the row, and of what its source added, that identify, or hold no pseudonym where they must."""
    fields = load_published_fields()
    extra = row.get("extra")
    for key, value in [*row.items(), *(extra.items() if isinstance(extra, dict) else ())]:
        if value in (None, "", [], {}) or key == "extra":
            continue
        if fields.identifies(key):
            yield f"the column {key} identifies"
        elif fields.must_be_keyed(key) and not fields.is_pseudonym(str(value)):
            yield f"the column {key} holds no pseudonym"


def _evidence(content: _Content) -> Iterator[Failure]:
    """The spans of the results, and the hash of the text, must be those of the text that is published with them."""
    texts, others, spans = content.rows.get("texts", {}), 0, 0
    for name, row in content.rows.get("results", {}).items():
        if name not in texts:
            continue
        text = str(texts[name]["text"])
        others += hashlib.sha256(text.encode()).hexdigest() != row["text_sha256"]
        spans += any(text[span["start"] : span["end"]] != span["text"] for span in row["evidence"])
    if others:
        yield Failure(check="evidence", what=f"{others} results are of another text than the one published")
    if spans:
        yield Failure(check="evidence", what=f"{spans} results have evidence that is not in their text")
