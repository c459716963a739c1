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
    """The table of DICOM SR: its document, classes of objects that hold a report, and public concept names."""

    document: SrDocument
    source: dict[str, str]
    concept: dict[str, Code]


class Coding(_Table):
    """One code as FHIR writes it."""

    system: str
    code: str
    display: str


class FhirReport(_Table):
    """What a FHIR report says of itself."""

    code: Coding
    category: Coding
    observation_category: Coding
    accession: Coding
    filler: Coding
    unit_system: str


class ModelValue(_Table):
    """One value of a finding model's attribute, with the SNOMED code that the model gives it, if it does."""

    code: str
    display: str
    snomed: str | None = None
    meaning: str | None = None


class ModelName(_Table):
    """The code and name of a finding model."""

    code: str
    display: str


class ModelAttribute(_Table):
    """One attribute of a finding model, its values by ours."""

    code: str
    display: str
    values: dict[str, ModelValue]


class FindingModel(_Table):
    """The public model of the finding: which of our kinds it describes, and two of its attributes."""

    system: str
    finding: ModelName
    kinds: list[str]
    presence: ModelAttribute
    change: ModelAttribute


class FhirTable(_Table):
    """The table of FHIR."""

    system: dict[str, str]
    report: FhirReport
    finding_model: FindingModel


class Hl7Message(_Table):
    """What an HL7 v2 message says of itself."""

    application: str
    version: str
    structure: tuple[str, str, str]
    character_set: str
    processing: str
    section: str
    unknown_name: str


class Hl7Table(_Table):
    """The table of HL7 v2: the message, and its result status by that of the source."""

    message: Hl7Message
    text: Code
    status: dict[str, str]


@functools.lru_cache(maxsize=4)
def load_dicom_sr(folder: str | None = None) -> DicomSrTable:
    """The table of DICOM SR.

    Raises:
        RuleError: if it is not readable, or not of its shape.
    """
    return read_table(_codes(folder) / "dicom_sr.toml", DicomSrTable)


@functools.lru_cache(maxsize=4)
def load_fhir(folder: str | None = None) -> FhirTable:
    """The table of FHIR.

    Raises:
        RuleError: if it is not readable, or not of its shape.
    """
    return read_table(_codes(folder) / "fhir.toml", FhirTable)


@functools.lru_cache(maxsize=4)
def load_hl7(folder: str | None = None) -> Hl7Table:
    """The table of HL7 v2.

    Raises:
        RuleError: if it is not readable, or not of its shape.
    """
    return read_table(_codes(folder) / "hl7.toml", Hl7Table)


def _codes(folder: str | None) -> Path:
    return find_folder("models", folder) / "codes"
