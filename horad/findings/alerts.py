"""Alerts: facts of a report that must not be overlooked, whatever else it says. No advice is ever given."""

from collections.abc import Mapping, Sequence
from typing import Any

from horad.findings import maturity
from horad.findings.bind import Lesion
from horad.findings.evidence import EvidenceList
from horad.findings.summary import current, strongest_features
from horad.findings.view import CURRENT, Claim, Mark, Mention, View
from horad.knowledge.alerts import Alert, Reason, load_alerts

_SAID = ("present", "possible")
_RECOMMENDATION = "recommendation"


class Alerts:
    """What the alerts look at: the lesions, the tumour, the words, and the evidence they go into."""

    def __init__(
        self, view: View, lesions: Sequence[Lesion], tumour: tuple[str, Sequence[Claim]], evidence: EvidenceList
    ) -> None:
        self._view = view
        self._lesions = {f"f{n}": x for n, x in enumerate(lesions, 1) if x.assertion in _SAID}
        self._strongest: dict[str, dict[str, tuple[str, list[Claim]]]] = {}
        self._tumour = tumour
        self._evidence = evidence

    def raised(self, conflicts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The alerts in the order of their table; some conflicts are alerts as well."""
        found: list[dict[str, Any]] = []
        for alert in load_alerts(self._view.rules.folder):
            found += [dict(conflict) for conflict in conflicts if conflict["code"] == alert.mirrors]
            found += self._alert(alert)
        return found

    def _alert(self, alert: Alert) -> list[dict[str, Any]]:
        reasons = [(reason, spans) for reason in alert.reason if (spans := self._met(reason)) is not None]
        if not reasons:
            return []
        message = f"{alert.message}: {'; '.join(reason.text for reason, _ in reasons)}."
        indexes = dict.fromkeys(index for _, spans in reasons for index in spans)
        return [{"code": alert.code, "message": message, "evidence": list(indexes)}]

    def _met(self, reason: Reason) -> list[int] | None:
        """The spans that meet a reason; None if it is not met."""
        spans: list[int] = []
        if reason.tumour:
            value, claims = self._tumour
            if value not in reason.tumour:
                return None
            spans += self._spans([mark for claim in claims for mark in claim.marks], "tumour")
        if reason.mention:
            told = self._told(reason.mention)
            if not told:
                return None
            spans += self._spans([mention.mark for mention in told], "alerts")
        if reason.looks_at_lesion:
            of_lesions = [found for name, x in self._lesions.items() if (found := self._of_lesion(reason, name, x))]
            if not of_lesions:
                return None
            spans += [index for found in of_lesions for index in found]
        return spans

    def _told(self, value: str) -> list[Mention]:
        """Red flags said of this patient's images; advice also where it stands as one."""
        found = [m for m in self._view.of("red_flag") if m.value == value] if self._lesions else []
        return [m for m in found if (_is_advice(m) if m.rule.attributes.get("advice") else _is_finding(m))]

    def _of_lesion(self, reason: Reason, name: str, lesion: Lesion) -> list[int]:
        """The spans of one lesion that meets all conditions; none if it does not."""
        if reason.kinds and lesion.kind not in reason.kinds:
            return []
        features = self._features(name)
        parts = [_feature(features, feature, values) for feature, values in reason.features.items()]
        if reason.maturity:
            value, deciding = maturity.decide(current(lesion.of("maturity")))
            parts.append([("maturity", claim) for claim in deciding] if value in reason.maturity else [])
        if reason.change:
            changes = current(lesion.of("change"))[-1:]
            parts.append([("change", claim) for claim in changes if claim.value in reason.change])
        if reason.relation:
            parts.append([("neurovascular", claim) for claim in self._relations(reason, lesion)])
        if not all(parts):
            return []
        claims = [pair for part in parts for pair in part]
        return [self._evidence.add(mark, field, name) for field, claim in claims for mark in claim.marks]

    def _features(self, name: str) -> dict[str, tuple[str, list[Claim]]]:
        if name not in self._strongest:
            self._strongest[name] = strongest_features([self._lesions[name]])
        return self._strongest[name]

    def _relations(self, reason: Reason, lesion: Lesion) -> list[Claim]:
        found = [claim for claim in current(lesion.of("neurovascular")) if claim.value in reason.relation]
        if not reason.structure_kinds:
            return found
        return [claim for claim in found if self._structure_kinds(claim) & set(reason.structure_kinds)]

    def _structure_kinds(self, claim: Claim) -> set[str]:
        rules = [self._view.rules.by_id.get(mark.rule) for mark in claim.marks]
        return {str(rule.attributes.get("kind")) for rule in rules if rule and rule.field == "structure"}

    def _spans(self, marks: Sequence[Mark], field: str) -> list[int]:
        return self._evidence.add_all(tuple(marks), field)


def _feature(
    features: Mapping[str, tuple[str, list[Claim]]], feature: str, values: Sequence[str]
) -> list[tuple[str, Claim]]:
    value, claims = features.get(feature, ("", []))
    return [(f"features.{feature}", claim) for claim in claims] if value in values else []


def _is_finding(mention: Mention) -> bool:
    return mention.section in CURRENT and mention.assertion in _SAID and not mention.historical


def _is_advice(mention: Mention) -> bool:
    here = mention.section in CURRENT or mention.section == _RECOMMENDATION
    return here and mention.assertion not in ("absent", "general", "family") and not mention.historical
