"""FHIR R4 as lines: a Bundle per report, as ``horad batch`` writes it, of results that are there already. Out only."""

from collections.abc import Iterable
from pathlib import Path

from horad.records import Metadata, Report, ReportResult
from horad.writers.commit import new_file
from horad.writers.fhir import FhirWriter


def write(pairs: Iterable[tuple[ReportResult, str]], out: Path) -> None:
    """Write the Bundles; of the source they know what the results carry."""
    with new_file(out) as place, FhirWriter(place) as writer:
        for result, text in pairs:
            metadata = Metadata(
                id=result.report_id,
                patient_id=result.patient_id,
                accession_number=result.accession_number,
                study_date=result.study_date,
                report_status=result.report_status,
            )
            writer.write(result, Report(text=text, metadata=metadata, form="fhir"))
