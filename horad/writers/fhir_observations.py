"""The Observations of a report: the whole, its lesions, and the values that have parts."""

from collections.abc import Iterable
from typing import Any

from horad.knowledge.standards import load_fhir
from horad.records import Finding, ReportResult
from horad.terms import Side, Site
from horad.writers import fhir_coding as coding
from horad.writers.statements import Statement, Subject, subjects


def observations(result: ReportResult, key: str, shared: dict[str, Any]) -> list[dict[str, Any]]:
    """All Observations of a result; ``shared`` is what they have in common with the report."""
    device = {"display": f"horad {result.provenance.horad}, rules {result.provenance.rules_sha256}"}
    made = []
    for subject in subjects(result):
        members = [statement for statement in subject.statements if statement.parts]
        whole = _whole(subject, key, shared, device)
        whole["hasMember"] = [coding.reference(key, subject.id, str(n)) for n, _ in enumerate(members)]
        if subject.finding is None:
            whole["hasMember"] += [coding.reference(key, finding.id) for finding in result.findings]
        made.append({name: value for name, value in whole.items() if value})
        for number, statement in enumerate(members):
            head = _head(coding.observation_id(key, subject.id, str(number)), shared, device)
            made.append(_member(head, subject, statement))
    return made


def _head(observation_id: str, shared: dict[str, Any], device: dict[str, str]) -> dict[str, Any]:
    category = load_fhir().report.observation_category.model_dump()
    return {
        "resourceType": "Observation",
        "id": observation_id,
        "meta": coding.meta(),
        "status": "preliminary",
        "category": [{"coding": [category]}],
        "device": device,
        **shared,
    }


def _whole(subject: Subject, key: str, shared: dict[str, Any], device: dict[str, str]) -> dict[str, Any]:
    main, *others = subject.statements
    is_of_model = _is_of_model(subject)
    components = [_component(s, is_of_model=is_of_model) for s in others if not s.parts]
    made = _head(coding.observation_id(key, subject.id), shared, device)
    if subject.finding is None:
        made["code"] = coding.name(main, is_of_model=False)
        made["code"]["coding"].append(coding.finding_model())
    else:
        made |= _place(subject.finding)
        made["code"] = coding.concept("kind", subject.finding.kind)
        if is_of_model:
            made["code"]["coding"].append(coding.finding_model())
            components.insert(0, _component(main, is_of_model=True))
        if subject.finding.side != Side.UNSPECIFIED:
            side = Statement("side", subject.finding.side, "side")
            components.insert(0, _component(side, is_of_model=False))
    made |= coding.value(main, is_of_model=is_of_model)
    made["component"], made["note"] = components, _notes(s for s in subject.statements if not s.parts)
    return made


def _member(head: dict[str, Any], subject: Subject, statement: Statement) -> dict[str, Any]:
    made = {
        **head,
        "code": coding.name(statement, is_of_model=False),
        **coding.value(statement, is_of_model=False),
        **(_place(subject.finding) if subject.finding else {}),
        "component": [_component(part, is_of_model=False) for part in statement.parts],
        "note": _notes([statement]),
    }
    return {name: value for name, value in made.items() if value}


def _component(statement: Statement, *, is_of_model: bool) -> dict[str, Any]:
    return {
        "code": coding.name(statement, is_of_model=is_of_model),
        **coding.value(statement, is_of_model=is_of_model),
    }


def _place(finding: Finding) -> dict[str, Any]:
    return {} if finding.site == Site.UNSPECIFIED else {"bodySite": coding.concept("site", finding.site)}


def _notes(statements: Iterable[Statement]) -> list[dict[str, str]]:
    """The report's words behind each value."""
    notes = []
    for statement in statements:
        if statement.words:
            about = coding.name(statement, is_of_model=False)["text"]
            notes.append({"text": f"{about}: " + ", ".join(f"“{words}”" for words in statement.words)})
    return notes


def _is_of_model(subject: Subject) -> bool:
    return subject.finding is None or subject.finding.kind in load_fhir().finding_model.kinds
