"""An assembled report → the same with its differential: of the main lesion, and of each of several."""

from collections.abc import Mapping, Sequence
from typing import Any

from horad.differential.evidence import Content, Observation, observations
from horad.differential.explain import arguments, would_change
from horad.differential.score import Scored, cohort_of, rounded, score, terms_of
from horad.differential.stated import stated_terms
from horad.knowledge.differential import DifferentialBook

# What the findings hand over for the differential alone; no part of the result.
INPUTS = ("stated", "signs", "person")
_SAID = frozenset({"present", "possible"})
_EXPLAINED = 5
_HETEROTOPIC = frozenset({"heterotopic_ossification", "myositis_ossificans", "fop"})


def differentiate(
    content: Content, book: DifferentialBook, values: Mapping[str, str], *, findings_only: bool = False
) -> dict[str, Any]:
    """The report with ``differential`` filled, empty where no lesion or mimic is described.

    ``values`` tells what each rule's words stand for; ``findings_only`` leaves out what the report itself
    says of the diagnosis.
    """
    told = {key: value for key, value in content.items() if key not in INPUTS}
    findings = [finding for finding in content.get("findings", ()) if finding["assertion"] in _SAID]
    if not findings:
        return {**told, "differential": []}
    rows = [] if findings_only else list(content.get("stated", ()))
    told["differential"] = _ranked(content, book, values, findings, rows)
    if len(findings) > 1:
        own = {f["id"]: _ranked(content, book, values, [f], _own(content, f, findings, rows)) for f in findings}
        told["findings"] = [{**f, "differential": own.get(f["id"], [])} for f in content["findings"]]
    return told


def rank(
    content: Content,
    book: DifferentialBook,
    values: Mapping[str, str],
    findings: Sequence[Content],
    stated: Sequence[Content],
) -> list[Scored]:
    """The candidates for some findings of a report, with all that their sums are made of."""
    return _rank(book, observations(content, values, findings), stated)


def _rank(book: DifferentialBook, seen: Sequence[Observation], stated: Sequence[Content]) -> list[Scored]:
    terms = terms_of(book, seen)
    cohort = cohort_of(book, seen).id
    for name, more in stated_terms(book, stated, cohort).items():
        terms[name] += more
    return score(book, cohort, terms)


def _ranked(
    content: Content,
    book: DifferentialBook,
    values: Mapping[str, str],
    findings: Sequence[Content],
    stated: Sequence[Content],
) -> list[dict[str, Any]]:
    seen = observations(content, values, findings)
    ranked = _rank(book, seen, stated)
    chances = rounded([item.probability for item in ranked], book.settings.digits)
    known = {observation.name for observation in seen}
    told_by = would_change(book, ranked, [item.diagnosis for item in ranked[:_EXPLAINED]], known)
    rows = []
    for number, (item, chance) in enumerate(zip(ranked, chances, strict=True), 1):
        supporting, opposing = arguments(item.terms)
        rows.append(
            {
                "diagnosis": item.diagnosis,
                "rank": number,
                "probability": chance,
                "supporting": supporting,
                "opposing": opposing,
                "would_change": told_by.get(item.diagnosis, []),
            }
        )
    return rows


def _own(content: Content, finding: Content, findings: Sequence[Content], rows: Sequence[Content]) -> list[Content]:
    """The named diagnoses that are not another kind of lesion's name."""
    others = [other for other in findings if _heterotopic(other) != _heterotopic(finding)]
    if not others:
        return list(rows)
    mine, theirs = _places(content, [finding]), _places(content, others)
    return [row for row in rows if not (found := _spans(content, row["evidence"])) & theirs or found & mine]


def _heterotopic(finding: Content) -> bool:
    return finding["kind"] in _HETEROTOPIC


def _places(content: Content, findings: Sequence[Content]) -> set[tuple[int, int]]:
    names = {finding["id"] for finding in findings}
    rows = content["evidence"]
    return {(row["start"], row["end"]) for row in rows if row["finding"] in names and row["field"] == "ho_status"}


def _spans(content: Content, indexes: Sequence[int]) -> set[tuple[int, int]]:
    return {(content["evidence"][index]["start"], content["evidence"][index]["end"]) for index in indexes}
