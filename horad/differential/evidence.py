"""What the model weighs: the findings of an assembled report as observations, each with its spans."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Content = Mapping[str, Any]
_HETEROTOPIC = frozenset({"heterotopic_ossification", "myositis_ossificans", "fop"})
_SAID = frozenset({"present", "possible"})
_SILENT = frozenset({"not_described", "not_stated", "unspecified", None})
_BILATERAL = "bilateral"


class Observation(NamedTuple):
    """One finding with its value (or number), whether it is only possible, and where it stands."""

    name: str
    value: str = ""
    number: float | None = None
    hedged: bool = False
    evidence: tuple[int, ...] = ()
    interval: tuple[float, ...] = ()  # ends of what the number may be; it weighs only where all of them weigh alike

    @property
    def key(self) -> str:
        """The finding as the evidence table writes it."""
        return f"{self.name}={self.value}" if self.value else self.name


def observations(content: Content, values: Mapping[str, str], findings: Sequence[Content]) -> tuple[Observation, ...]:
    """Everything that the findings, and the patient behind them, give the model; the order does not matter.

    ``values`` tells what each rule's words stand for, so that a risk factor finds its own spans.
    """
    spans = _Spans(content.get("evidence", ()), values, {finding["id"] for finding in findings})
    found = [*_lesions(findings, spans), *_signs(content), *_patient(content, spans), *_measures(content)]
    return tuple(sorted(_merged(found), key=lambda seen: (seen.name, seen.value, seen.number or 0.0)))


class _Spans:
    """Evidence by field, of the findings in question or of no finding in particular."""

    def __init__(self, rows: Sequence[Content], values: Mapping[str, str], findings: set[str]) -> None:
        self._rows, self._values = rows, values
        self._by_field: dict[str, list[int]] = {}
        for index, row in enumerate(rows):
            if row.get("finding") is None or row["finding"] in findings:
                self._by_field.setdefault(row["field"], []).append(index)

    def of(self, field: str, value: str | None = None) -> tuple[int, ...]:
        """Spans of a field, each place once; with a value, those whose rule stands for it."""
        seen: dict[tuple[int, int], int] = {}
        for index in self._by_field.get(field, ()):
            row = self._rows[index]
            if value is None or self._values.get(row["rule"]) == value:
                seen.setdefault((row["start"], row["end"]), index)
        return tuple(seen.values())


def _lesions(findings: Sequence[Content], spans: _Spans) -> Iterator[Observation]:
    for finding in findings:
        if finding["assertion"] not in _SAID:
            continue
        hedged = finding["assertion"] == "possible"
        kind = "bone" if finding["kind"] in _HETEROTOPIC else finding["kind"]
        yield Observation("lesion", kind, hedged=hedged, evidence=spans.of("ho_status"))
        yield from _described(finding, spans)
        if finding["site"] not in _SILENT:
            yield Observation("site", finding["site"], evidence=spans.of("sites"))
        for name, value in finding["features"].items():
            asserted = "present" if value == "possible" else value
            yield Observation(name, asserted, hedged=value == "possible", evidence=spans.of(f"features.{name}"))
    sides = {finding["side"] for finding in findings if finding["assertion"] in _SAID}
    if _BILATERAL in sides or {"left", "right"} <= sides:
        yield Observation("side", _BILATERAL, evidence=spans.of("sites"))


def _described(finding: Content, spans: _Spans) -> Iterator[Observation]:
    for name in ("maturity", "marrow_signal"):
        told = finding.get(name)
        if told and told["value"] not in _SILENT:
            yield Observation(name, told["value"], evidence=spans.of(name))
    if finding.get("change"):
        yield Observation("change", finding["change"], evidence=spans.of("change"))
    for relation in finding.get("neurovascular", ()):
        yield Observation("neurovascular", relation["relation"], evidence=spans.of("neurovascular"))
    stated = [g for g in finding.get("grades", ()) if g["basis"] == "stated" and g["value"] != "0"]
    if stated:
        yield Observation("grade", "stated", evidence=spans.of("grades"))


def _signs(content: Content) -> Iterator[Observation]:
    for sign in content.get("signs", ()):
        asserted = "present" if sign["value"] == "possible" else sign["value"]
        yield Observation(sign["name"], asserted, hedged=sign["value"] == "possible", evidence=tuple(sign["evidence"]))


def _patient(content: Content, spans: _Spans) -> Iterator[Observation]:
    context = content.get("context") or {}
    for factor in context.get("risk_factors", ()):
        yield Observation(f"risk.{factor}", "present", evidence=spans.of("risk_factors", factor))
    for symptom in context.get("symptoms", ()):
        asserted = "absent" if symptom["assertion"] == "absent" else "present"
        hedged = symptom["assertion"] == "possible"
        yield Observation(f"symptom.{symptom['name']}", asserted, hedged=hedged)
    for lab in context.get("labs", ()):
        if lab.get("direction"):
            yield Observation(f"lab.{lab['name']}".lower(), lab["direction"])
    for phase, uptake in (context.get("bone_scan") or {}).items():
        if uptake:
            yield Observation(f"bone_scan.{phase}", uptake)
    age = (content.get("person") or {}).get("age_years")
    if age:
        yield Observation("age", number=float(age["value"]), evidence=tuple(age["evidence"]))


def _measures(content: Content) -> Iterator[Observation]:
    image = content.get("image") or {}
    for measure in image.get("measures", ()):
        ends = tuple(float(measure[end]) for end in ("low", "high") if measure.get(end) is not None)
        yield Observation(f"measure.{measure['name']}", number=float(measure["value"]), interval=ends)


def _merged(found: Iterable[Observation]) -> list[Observation]:
    """One observation per finding and value; one that is asserted goes before one that is hedged."""
    kept: dict[tuple[str, str, float | None], Observation] = {}
    for seen in found:
        place = (seen.name, seen.value, seen.number)
        other = kept.get(place)
        if other is None:
            kept[place] = seen
        else:
            spans = tuple(dict.fromkeys((*other.evidence, *seen.evidence)))
            kept[place] = Observation(
                *place, hedged=other.hedged and seen.hedged, evidence=spans, interval=seen.interval
            )
    return list(kept.values())
