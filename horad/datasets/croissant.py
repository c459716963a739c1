"""Croissant metadata of a dataset, made and checked by mlcroissant; nothing is fetched."""

import contextlib
import io
import json
import logging
import warnings
from pathlib import Path
from typing import Any

from horad.datasets.about import About
from horad.datasets.extra import needed
from horad.datasets.folder import DataFile, data_files
from horad.datasets.manifest import digest
from horad.errors import HoradError

# The columns that are described, by kind: those that hold one value. A dot leads into an object.
_COLUMNS = {
    "texts": ("id", "text"),
    "labels": ("id", "text", "gold.ho_status", "gold.maturity", "gold.tumour", "gold.diagnosis"),
    "results": ("report_id", "report_status", "text_sha256", "summary.ho_status", "summary.maturity", "summary.tumour"),
}
_FORMS = {"texts": "application/jsonlines", "labels": "application/jsonlines", "results": "application/x-parquet"}


def croissant(folder: Path, about: About) -> str:
    """The metadata as JSON-LD.

    Raises:
        HoradError: if mlcroissant finds an error in it, which it names.
    """
    mlc = needed("mlcroissant", "Croissant metadata")
    files = [file for file in data_files(folder) if file.path.stat().st_size]
    told = {
        "name": about.name,
        "description": about.description,
        "version": about.version,
        "license": [about.license],
        "url": about.url or None,
        "cite_as": about.citation or None,
        "date_published": about.date or None,
        "creators": [mlc.Person(id=f"creator-{n}", name=name) for n, name in enumerate(about.creators, start=1)],
        "distribution": [_file_object(mlc, file) for file in files],
        "record_sets": [_record_set(mlc, file) for file in files],
    }
    try:
        metadata = _made(mlc.Metadata, **told)
    except mlc.ValidationError as error:
        raise HoradError(f"the Croissant metadata are not valid: {' '.join(str(error).split())}") from None
    return json.dumps(metadata.to_json(), indent=2, ensure_ascii=False, default=str) + "\n"


def errors_of(path: Path) -> list[str]:
    """What mlcroissant finds wrong in a file of metadata."""
    mlc = needed("mlcroissant", "Croissant metadata")
    try:
        with _silent():
            return sorted(mlc.Dataset(jsonld=str(path)).metadata.issues.errors)
    except Exception as error:  # noqa: BLE001 - it raises errors of many kinds at metadata that are none
        return [f"cannot be read as Croissant ({type(error).__name__})"]


def _file_object(mlc: Any, file: DataFile) -> Any:
    name = file.path.name
    return _made(
        mlc.FileObject,
        id=name,
        name=name,
        content_url=name,
        content_size=f"{file.path.stat().st_size} B",
        encoding_formats=[_FORMS[file.kind]],
        sha256=digest(file.path),
    )


def _record_set(mlc: Any, file: DataFile) -> Any:
    name = f"{file.kind}-{file.part}"
    fields = []
    for column in _COLUMNS[file.kind]:
        head, _, rest = column.partition(".")
        inside = [mlc.Transform(json_path=rest)] if rest else []
        source = mlc.Source(file_object=file.path.name, extract=mlc.Extract(column=head), transforms=inside)
        fields.append(mlc.Field(id=f"{name}/{column}", name=column, data_types=[mlc.DataType.TEXT], source=source))
    return mlc.RecordSet(id=name, name=name, fields=fields)


def _made(kind: Any, **values: Any) -> Any:
    with _silent():
        return kind(**{key: value for key, value in values.items() if value is not None})


@contextlib.contextmanager
def _silent() -> Any:
    """What mlcroissant logs of recommended properties, and warns of in its own libraries, is not for the terminal."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
