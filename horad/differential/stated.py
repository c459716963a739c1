"""The report's own words on the diagnosis as weights: a separate input that can be left out."""

from collections.abc import Mapping, Sequence
from typing import Any

from horad.differential.score import KIN, STATED_GROUP, Term
from horad.knowledge.differential import DifferentialBook, Stance

Rows = Sequence[Mapping[str, Any]]
LABEL = "stated_by_report"
SOURCE = "report"
_GRADE = "stated"
_POSSIBLE, _PAST, _LEADING = "possible", "past", "leading"
_DECIDED = frozenset({"stated", "favoured", "incidental"})
_SURE = frozenset({"stated", "favoured"})
_BESIDE = "beside"


def stated_terms(book: DifferentialBook, rows: Rows, cohort: str) -> dict[str, list[Term]]:
    """For each diagnosis the strongest that the report says for it and against it."""
    priors = book.log_priors[cohort]
    found: dict[str, list[Term]] = {}
    placed = _placed(book, rows)
    last = min((row["section"] for row in placed if row["bonus"]), default=0)
    for row in placed:
        stance = book.statement.stances[row["stance"]]
        weight = stance.log_lr * _section(book, max(0, row["section"] - last))
        if weight > 0:
            weight += row["bonus"]
        for name, part in _speaks_for(book, row["diagnosis"], weight).items():
            term = _term(book, row, name, _weight(book, name, part * weight, stance, priors))
            _keep(found, name, term)
    return found


def _placed(book: DifferentialBook, rows: Rows) -> list[dict[str, Any]]:
    """The rows with their place among the diagnoses that the report has an open mind on or favours."""
    beside = book.families.get(_BESIDE, frozenset())
    own = [row["stance"] for row in rows if row["diagnosis"] not in beside]
    leads = _POSSIBLE if _POSSIBLE in own else _PAST
    decided = any(stance in _DECIDED for stance in own)
    placed = []
    open_rows = 0
    for row in rows:
        stance, bonus = row["stance"], 0.0
        if stance in (*_DECIDED, leads) and row["diagnosis"] not in beside:
            bonuses = book.statement.place
            bonus = bonuses[min(open_rows, len(bonuses) - 1)]
            bonus += _main(book, row["diagnosis"]) if stance in _SURE else 0.0
            if stance == leads and open_rows == 0 and not decided:
                stance = _LEADING
            open_rows += 1
        placed.append({**row, "stance": stance, "bonus": bonus})
    return placed


def _main(book: DifferentialBook, diagnosis: str) -> float:
    """What a diagnosis weighs more that is the main matter of a report wherever it is named as a fact."""
    if diagnosis not in book.names:
        return 0.0
    family = next(name for name, members in book.families.items() if diagnosis in members)
    return book.statement.main.get(diagnosis, book.statement.main.get(family, 0.0))


def _section(book: DifferentialBook, section: int) -> float:
    return book.statement.sections[min(section, len(book.statement.sections) - 1)]


def _speaks_for(book: DifferentialBook, named: str, weight: float) -> dict[str, float]:
    """Diagnosis → part of the weight: itself, its kin, the members of a family; a denial is for itself alone."""
    members = book.statement.families.get(named)
    if members is not None:
        return dict.fromkeys(members, book.statement.family_share)
    if named not in book.names:
        return {}
    return {named: 1.0, **(book.statement.kin.get(named, {}) if weight > 0 else {})}


def _weight(book: DifferentialBook, name: str, weight: float, stance: Stance, priors: Mapping[str, float]) -> float:
    if name in book.families.get(_BESIDE, frozenset()):
        return weight * book.statement.beside
    if weight <= 0 or not stance.own_prior:
        return weight
    return weight + stance.own_prior * (weight / (abs(stance.log_lr) or 1.0)) * (max(priors.values()) - priors[name])


def _term(book: DifferentialBook, row: Mapping[str, Any], name: str, weight: float) -> Term:
    own = name == row["diagnosis"] or row["diagnosis"] in book.statement.families
    finding = f"{LABEL}={row['stance']}" if own else KIN
    return Term(finding, STATED_GROUP, weight, SOURCE, _GRADE, tuple(row["evidence"]))


def _keep(found: dict[str, list[Term]], name: str, term: Term) -> None:
    """One term for and one against: the strongest of each."""
    for index, other in enumerate(found.setdefault(name, [])):
        if (other.weight > 0) == (term.weight > 0):
            if abs(term.weight) > abs(other.weight):
                found[name][index] = term
            return
    found[name].append(term)
