"""What the readers know of their forms, and how much a source may ask of them (``models/readers``)."""

import functools
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, PositiveFloat, PositiveInt

from horad.knowledge.locate import find_folder
from horad.knowledge.tables import read_table


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hl7Limits(_Table):
    """Bytes of one HL7 v2 message."""

    message_bytes: PositiveInt


class ListenLimits(_Table):
    """Bytes of one message that is received, how long the next one may take, and how many may be connected."""

    message_bytes: PositiveInt
    idle_seconds: PositiveFloat
    connections: PositiveInt


class GzipLimits(_Table):
    """What a compressed file may expand to: bytes in all, times its size, and bytes whatever its size."""

    expanded_bytes: PositiveInt
    expanded_times: PositiveInt
    always_bytes: PositiveInt


class DocumentLimits(_Table):
    """What a document may ask of the child process that reads it."""

    file_bytes: PositiveInt
    memory_bytes: PositiveInt
    seconds: PositiveFloat
    pages: PositiveInt
    rows: PositiveInt
    rows_bytes: PositiveInt
    text_characters: PositiveInt


class Limits(_Table):
    """The limits of every form that has some."""

    hl7: Hl7Limits
    listen: ListenLimits
    gzip: GzipLimits
    documents: DocumentLimits


class Hl7Source(_Table):
    """The tables of HL7 v2 that the reader needs."""

    charset: Mapping[str, str]
    status: Mapping[str, frozenset[str]]
    value_type: Mapping[str, frozenset[str]]
    identifiers: Mapping[str, str]


class FhirSource(_Table):
    """The values of FHIR that the reader needs."""

    status: Mapping[str, frozenset[str]]
    identifier_type: Mapping[str, frozenset[str]]
    content_type: Mapping[str, tuple[str, ...]]


class ItemName(_Table):
    """The coded name of a content item."""

    scheme: str
    code: str
    meaning: str


class DicomSource(_Table):
    """Where a DICOM document tells of its examination."""

    image_class: Mapping[str, str]
    item: Mapping[str, ItemName]


@functools.cache
def load_limits(folder: str | None = None) -> Limits:
    """The limits (cached per folder).

    Raises:
        RuleError: if the file is not readable or not of its shape.
    """
    return read_table(find_folder("models", folder) / "readers" / "limits.toml", Limits)


@functools.cache
def load_hl7_source(folder: str | None = None) -> Hl7Source:
    """The tables of HL7 v2 (cached per folder).

    Raises:
        RuleError: if the file is not readable or not of its shape.
    """
    return read_table(find_folder("models", folder) / "readers" / "hl7.toml", Hl7Source)


@functools.cache
def load_fhir_source(folder: str | None = None) -> FhirSource:
    """The values of FHIR (cached per folder).

    Raises:
        RuleError: if the file is not readable or not of its shape.
    """
    return read_table(find_folder("models", folder) / "readers" / "fhir.toml", FhirSource)


@functools.cache
def load_dicom_source(folder: str | None = None) -> DicomSource:
    """The values of DICOM documents (cached per folder).

    Raises:
        RuleError: if the file is not readable or not of its shape.
    """
    return read_table(find_folder("models", folder) / "readers" / "dicom.toml", DicomSource)
