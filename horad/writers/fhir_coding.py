"""Codes, references and tags as FHIR writes them."""

import html
from typing import Any

from horad.knowledge.codes import Code, load_codes
from horad.knowledge.standards import ModelAttribute, load_fhir
from horad.writers import identity
from horad.writers.layout import INTENDED_USE
from horad.writers.statements import FIELD, REPORT, Statement

# Statements that the finding model has an attribute for.
_PRESENCE, _CHANGE = ("assertion", "ho_status"), "change"


def reference(key: str, *names: str) -> dict[str, str]:
    """A reference to an Observation of the same report."""
    return {"reference": f"Observation/{observation_id(key, *names)}"}


def observation_id(key: str, *names: str) -> str:
    """The id of an Observation; without a name, of the report as a whole."""
    return identity.digest(key, *(names or (REPORT,)))


def meta() -> dict[str, Any]:
    """The tag that every resource carries."""
    tag = _private(load_codes().private[FIELD]["intended_use"])
    return {"tag": [{**tag, "display": INTENDED_USE}]}


def escaped(text: str) -> str:
    """Text for a narrative."""
    return html.escape(text, quote=False)


def name(statement: Statement, *, is_of_model: bool) -> dict[str, Any]:
    """What a statement is about: the private code, and the finding model's attribute if it describes this."""
    own = load_codes().private[statement.names][statement.name]
    attribute = _attribute(statement) if is_of_model else None
    codings = [_private(own)] + ([_of_model(attribute.code, attribute.display)] if attribute else [])
    return {"coding": codings, "text": own.meaning}


def value(statement: Statement, *, is_of_model: bool) -> dict[str, Any]:
    """What a statement says, as the element value[x] that suits it."""
    if statement.vocabulary:
        return {"valueCodeableConcept": _coded(statement, is_of_model=is_of_model)}
    if isinstance(statement.value, float):
        unit = load_fhir().report.unit_system
        return {"valueQuantity": {"value": statement.value, "unit": "mm", "system": unit, "code": "mm"}}
    return {"valueString": statement.value}


def concept(vocabulary: str, of: str) -> dict[str, Any]:
    """A value of a vocabulary: its private code, and its public one if there is one."""
    own = load_codes().private[vocabulary][of]
    return {"coding": [_private(own), *_public(vocabulary, of)], "text": own.meaning}


def finding_model() -> dict[str, str]:
    """The finding model itself."""
    model = load_fhir().finding_model
    return _of_model(model.finding.code, model.finding.display)


def _coded(statement: Statement, *, is_of_model: bool) -> dict[str, Any]:
    vocabulary, of = str(statement.vocabulary), str(statement.value)
    attribute = _attribute(statement) if is_of_model else None
    made = attribute.values.get(of) if attribute else None
    if made is None:
        return concept(vocabulary, of)
    own = load_codes().private[vocabulary][of]
    codings = [_private(own), _of_model(made.code, made.display)]
    if made.snomed:
        codings.append({"system": load_fhir().system["SCT"], "code": made.snomed, "display": made.meaning or ""})
    return {"coding": codings, "text": own.meaning}


def _attribute(statement: Statement) -> ModelAttribute | None:
    model = load_fhir().finding_model
    if statement.names == FIELD and statement.name in _PRESENCE:
        return model.presence
    return model.change if (statement.names, statement.name) == (FIELD, _CHANGE) else None


def _public(vocabulary: str, of: str) -> list[dict[str, str]]:
    code = load_codes().terms.get(vocabulary, {}).get(of)
    if code is None:
        return []
    return [{"system": load_fhir().system[code.scheme], "code": code.code, "display": code.meaning}]


def _private(code: Code) -> dict[str, str]:
    return {"system": f"urn:oid:{load_codes().scheme.uid}", "code": code.code, "display": code.meaning}


def _of_model(code: str, display: str) -> dict[str, str]:
    return {"system": load_fhir().finding_model.system, "code": code, "display": display}
