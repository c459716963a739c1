"""spaCy: a ``DocBin``, the spans of a document in ``doc.spans["horad"]``, its labels, in JSON, in ``doc.user_data``."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from horad.datasets.extra import needed
from horad.datasets.formats.document import Document, Span
from horad.datasets.formats.words import Word, words
from horad.errors import SourceError
from horad.writers.commit import new_file

KEY = "horad"


def write(documents: Iterable[Document], out: Path) -> None:
    """Write all reports; the labels of one value stand in ``doc.cats`` as well, as "tumour=possible"."""
    tokens = needed("spacy.tokens", "DocBin")
    vocab = needed("spacy.vocab", "DocBin").Vocab()
    packed = tokens.DocBin(store_user_data=True)
    for document in documents:
        packed.add(_doc(document, vocab, tokens))
    with new_file(out) as place:
        packed.to_disk(place)


def read(path: Path) -> Iterator[Document]:
    """The reports of a file.

    Raises:
        SourceError: if it is no DocBin of this kind.
    """
    vocab = needed("spacy.vocab", "DocBin").Vocab()
    try:
        packed = needed("spacy.tokens", "DocBin").DocBin(store_user_data=True).from_disk(path)
        docs = list(packed.get_docs(vocab))
    except Exception:  # noqa: BLE001 - zlib, msgpack and spaCy each have their own; the content is not ours
        raise SourceError(f"{path}: is not a readable DocBin") from None
    for number, doc in enumerate(docs, start=1):
        try:
            own = doc.user_data[KEY]
            group = doc.spans.get(KEY, ())
            spans = {Span(span.start_char, span.end_char, span.label_) for span in group}
            yield Document(str(own["id"]), doc.text, tuple(sorted(spans)), json.loads(own["labels"]))
        except (KeyError, TypeError, ValueError):
            raise SourceError(f"{path}: document {number} was not written by horad") from None


def _doc(document: Document, vocab: Any, tokens: Any) -> Any:
    pieces = list(_spaced(words(document), document))
    doc = tokens.Doc(vocab, [text for text, _ in pieces], [space for _, space in pieces])
    group = [doc.char_span(span.start, span.end, label=span.label) for span in document.spans]
    doc.spans[KEY] = tokens.SpanGroup(doc, name=KEY, spans=group)
    doc.user_data[KEY] = {"id": document.id, "labels": json.dumps(dict(document.labels)), "made_by": document.made_by}
    doc.cats = {f"{name}={value}": 1.0 for name, value in document.labels.items() if isinstance(value, str)}
    return doc


def _spaced(pieces: list[Word], document: Document) -> Iterator[tuple[str, bool]]:
    """Words as spaCy has them: a single blank belongs to the word before it, unless a span begins or ends there."""
    starts, ends = {span.start for span in document.spans}, {span.end for span in document.spans}
    number = 0
    while number < len(pieces):
        word, following = pieces[number], pieces[number + 1 : number + 2]
        is_joined = not word.is_space and any(
            after.text == " " and after.start not in starts and after.end not in ends for after in following
        )
        yield word.text, is_joined
        number += 1 + is_joined
