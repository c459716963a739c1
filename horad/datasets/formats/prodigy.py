"""Prodigy: JSON lines of a text with spans and tokens, as ``prodigy spans.manual`` takes and gives them.

Offsets are code points. The labels of the whole report travel in the key ``labels``, which Prodigy keeps; of what comes
back, only answers that were accepted count.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from horad.datasets.formats.document import Document, Span
from horad.datasets.formats.words import Word, covered, words
from horad.datasets.lines import write_lines
from horad.errors import SourceError
from horad.evaluation.lines import Line, read_lines


def write(documents: Iterable[Document], out: Path) -> None:
    """Write one task per report."""
    write_lines(out, map(_task, documents))


def read(path: Path) -> Iterator[Document]:
    """The accepted tasks.

    Raises:
        SourceError: if a line is no task of this kind.
    """
    for line in read_lines(path):
        if line.values.get("answer", "accept") == "accept":
            yield _document(line)


def _task(document: Document) -> dict[str, Any]:
    pieces = words(document)
    tokens = [word for word in pieces if not word.is_space]
    return {
        "text": document.text,
        "tokens": [_token(number, word, document.text) for number, word in enumerate(tokens)],
        "spans": [_span(span, tokens) for span in document.spans],
        "report_id": document.id,
        "labels": dict(document.labels),
        "meta": {"report": document.id, "made_by": document.made_by, "score": document.score},
    }


def _token(number: int, word: Word, text: str) -> dict[str, Any]:
    follows = text[word.end : word.end + 1].isspace()
    return {"text": word.text, "start": word.start, "end": word.end, "id": number, "ws": follows}


def _span(span: Span, tokens: list[Word]) -> dict[str, Any]:
    bounds = covered(span, tokens)
    named = {"token_start": bounds[0], "token_end": bounds[1]} if bounds else {}
    return {"start": span.start, "end": span.end, "label": span.label, **named}


def _document(line: Line) -> Document:
    row = line.values
    try:
        spans = {Span(int(span["start"]), int(span["end"]), str(span["label"])) for span in row.get("spans") or ()}
        return Document(str(row["report_id"]), str(row["text"]), tuple(sorted(spans)), dict(row["labels"]))
    except (KeyError, TypeError, ValueError):
        raise SourceError(f"{line.place}: is no task that horad wrote (report_id, text, spans, labels)") from None
