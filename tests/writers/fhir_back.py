"""A FHIR Bundle read back into statements."""

from typing import Any

from horad.knowledge.codes import load_codes
from horad.writers.statements import Statement
from tests.writers import statements_back as back


def read(bundle: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Summary and findings of a Bundle."""
    resources = {f"{r['resourceType']}/{r['id']}": r for r in (entry["resource"] for entry in bundle["entry"])}
    [report] = [resource for resource in resources.values() if resource["resourceType"] == "DiagnosticReport"]
    whole, *lesions = [resources[result["reference"]] for result in report["result"]]
    known = {result["reference"] for result in report["result"]}
    return (
        back.summary([_main(whole), *_others(whole, resources, known)]),
        [_finding(number, lesion, resources) for number, lesion in enumerate(lesions, 1)],
    )


def _finding(number: int, lesion: dict[str, Any], resources: dict[str, Any]) -> dict[str, Any]:
    assertion = Statement("assertion", back.valued("assertion", _code(lesion["valueCodeableConcept"])), "assertion")
    statements = _others(lesion, resources, set())
    # The finding model's presence says the same again, and the side of a lesion is no statement of its own.
    [side] = [s.value for s in statements if s.name == "side"] or ["unspecified"]
    kept = [s for s in statements if s.name not in ("side", "assertion")]
    site = back.valued("site", _code(lesion["bodySite"])) if "bodySite" in lesion else "unspecified"
    kind = back.valued("kind", _code(lesion["code"]))
    return back.finding(f"f{number}", kind, site, str(side), [assertion, *kept])


def _main(of: dict[str, Any]) -> Statement:
    return back.statement(_code(of["code"]), _value(of), (), ())


def _others(of: dict[str, Any], resources: dict[str, Any], known: set[str]) -> list[Statement]:
    components = [back.statement(_code(part["code"]), _value(part), (), ()) for part in of.get("component", ())]
    references = [member["reference"] for member in of.get("hasMember", ())]
    members = [resources[reference] for reference in references if reference not in known]
    return components + [
        back.statement(
            _code(member["code"]),
            _value(member),
            (),
            [back.statement(_code(part["code"]), _value(part), (), ()) for part in member["component"]],
        )
        for member in members
    ]


def _value(of: dict[str, Any]) -> str | float | tuple[str, str]:
    if "valueCodeableConcept" in of:
        return _code(of["valueCodeableConcept"])
    if "valueQuantity" in of:
        return float(of["valueQuantity"]["value"])
    return str(of["valueString"])


def _code(concept: dict[str, Any]) -> tuple[str, str]:
    scheme = load_codes().scheme
    assert concept["coding"][0]["system"] == f"urn:oid:{scheme.uid}"
    return scheme.designator, concept["coding"][0]["code"]
