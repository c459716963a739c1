"""CoNLL: a word per line with its place, and a column of BIO tags for every field.

A report starts with ``# id``, ``# text`` and ``# labels``, each in JSON, and ends with an empty line. Where words
belong to several spans of one field, their tags stand in one cell, joined by ``|``. BIO cannot hold two spans of the
same label on the same words: the longer one is kept.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from horad.datasets.formats.document import MARKED, Document, Span
from horad.datasets.formats.words import Word, covered, words
from horad.errors import SourceError
from horad.writers.commit import new_file

_COLUMNS = ("word", "start", "end", *MARKED)


def write(documents: Iterable[Document], out: Path) -> None:
    """Write every report as a block."""
    with new_file(out) as place, place.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"# columns = {' '.join(_COLUMNS)}\n\n")
        for document in documents:
            file.writelines(f"{line}\n" for line in (*_block(document), ""))


def read(path: Path) -> Iterator[Document]:
    """The reports of every block.

    Raises:
        SourceError: if the file or a block is not of this kind.
    """
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        raise SourceError(f"{path}: is not a readable text in UTF-8") from None
    block: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip():
            block.append(line.rstrip("\r"))
        elif block:
            if not all(one.startswith("# columns") for one in block):
                yield _document(block, f"{path}:{number - len(block)}")
            block = []


def lost(document: Document) -> int:
    """How many spans of a document BIO cannot hold."""
    return len(document.spans) - len(_kept(document))


def _kept(document: Document) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(document.spans, key=lambda span: (span.start - span.end, span.start)):
        crossed = any(one.label == span.label and one.start < span.end and span.start < one.end for one in kept)
        if not crossed and document.text[span.start : span.end].strip():
            kept.append(span)
    return sorted(kept)


def _block(document: Document) -> Iterator[str]:
    head = {"id": document.id, "text": document.text, "labels": dict(document.labels)}
    yield from (f"# {name} = {json.dumps(value)}" for name, value in head.items())
    pieces = [word for word in words(document) if not word.is_space]
    tags: list[dict[str, list[str]]] = [{} for _ in pieces]
    for span in _kept(document):
        bounds = covered(span, pieces)
        for number in range(bounds[0], bounds[1] + 1) if bounds else ():
            mark = "B" if bounds and number == bounds[0] else "I"
            tags[number].setdefault(span.label.split(".")[0], []).append(f"{mark}-{span.label}")
    for word, own in zip(pieces, tags, strict=True):
        cells = ["|".join(own.get(name, ["O"])) for name in MARKED]
        yield "\t".join([word.text, str(word.start), str(word.end), *cells])


def _document(block: Sequence[str], place: str) -> Document:
    head: dict[str, Any] = {}
    open_: dict[str, Span] = {}
    spans: list[Span] = []
    try:
        for line in block:
            if line.startswith("# "):
                name, _, value = line.removeprefix("# ").partition(" = ")
                head[name] = json.loads(value)
            else:
                spans += _closed(open_, _row(line))
        spans += open_.values()
        return Document(str(head["id"]), str(head["text"]), tuple(sorted(spans)), dict(head["labels"]))
    except (KeyError, TypeError, ValueError):
        raise SourceError(f"{place}: is no block that horad wrote ({', '.join(_COLUMNS)})") from None


def _row(line: str) -> tuple[Word, set[str]]:
    word, start, end, *cells = line.split("\t")
    tags = {tag for cell in cells for tag in cell.split("|") if tag != "O"}
    if any(tag[:2] not in {"B-", "I-"} for tag in tags):
        raise ValueError
    return Word(int(start), int(end), word), tags


def _closed(open_: dict[str, Span], row: tuple[Word, set[str]]) -> list[Span]:
    """Carry the open spans over a word, and give those that end before it."""
    word, tags = row
    ended = [open_.pop(label) for label in list(open_) if f"I-{label}" not in tags]
    for tag in tags:
        label = tag[2:]
        start = open_[label].start if label in open_ else word.start
        open_[label] = Span(start, word.end, label)
    return ended
