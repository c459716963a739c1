"""The content tree of a DICOM SR by template TID 1500, from the statements of a result."""

from collections.abc import Mapping
from typing import Any

from horad.knowledge.codes import Code, CodeBook, load_codes
from horad.knowledge.standards import DicomSrTable, load_dicom_sr
from horad.records import Finding, ReportResult
from horad.terms import Kind, Side, Site
from horad.writers import identity
from horad.writers.layout import INTENDED_USE
from horad.writers.statements import FIELD, Statement, Subject, subjects


def content(result: ReportResult, key: str, told: Mapping[str, str]) -> Any:
    """The tree of one result; ``key`` makes its tracking identifiers, ``told`` are more texts by their concept."""
    from highdicom import sr

    table = load_dicom_sr()
    groups = [_group(subject, key) for subject in subjects(result)]
    tree = sr.MeasurementReport(
        observation_context=_context(result),
        procedure_reported=concept(table.concept["procedure"]),
        imaging_measurements=groups,
        title=concept(table.concept["title"]),
    )
    made_by = f"horad {result.provenance.horad}, rules {result.provenance.rules_sha256}"
    for name, note in (("comment", INTENDED_USE), ("comment", made_by), *told.items()):
        tree[0].ContentSequence.append(_text(concept(table.concept[name]), note, "CONTAINS"))
    return tree


def concept(code: Code) -> Any:
    """A code as highdicom takes it."""
    from highdicom.sr import CodedConcept

    return CodedConcept(code.code, code.scheme, code.meaning)


def _context(result: ReportResult) -> Any:
    """The observer is a device: its identifier tells the version and the rules."""
    from highdicom import sr
    from pydicom.sr.codedict import codes

    document, made_by = load_dicom_sr().document, result.provenance
    device = sr.DeviceObserverIdentifyingAttributes(
        uid=identity.uid("device", made_by.horad, made_by.rules_sha256),
        name=f"horad {made_by.horad}",
        manufacturer_name=document.manufacturer,
        model_name=document.model,
    )
    return sr.ObservationContext(observer_device_context=sr.ObserverContext(codes.DCM.Device, device))


def _group(subject: Subject, key: str) -> Any:
    from highdicom import sr

    finding = subject.finding
    group = sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(uid=identity.uid(key, subject.id), identifier=subject.id),
        finding_type=concept(load_codes().code("kind", finding.kind if finding else Kind.HETEROTOPIC_OSSIFICATION)),
        finding_sites=_sites(finding) if finding else None,
    )
    for statement in subject.statements:
        group[0].ContentSequence.append(_item(statement, "CONTAINS"))
    return group


def _sites(finding: Finding) -> list[Any] | None:
    """One finding site; none where neither place nor side is told."""
    from highdicom.sr import FindingSite

    if finding.site == Site.UNSPECIFIED and finding.side == Side.UNSPECIFIED:
        return None
    codes = load_codes()
    side = None if finding.side == Side.UNSPECIFIED else concept(codes.code("side", finding.side))
    return [FindingSite(concept(codes.code("site", finding.site)), laterality=side)]


def _item(statement: Statement, relationship: str) -> Any:
    """The content item of a statement, its parts as properties, the report's words as what it was inferred from."""
    from highdicom.sr import CodeContentItem, ContentSequence, NumContentItem

    codes, table = load_codes(), load_dicom_sr()
    name = concept(name_of(statement, codes, table))
    item: Any
    if statement.vocabulary:
        value = concept(codes.code(statement.vocabulary, str(statement.value)))
        item = CodeContentItem(name, value, relationship_type=relationship)
    elif isinstance(statement.value, float):
        item = NumContentItem(name, statement.value, concept(table.concept["mm"]), relationship_type=relationship)
    else:
        item = _text(name, statement.value, relationship)
    children = [_item(part, "HAS PROPERTIES") for part in statement.parts]
    children += [_text(concept(codes.private[FIELD]["words"]), words, "INFERRED FROM") for words in statement.words]
    if children:
        item.ContentSequence = ContentSequence(children)
    return item


def name_of(statement: Statement, codes: CodeBook, table: DicomSrTable) -> Code:
    """The concept name of a statement."""
    if statement.names == FIELD and statement.name in table.concept:
        return table.concept[statement.name]
    return codes.private[statement.names][statement.name]


def _text(name: Any, value: str, relationship: str) -> Any:
    from highdicom.sr import TextContentItem

    return TextContentItem(name, value, relationship_type=relationship)
