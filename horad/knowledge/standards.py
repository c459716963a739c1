"""How each standard writes a result: names, titles, addresses of code systems. One table per standard."""

import functools
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from horad.knowledge.codes import Code
from horad.knowledge.locate import find_folder
from horad.knowledge.tables import read_table


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SrDocument(_Table):
    """What a DICOM SR says of itself."""

    series_description: str
    source_description: str
    series_number: int
    source_series_number: int
    manufacturer: str
    model: str


class DicomSrTable(_Table):
    """The table of DICOM SR: its document, and public concept names."""

    document: SrDocument
    concept: dict[str, Code]


@functools.lru_cache(maxsize=4)
def load_dicom_sr(folder: str | None = None) -> DicomSrTable:
    """The table of DICOM SR.

    Raises:
        RuleError: if it is not readable, or not of its shape.
    """
    return read_table(_codes(folder) / "dicom_sr.toml", DicomSrTable)


def _codes(folder: str | None) -> Path:
    return find_folder("models", folder) / "codes"
