"""Parquet that the ``datasets`` library loads as it is: a row per report, labels as columns, spans as a list."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from horad.datasets.extra import needed
from horad.datasets.formats.document import Document, Span
from horad.errors import SourceError
from horad.writers.commit import new_file

_ROWS = 1_000
_WORDS = ("id", "text", "ho_status", "maturity", "marrow_signal", "tumour", "diagnosis")
_PAIRS: Mapping[str, tuple[str, str]] = {
    "sites": ("site", "side"),
    "grades": ("system", "value"),
    "features": ("name", "value"),
}
_LISTS = ("modality", "risk_factors", "structures", "disputed")


def write(documents: Iterable[Document], out: Path) -> None:
    """Write the rows, with the features in the file's metadata as ``datasets`` writes them."""
    parquet, pyarrow = needed("pyarrow.parquet", "Parquet"), needed("pyarrow", "Parquet")
    schema = _schema(pyarrow)
    with new_file(out) as place, parquet.ParquetWriter(place, schema, compression="zstd") as file:
        rows: list[dict[str, Any]] = []
        for document in documents:
            rows.append(_row(document))
            if len(rows) == _ROWS:
                file.write_table(pyarrow.Table.from_pylist(rows, schema=schema))
                rows = []
        file.write_table(pyarrow.Table.from_pylist(rows, schema=schema))


def read(path: Path) -> Iterator[Document]:
    """The reports of a file.

    Raises:
        SourceError: if it does not have these columns.
    """
    parquet, pyarrow = needed("pyarrow.parquet", "Parquet"), needed("pyarrow", "Parquet")
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_ROWS):
                yield from map(_document, batch.to_pylist())
    except (pyarrow.ArrowException, OSError, KeyError, TypeError):
        raise SourceError(f"{path}: is no Parquet file of labelled reports that horad wrote") from None


def _row(document: Document) -> dict[str, Any]:
    labels = document.labels
    row = {name: labels[name] for name in _WORDS if name in labels}
    pairs = {**labels, "features": [{"name": name, "value": value} for name, value in labels["features"].items()]}
    return {
        **row,
        "id": document.id,
        "text": document.text,
        "relation": labels["neurovascular"]["relation"],
        "structures": labels["neurovascular"]["structures"],
        **{name: pairs[name] for name in _PAIRS},
        "modality": labels["modality"],
        "risk_factors": labels["risk_factors"],
        "disputed": labels.get("disputed", []),
        "spans": [{"start": span.start, "end": span.end, "label": span.label} for span in document.spans],
        "made_by": document.made_by,
        "score": document.score,
    }


def _document(row: dict[str, Any]) -> Document:
    labels = {name: row[name] for name in (*_WORDS[2:], "sites", "grades", "modality", "risk_factors")}
    labels["features"] = {item["name"]: item["value"] for item in row["features"]}
    labels["neurovascular"] = {"relation": row["relation"], "structures": row["structures"]}
    if row["disputed"]:
        labels["disputed"] = row["disputed"]
    spans = sorted(Span(span["start"], span["end"], span["label"]) for span in row["spans"])
    return Document(row["id"], row["text"], tuple(spans), labels, row["made_by"] or "", row["score"])


def _schema(pyarrow: Any) -> Any:
    word, number = pyarrow.string(), pyarrow.int32()
    span = pyarrow.struct([("start", number), ("end", number), ("label", word)])
    fields = [
        *[(name, word) for name in (*_WORDS, "relation", "made_by")],
        *[(name, pyarrow.list_(pyarrow.struct([(key, word) for key in keys]))) for name, keys in _PAIRS.items()],
        *[(name, pyarrow.list_(word)) for name in _LISTS],
        ("spans", pyarrow.list_(span)),
        ("score", pyarrow.float64()),
    ]
    return pyarrow.schema(fields).with_metadata({"huggingface": json.dumps({"info": {"features": _features()}})})


def _features() -> dict[str, Any]:
    """The types in the words of ``datasets``."""
    word = {"dtype": "string", "_type": "Value"}
    number = {"dtype": "int32", "_type": "Value"}
    return {
        **dict.fromkeys((*_WORDS, "relation", "made_by"), word),
        **{name: {"feature": dict.fromkeys(keys, word), "_type": "List"} for name, keys in _PAIRS.items()},
        **{name: {"feature": word, "_type": "List"} for name in _LISTS},
        "spans": {"feature": {"start": number, "end": number, "label": word}, "_type": "List"},
        "score": {"dtype": "float64", "_type": "Value"},
    }
