"""The answer for one report; its JSON form is the public contract."""

import itertools
from typing import Literal, Self

from pydantic import Field, JsonValue, model_validator

from horad.records.context import Context
from horad.records.differential import Candidate
from horad.records.evidence import Evidence, Notice
from horad.records.finding import Finding
from horad.records.image import ImageResult
from horad.records.record import Record
from horad.records.summary import Summary
from horad.terms import ReportStatus


class Provenance(Record):
    """What made the result: the version, the rules, and the time if it was asked for."""

    horad: str
    rules_sha256: str
    created: str | None = None


class ReportResult(Record):
    """Everything horad says of one report; ``evidence`` is the only place where spans stand."""

    schema_version: Literal["1.0"] = "1.0"
    report_id: str
    patient_id: str | None = None
    accession_number: str | None = None
    study_date: str | None = None
    report_status: ReportStatus = ReportStatus.UNKNOWN
    text_sha256: str
    in_scope: bool
    summary: Summary
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    context: Context = Context()
    differential: tuple[Candidate, ...] = ()
    alerts: tuple[Notice, ...] = ()
    conflicts: tuple[Notice, ...] = ()
    warnings: tuple[Notice, ...] = ()
    extra: dict[str, JsonValue] = Field(default_factory=dict)
    image: ImageResult | None = None
    provenance: Provenance

    @model_validator(mode="after")
    def _indexes_exist(self) -> Self:
        highest = max(itertools.chain.from_iterable(self._indexes()), default=-1)
        if highest >= len(self.evidence):
            raise ValueError(f"evidence {highest} is referred to, but there are {len(self.evidence)} spans")
        return self

    def _indexes(self) -> list[tuple[int, ...]]:
        ranked = [self.differential, *[finding.differential for finding in self.findings]]
        arguments = [
            argument.evidence
            for candidates in ranked
            for candidate in candidates
            for argument in (*candidate.supporting, *candidate.opposing)
        ]
        notices = (*self.alerts, *self.conflicts, *self.warnings)
        return [*[finding.evidence for finding in self.findings], *[notice.evidence for notice in notices], *arguments]
