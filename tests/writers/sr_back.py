"""A DICOM SR document read back by highdicom into statements."""

from pathlib import Path
from typing import Any

from horad.knowledge.codes import load_codes
from horad.knowledge.standards import load_dicom_sr
from horad.writers.statements import REPORT, Statement
from tests.writers import statements_back as back

_ABOUT = ("Tracking Identifier", "Tracking Unique Identifier", "Finding", "Finding Site")


def read(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Summary and findings of a document."""
    from highdicom.sr import srread

    tree: Any = srread(path).content
    groups = [_group(group) for group in tree.get_image_measurement_groups()]
    statements, *findings = groups
    assert statements["id"] == REPORT
    return back.summary(statements["statements"]), [back.finding(*group.values()) for group in findings]


def _group(group: Any) -> dict[str, Any]:
    sites = group.finding_sites
    side = _child(sites[0], "Laterality") if sites else None
    return {
        "id": group.tracking_identifier,
        "kind": back.valued("kind", _code(group.finding_type)),
        "site": back.valued("site", _code(sites[0].value)) if sites else "unspecified",
        "side": back.valued("side", _code(side.value)) if side else "unspecified",
        "statements": [_statement(item) for item in group[0].ContentSequence if item.name.meaning not in _ABOUT],
    }


def _child(item: Any, meaning: str) -> Any:
    return next((child for child in getattr(item, "ContentSequence", ()) if child.name.meaning == meaning), None)


def _statement(item: Any) -> Statement:
    children = list(getattr(item, "ContentSequence", ()))
    words = [child.value for child in children if child.RelationshipType == "INFERRED FROM"]
    parts = [_statement(child) for child in children if child.RelationshipType == "HAS PROPERTIES"]
    value = _code(item.value) if item.ValueType == "CODE" else item.value
    return back.statement(_own_name(_code(item.name)), value, words, parts)


def _own_name(code: tuple[str, str]) -> tuple[str, str]:
    """The private code of a field that stands under a public concept name."""
    fields = load_codes().private["field"]
    for field, public in load_dicom_sr().concept.items():
        if (public.scheme, public.code) == code:
            return fields[field].scheme, fields[field].code
    return code


def _code(concept: Any) -> tuple[str, str]:
    return concept.scheme_designator, concept.value
