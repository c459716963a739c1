"""brat: a folder with a ``.txt`` and an ``.ann`` for every report, and the configuration of the labels.

Offsets are code points. Words over a line break are written as fragments, as brat demands. The labels of the whole
report are a note, in JSON, on the first word, which is marked as ``Document``. ``documents.jsonl`` says which file
holds which report.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from horad.datasets.formats.document import LABELS, Document, Span
from horad.errors import SourceError
from horad.evaluation.lines import read_lines
from horad.writers.commit import new_folder

_LIST = "documents.jsonl"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
_WHOLE = "Document"
_BREAK = re.compile(r"[\r\n]+")
_FIRST = re.compile(r"\S+")


def write(documents: Iterable[Document], out: Path) -> None:
    """Fill a new folder."""
    with new_folder(out) as folder:
        rows, taken = [], {"annotation"}
        for number, document in enumerate(documents, start=1):
            name = document.id if _PLAIN.fullmatch(document.id) else f"report-{number:06d}"
            if name.lower() in taken:
                name = f"report-{number:06d}"
            taken.add(name.lower())
            (folder / f"{name}.txt").write_bytes(document.text.encode())
            (folder / f"{name}.ann").write_text("".join(_lines(document)), "utf-8", newline="\n")
            rows.append({"file": name, "id": document.id, "labels": dict(document.labels)})
        listed = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / _LIST).write_text(listed, "utf-8", newline="\n")
        types = "\n".join(map(_type, LABELS))
        conf = f"[entities]\n{_WHOLE}\n{types}\n[relations]\n<OVERLAP> Arg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n"
        (folder / "annotation.conf").write_text(f"{conf}[events]\n[attributes]\n", "utf-8", newline="\n")


def read(path: Path) -> Iterator[Document]:
    """The reports of a folder.

    Raises:
        SourceError: if it is no folder that horad wrote, or an annotation cannot be read.
    """
    if not (path / _LIST).is_file():
        raise SourceError(f"{path}: holds no {_LIST}; name the folder that horad dataset export wrote")
    for line in read_lines(path / _LIST):
        name = str(line.values.get("file", ""))
        if not _PLAIN.fullmatch(name):
            raise SourceError(f"{line.place}: names no file")
        try:
            text = (path / f"{name}.txt").read_bytes().decode()
            notes = (path / f"{name}.ann").read_bytes().decode()
            yield _document(line.values, text, notes)
        except (OSError, UnicodeDecodeError):
            raise SourceError(f"{path / name}: the .txt or the .ann is missing or not readable") from None
        except (KeyError, TypeError, ValueError):
            raise SourceError(f"{path / name}.ann: holds an annotation that cannot be read") from None


def _lines(document: Document) -> Iterator[str]:
    first = _FIRST.search(document.text)
    if first:
        yield f"T1\t{_WHOLE} {first.start()} {first.end()}\t{first[0]}\n"
        yield f"#1\tAnnotatorNotes T1\t{json.dumps(dict(document.labels), ensure_ascii=False)}\n"
    for number, span in enumerate(document.spans, start=2):
        parts = list(_fragments(document.text, span))
        places = ";".join(f"{start} {end}" for start, end in parts)
        words = " ".join(document.text[start:end] for start, end in parts)
        if parts:
            yield f"T{number}\t{_type(span.label)} {places}\t{words}\n"


def _fragments(text: str, span: Span) -> Iterator[tuple[int, int]]:
    """The parts of a span on single lines."""
    start = span.start
    for broken in _BREAK.finditer(text, span.start, span.end):
        if broken.start() > start:
            yield start, broken.start()
        start = broken.end()
    if start < span.end:
        yield start, span.end


def _document(row: dict[str, Any], text: str, notes: str) -> Document:
    labels, whole = row["labels"], ""
    spans: set[Span] = set()
    comments: dict[str, str] = {}
    for line in filter(None, notes.replace("\r\n", "\n").split("\n")):
        key, middle, *rest = line.split("\t")
        kind, _, places = middle.partition(" ")
        if key.startswith("T") and kind == _WHOLE:
            whole = key
        elif key.startswith("T"):
            spans.update(_spans(text, kind, places))
        elif key.startswith("#") and kind == "AnnotatorNotes" and rest:
            comments[places] = rest[0]
    if whole in comments:
        labels = json.loads(comments[whole])
    return Document(str(row["id"]), text, tuple(sorted(spans)), dict(labels))


def _spans(text: str, kind: str, places: str) -> Iterator[Span]:
    """Fragments with nothing but a line break between them are one span, others are spans of their own."""
    bounds = [tuple(map(int, place.split())) for place in places.split(";")]
    start, end = bounds[0]
    for next_start, next_end in bounds[1:]:
        if not _BREAK.fullmatch(text, end, next_start):
            yield Span(start, end, _label(kind))
            start = next_start
        end = next_end
    yield Span(start, end, _label(kind))


def _type(label: str) -> str:
    return label.replace(".", "-")  # brat takes letters, digits, - and _


def _label(kind: str) -> str:
    return kind.replace("-", ".", 1)
