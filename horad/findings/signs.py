"""What only the differential weighs: signs without a feature's name, and the patient's age and sex."""

from collections.abc import Sequence
from typing import Any

from horad.findings.evidence import EvidenceList
from horad.findings.lesions import SILENT_SECTIONS, UNSPOKEN
from horad.findings.view import CURRENT, Mention, View

_SIGNS = ("sign", "sign_two")
_DIAGNOSES = ("ho", "tumour", "mimic")
_POLARITY = {"present": "present", "possible": "possible", "absent": "absent", "historical": "present"}
_ORDER = ("present", "possible", "absent")
_OLDEST = 110


def signs(view: View, evidence: EvidenceList) -> list[dict[str, Any]]:
    """One row per sign: name, present / possible / absent, and where."""
    found: dict[str, tuple[str, list[Mention]]] = {}
    for mention in view.of(*_SIGNS):
        value = _value(mention)
        if value is None or _in_a_name(view, mention):
            continue
        told, mentions = found.setdefault(mention.value, (value, []))
        if _ORDER.index(value) < _ORDER.index(told):
            found[mention.value] = (value, [mention])
        elif value == told:
            mentions.append(mention)
    return [
        {"name": name, "value": value, "evidence": [evidence.add(m.mark, "sign") for m in mentions]}
        for name, (value, mentions) in sorted(found.items())
    ]


def _in_a_name(view: View, mention: Mention) -> bool:
    """The words are part of a diagnosis's name ("chronic periosteal proliferation"), not something seen."""
    names = view.within(mention.sentence, *_DIAGNOSES)
    return any(name.start <= mention.start and mention.end <= name.end for name in names)


def _value(mention: Mention) -> str | None:
    everywhere = bool(mention.rule.attributes.get("history"))
    if mention.section in SILENT_SECTIONS or mention.assertion in UNSPOKEN:
        return None
    if not everywhere and (mention.section not in CURRENT or mention.assertion == "historical" or mention.historical):
        return None
    return _POLARITY.get(mention.assertion)


def person(view: View, evidence: EvidenceList) -> dict[str, Any]:
    """Age in years and sex, where the text says them, with their evidence."""
    told: dict[str, Any] = {}
    for mention in view.of("age"):
        years = _years(view.words[mention.start : mention.end])
        if years is not None and mention.assertion != "family":
            told["age_years"] = {"value": years, "evidence": [evidence.add(mention.mark, "age")]}
            break
    for mention in view.of("sex")[:1]:
        told["sex"] = {"value": mention.value, "evidence": [evidence.add(mention.mark, "sex")]}
    return told


def _years(words: Sequence[str]) -> int | None:
    numbers = [int(word) for word in words if word.isdecimal()]
    return numbers[0] if numbers and numbers[0] <= _OLDEST else None
