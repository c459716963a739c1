"""The content of a result with inferred grades, Ledermann stages, discordant grades and the course of time."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from horad.grading.clock import time_course
from horad.grading.criteria import Criterion, GradeCriterion, Inference, load_clock, load_inference
from horad.grading.infer import Described, grades, stage

_GRADABLE = frozenset({"heterotopic_ossification", "myositis_ossificans", "fop"})
_GRADES_FIELD, _STAGE_FIELD = "grades.inferred", "maturity.inferred"
_DISCORDANT = "grade_discordant"
_SAID = frozenset({"present", "possible"})
_ONE_SIDE = frozenset({"left", "right", "midline"})


def with_grading(content: Mapping[str, Any], folder: str | None = None) -> dict[str, Any]:
    """The content with all that can be inferred; ``described``, which only this step reads, is taken out."""
    left = {name: value for name, value in content.items() if name != "described"}
    if not content["in_scope"]:
        return left
    grading = _Grading(content, load_inference(folder))
    findings = [grading.graded(finding) for finding in content["findings"]]
    alerts = [*content.get("alerts", ()), *grading.alerts]
    context = {**content.get("context", {}), "time_course": _course(content, folder)}
    return {**left, "findings": findings, "evidence": grading.evidence, "alerts": alerts, "context": context}


class _Grading:
    """One report while its findings are graded: evidence and alerts grow."""

    def __init__(self, content: Mapping[str, Any], inference: Inference) -> None:
        self._inference = inference
        self._described = content.get("described", {})
        self._causes = content["summary"].get("risk_factors", ())
        self._modality = content["summary"].get("modality", ())
        self.evidence: list[dict[str, Any]] = [dict(span) for span in content["evidence"]]
        self.alerts: list[dict[str, Any]] = []

    def graded(self, finding: Mapping[str, Any]) -> dict[str, Any]:
        """The finding with its stage, and with grades of the systems of which it states none."""
        if finding["kind"] not in _GRADABLE:
            return dict(finding)
        described = Described(
            finding=finding,
            shapes=self._described.get("shapes", {}).get(finding["id"], ()),
            told=self._described.get("told", ()),
            causes=self._causes,
            modality=self._modality,
        )
        first = len(self.evidence)
        stated = [grade for grade in finding["grades"] if grade["when"] == "current"]
        found = [c for c in grades(described, self._inference) if not self._is_stated(c, stated, described)]
        for criterion in found:
            self._show(criterion, described, _GRADES_FIELD)
        self._compare_stated(finding, stated)
        inferred = [_grade(criterion) for criterion in found]
        maturity = self._staged(described)
        rows = [*finding["evidence"], *range(first, len(self.evidence))]
        return {**finding, "grades": [*finding["grades"], *inferred], "maturity": maturity, "evidence": rows}

    def _staged(self, described: Described) -> dict[str, Any] | None:
        maturity = described.finding["maturity"]
        criterion = stage(described, self._inference) if maturity else None
        if maturity is None or criterion is None:
            return dict(maturity) if maturity else None
        self._show(criterion, described, _STAGE_FIELD)
        return {**maturity, "ledermann": criterion.stage}

    def _is_stated(self, criterion: GradeCriterion, stated: Sequence[Mapping[str, Any]], described: Described) -> bool:
        """Whether the report states a grade of the system; another one than is described is an alert."""
        values = [grade["value"] for grade in stated if grade["system"] == criterion.system]
        if values and criterion.value not in values:
            name, said = _plain(criterion.system), " and ".join(values)
            message = f"The report states {name} {said}; what it describes gives {criterion.value} ({criterion.id})."
            spans = [*self._spans(described.finding, {"grades"}), *described.words_of(criterion)]
            self._warn(message, spans)
        return bool(values)

    def _compare_stated(self, finding: Mapping[str, Any], stated: Sequence[Mapping[str, Any]]) -> None:
        """Two current grades of one system for one lesion on one side, at one level."""
        if finding["side"] not in _ONE_SIDE or finding["site"] in self._inference.several_levels:
            return
        for system in dict.fromkeys(grade["system"] for grade in stated):
            values = list(dict.fromkeys(grade["value"] for grade in stated if grade["system"] == system))
            if len(values) > 1:
                message = f"The report states {_plain(system)} {' and '.join(values)} for one lesion."
                self._warn(message, self._spans(finding, {"grades"}))

    def _warn(self, message: str, spans: Iterable[int]) -> None:
        notice = {"code": _DISCORDANT, "message": message, "evidence": list(dict.fromkeys(spans))}
        if all(notice["message"] != other["message"] for other in self.alerts):
            self.alerts.append(notice)

    def _show(self, criterion: Criterion, described: Described, field: str) -> None:
        """Enter the words that an inference rests on, under the criterion as their rule."""
        spans = described.words_of(criterion) or self._spans(described.finding, _fields(criterion))
        for span in [self.evidence[index] for index in dict.fromkeys(spans)]:
            self.evidence.append({**span, "rule": criterion.id, "field": field, "finding": described.finding["id"]})

    def _spans(self, finding: Mapping[str, Any], fields: set[str]) -> list[int]:
        """The evidence of some fields of a finding; the same words once."""
        found = {
            (span["start"], span["end"]): index
            for index, span in enumerate(self.evidence)
            if span["field"] in fields and span["finding"] in (finding["id"], None)
        }
        return sorted(found.values())


def _fields(criterion: Criterion) -> set[str]:
    """The evidence fields of what a criterion looks at, beside shapes."""
    if criterion.maturity:
        return {"maturity"}
    if criterion.compartments:
        return {"compartments", "risk_factors"}
    return {"ho_status"}


def _grade(criterion: GradeCriterion) -> dict[str, Any]:
    return {"system": criterion.system, "value": criterion.value, "basis": "inferred", "when": "current"}


def _course(content: Mapping[str, Any], folder: str | None) -> list[dict[str, Any]]:
    summary = content["summary"]
    if not any(finding["assertion"] in _SAID for finding in content["findings"]):
        return []
    return time_course(
        content.get("context", {}).get("injury_interval_days"),
        load_clock(folder),
        sites=[place["site"] for place in summary.get("sites", ())],
        causes=summary.get("risk_factors", ()),
        modality=summary.get("modality", ()),
    )


def _plain(value: str) -> str:
    return value.replace("_", " ")
