"""DICOM SR: a preliminary, unverified TID 1500 document per report, in its source's study, with a page beside it.

A folder holds, by report, ``KEY.dcm`` (the document), ``KEY.html`` (the same for people) and, where the report came
from no DICOM object, ``KEY.source.dcm`` (its text as a Basic Text SR, which the document refers to). KEY is a digest;
``index.jsonl`` tells which report it stands for.
"""

import json
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from horad.knowledge.codes import load_codes
from horad.knowledge.standards import load_dicom_sr
from horad.records import Report, ReportResult
from horad.writers import html, identity, sr_content, sr_source


class DicomSrWriter:
    """Write documents into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index: IO[str] = (folder / "index.jsonl").open("w", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._index.close()

    def write(self, result: ReportResult, report: Report) -> None:
        """Add the document of one result, its page and, if need be, its source."""
        key = identity.key(result, report)
        source = sr_source.header(report, key)
        if sr_source.known(report) is None:
            source = sr_source.basic_text_sr(report, source)
            source.save_as(self._folder / f"{key}.source.dcm", enforce_file_format=True)
        made = document(result, report, source, key)
        made.save_as(self._folder / f"{key}.dcm", enforce_file_format=True)
        (self._folder / f"{key}.html").write_text(html.page([(result, report.text)]), "utf-8")
        listed = {"report_id": result.report_id, "document": f"{key}.dcm", "study_uid": made.StudyInstanceUID}
        self._index.write(json.dumps({**listed, "sop_uid": made.SOPInstanceUID}, ensure_ascii=True) + "\n")


def document(result: ReportResult, report: Report, source: Any, key: str) -> Any:
    """The SR document; ``source`` is the object it was read from."""
    from highdicom.sr import ComprehensiveSR

    about, made_by = load_dicom_sr().document, result.provenance
    date, time = identity.moment(report)
    # The library warns of unusual names, and quotes them: the name is left to the end.
    name, source.PatientName = source.PatientName, None
    made: Any = ComprehensiveSR(
        evidence=[source],
        content=sr_content.content(result, key, _told(report)),
        series_instance_uid=identity.uid(key, "series"),
        series_number=about.series_number,
        sop_instance_uid=identity.uid(key, "document"),
        instance_number=1,
        manufacturer=about.manufacturer,
        is_complete=True,
        is_final=False,
        is_verified=False,
        manufacturer_model_name=about.model,
        software_versions=made_by.horad,
        series_description=about.series_description,
        specific_character_set=sr_source.UTF_8,
        content_date=date,
        content_time=time or "000000",
    )
    source.PatientName = made.PatientName = name
    # The library puts the time of writing here, which would differ in every run.
    made.InstanceCreationDate, made.InstanceCreationTime = date, time or "000000"
    for equipment in made.ContributingEquipmentSequence:
        equipment.ContributionDateTime = date + time
    made.CodingSchemeIdentificationSequence = [_scheme()]
    return made


def _told(report: Report) -> dict[str, str]:
    """What stands in the tree beside the statements, by the concept that names it."""
    told = {"source_text": sr_source.readable(report.text), "accession": sr_source.long_accession(report)}
    return {name: text for name, text in told.items() if text.strip()}


def _scheme() -> Any:
    """Who stands behind the private codes."""
    from pydicom import Dataset

    scheme, item = load_codes().scheme, Dataset()
    item.CodingSchemeDesignator = scheme.designator
    item.CodingSchemeUID = scheme.uid
    item.CodingSchemeName = scheme.name
    item.CodingSchemeResponsibleOrganization = scheme.organization
    return item
