"""What is told beside the measures of a series: contradictions in its header, and what weakens it."""

from collections.abc import Iterator, Sequence

from horad.imaging.header import Header
from horad.imaging.parse import Parsed
from horad.knowledge.headers import load_header_words
from horad.knowledge.imaging import load_notices
from horad.records import Notice


def warnings_of(header: Header, files: Sequence[Parsed], others: int) -> tuple[Notice, ...]:
    """The warnings on a series."""
    return tuple(_told(header, files, others))


def _told(header: Header, files: Sequence[Parsed], others: int) -> Iterator[Notice]:
    if header.sides and header.laterality is None:
        yield _warn("laterality_contradiction", what=", ".join(f"{told.where} {told.side}" for told in header.sides))
    sequence = header.sequence
    if sequence and sequence.is_contradictory:
        yield _warn("weighting_contradiction", times=sequence.weighting, name=sequence.weighting_by_name)
    if header.implausible_age:
        yield _warn("age_implausible", what=header.implausible_age)
    if header.is_lossy:
        yield _warn("lossy")
    if header.spacing_kind == "detector":
        yield _warn("detector_plane")
    if header.prosthesis:
        yield _warn("prosthesis_hint", what=", ".join(header.prosthesis))
    if load_header_words().image_type.derived & frozenset(header.image_type):
        yield _warn("derived")
    if any(file.is_executable for file in files):
        yield _warn("executable_preamble")
    if others:
        yield _warn("other_files", count=others)


def _warn(code: str, **details: object) -> Notice:
    return Notice(code=code, message=load_notices().warnings[code].format(**details), evidence=())
