"""One report through all the steps."""

import functools
import hashlib
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import horad
from horad.errors import RecordError
from horad.records import ImageResult, Metadata, Report, ReportResult
from horad.run.agreement import with_metadata
from horad.run.image_agreement import with_image

if TYPE_CHECKING:
    from spacy.language import Language

_NO_METADATA = Metadata()
_NOTHING: dict[str, Any] = {"in_scope": False, "summary": {}}
# So many reports are read before the screen, which takes a second to make, is worth it in a process.
_FEW = 8
_READ = itertools.count()
# spaCy's own limit on one text.
_MAX_CHARACTERS = 1_000_000


def read(text: str, *, image: ImageResult | Path | str | None = None, **metadata: Any) -> ReportResult:
    """Read one report; keyword arguments are its metadata (id, patient_id, study_date, … or anything to carry).

    ``image`` is the path of its series, or what ``horad.run.image.read_image`` said of it.

    Raises:
        RecordError: if the text or the metadata cannot be used.
        SourceError: if there is no DICOM series at the path of the images.
    """
    if image is not None and not isinstance(image, ImageResult):
        from horad.run.image import read_image

        image = read_image(image)
    report = Report(text=text, metadata=Metadata.from_mapping(metadata) if metadata else _NO_METADATA)
    return read_record(pipeline(), report, image=image)


def read_report(
    nlp: "Language", text: str, metadata: Metadata | None = None, *, findings_only: bool = False
) -> ReportResult:
    """Read one report with a pipeline that is already loaded.

    ``findings_only`` leaves what the report itself says of the diagnosis out of the differential.

    Raises:
        RecordError: if the text is too long, or not valid Unicode.
    """
    report = Report(text=text, metadata=metadata or _NO_METADATA)
    return read_record(nlp, report, findings_only=findings_only)


def read_record(
    nlp: "Language", report: Report, *, findings_only: bool = False, image: ImageResult | None = None
) -> ReportResult:
    """Read one report as a reader yields it; its warnings are carried into the result.

    With the images beside it, their measures weigh in the differential, and what the two disagree on is a conflict.
    A report whose words cannot put it in scope is not sent through the pipeline; its result is the same.
    """
    from horad.findings.screen import load_screen

    digest = _digest(report.text)
    worth_it = load_screen.cache_info().currsize or next(_READ) >= _FEW
    if worth_it and not load_screen().passes(report.text):
        return _out_of_scope(report, digest, image)
    return _result(_content(nlp, report, image, findings_only=findings_only), report, digest)


def _content(nlp: "Language", report: Report, image: ImageResult | None, *, findings_only: bool) -> dict[str, Any]:
    """What all the steps together find."""
    from horad.differential import differentiate
    from horad.findings import assemble
    from horad.grading import with_grading
    from horad.knowledge.differential import load_differential
    from horad.knowledge.load import load_rules
    from horad.pipeline.build import read as read_tables

    rules = load_rules()
    content = with_grading(with_metadata(assemble(read_tables(nlp, report.text), rules), report.metadata))
    if image is not None:
        content = with_image(content, image, report.metadata.study_date)
    return differentiate(content, load_differential(), rules.values, findings_only=findings_only)


def _out_of_scope(report: Report, digest: str, image: ImageResult | None) -> ReportResult:
    """The result of a report that speaks of nothing horad reads; only what identifies it differs from others."""
    if image is not None:
        return _result(with_image(_NOTHING, image, report.metadata.study_date), report, digest)
    if report.warnings:
        return _result(_NOTHING, report, digest)
    return _empty_result().model_copy(update=_identity(report, digest))


@functools.lru_cache(maxsize=1)
def _empty_result() -> ReportResult:
    return _result(_NOTHING, Report(text=""), "")


def _result(content: Mapping[str, Any], report: Report, digest: str) -> ReportResult:
    from horad.knowledge.load import load_rules

    warnings = [{"code": "encoding", "message": message, "evidence": []} for message in report.warnings]
    return ReportResult.model_validate(
        {
            **content,
            **_identity(report, digest),
            "warnings": [*content.get("warnings", ()), *warnings],
            "provenance": {"horad": horad.__version__, "rules_sha256": load_rules().sha256},
        }
    )


def _identity(report: Report, digest: str) -> dict[str, Any]:
    """What the source says of the report, in the values of its checked record."""
    metadata = report.metadata
    return {
        "report_id": report.report_id,
        "patient_id": metadata.patient_id,
        "accession_number": metadata.accession_number,
        "study_date": metadata.study_date,
        "report_status": metadata.report_status,
        "text_sha256": digest,
        "extra": metadata.extra,
    }


@functools.lru_cache(maxsize=1)
def pipeline() -> "Language":
    """The default pipeline, loaded once per process."""
    # A broken installation shows here, not as an unreadable report.
    from horad.knowledge.collector import collector_paused

    with collector_paused():
        import horad.findings

        return horad.load()


def _digest(text: str) -> str:
    if len(text) > _MAX_CHARACTERS:
        raise RecordError(f"the text is longer than {_MAX_CHARACTERS:,} characters; pass one report at a time")
    try:
        return hashlib.sha256(text.encode()).hexdigest()
    except UnicodeEncodeError:
        raise RecordError("the text is not valid Unicode (half of a surrogate pair)") from None
