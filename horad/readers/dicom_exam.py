"""What a DICOM document says of the examination it reports: its modality and its body part."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from horad.knowledge.codes import load_codes
from horad.knowledge.sources import load_dicom_source

_MOST_ITEMS = 50_000


def modality_of(dataset: Any) -> str | None:
    """The one modality of the images: as the study tells it, or the report's content, or the images it refers to.

    None where there is none, or several: the report is then about more than one.
    """
    given = dataset.get("ModalitiesInStudy") or ()
    for told in ([given] if isinstance(given, str) else given, _told(dataset, "modality"), _classes(dataset)):
        found = {str(one).strip().upper() for one in told}
        if imaging := found & set(load_codes().modalities):
            return imaging.pop() if len(imaging) == 1 else None
    return None


def body_part_of(dataset: Any) -> str | None:
    """The body part: of the header, as a word or as a code, or of the report's content."""
    written = str(dataset.get("BodyPartExamined") or "").strip()
    coded = (str(region.get("CodeMeaning", "")) for region in dataset.get("AnatomicRegionSequence") or ())
    return written or next(filter(None, coded), None) or next(_told(dataset, "region", "CodeMeaning"), None)


def _told(dataset: Any, what: str, keyword: str = "CodeValue") -> Iterator[str]:
    """The values of those content items that carry a name of the table."""
    name = load_dicom_source().item[what]
    for item in islice(_items(dataset), _MOST_ITEMS):
        for concept in item.get("ConceptNameCodeSequence") or ():
            if (concept.get("CodingSchemeDesignator"), concept.get("CodeValue")) == (name.scheme, name.code):
                yield from (str(value.get(keyword, "")) for value in item.get("ConceptCodeSequence") or ())


def _classes(dataset: Any) -> Iterator[str]:
    """The modalities of the images among the evidence and in the content."""
    known = load_dicom_source().image_class
    kinds = [str(item.get("ReferencedSOPClassUID", "")) for item in islice(_referenced(dataset), _MOST_ITEMS)]
    yield from (known[kind] for kind in kinds if kind in known)


def _referenced(dataset: Any) -> Iterator[Any]:
    for keyword in ("CurrentRequestedProcedureEvidenceSequence", "PertinentOtherEvidenceSequence"):
        for study in dataset.get(keyword) or ():
            for series in study.get("ReferencedSeriesSequence") or ():
                yield from series.get("ReferencedSOPSequence") or ()
    for item in _items(dataset):
        yield from item.get("ReferencedSOPSequence") or ()


def _items(dataset: Any) -> Iterator[Any]:
    todo = list(reversed(dataset.get("ContentSequence") or ()))
    while todo:
        item = todo.pop()
        yield item
        todo.extend(reversed(item.get("ContentSequence") or ()))
