"""Lints of the differential's tables: complete, sourced, capped, and enough to tell each diagnosis apart."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from horad.knowledge.check import Problem, bibliography
from horad.knowledge.differential import DifferentialBook, load_differential
from horad.knowledge.load import RuleBook
from horad.terms import Diagnosis

# Answers that are no diagnosis to weigh.
NOT_CANDIDATES = frozenset({Diagnosis.NORMAL, Diagnosis.OTHER, Diagnosis.UNKNOWN})
LEAST_FINDINGS = 3
_FILES = "differential"


def check_tables(rules: RuleBook) -> list[Problem]:
    """The lints of the tables that stand beside the rules; none where a folder of rules has none."""
    if not (rules.folder / _FILES).is_dir():
        return []
    return lint_differential(load_differential(str(rules.folder)), bibliography(rules))


def lint_differential(book: DifferentialBook, sources: Collection[str]) -> list[Problem]:
    """What is wrong with candidates, priors, weights and groups; ``sources`` are the known keys."""
    return [
        Problem(_FILES, message)
        for messages in (_candidates(book), _priors(book), _weights(book), _groups(book), _statement(book))
        for message in messages
    ] + [Problem(_FILES, message) for message in _sources(book, sources)]


def _candidates(book: DifferentialBook) -> Iterator[str]:
    named = [candidate.id for candidate in book.candidates]
    for missing in sorted(set(Diagnosis) - NOT_CANDIDATES - set(named)):
        yield f"{missing} is no candidate"
    for extra in sorted(NOT_CANDIDATES & set(named)):
        yield f"{extra} cannot be a candidate"
    for repeated in _repeated(named):
        yield f"candidate {repeated} stands twice"
    for candidate in book.candidates:
        findings = {row.finding for row in book.evidence for weight in row.weights if weight.diagnosis == candidate.id}
        if len(findings) < LEAST_FINDINGS:
            yield f"{candidate.id} has {len(findings)} discriminating findings, fewer than {LEAST_FINDINGS}"


def _priors(book: DifferentialBook) -> Iterator[str]:
    cohorts = {cohort.id for cohort in book.cohorts}
    for candidate in book.candidates:
        for cohort in sorted(cohorts - set(candidate.prior)):
            yield f"{candidate.id} has no prior for the cohort {cohort}"
        for cohort in sorted(set(candidate.prior) - cohorts):
            yield f"{candidate.id} has a prior for {cohort}, which is no cohort"


def _weights(book: DifferentialBook) -> Iterator[str]:
    cap = book.settings.editorial_cap
    keys = [row.label for row in book.evidence]
    for repeated in _repeated(keys):
        yield f"the finding {repeated} stands twice"
    for row in book.evidence:
        for repeated in _repeated([weight.diagnosis for weight in row.weights]):
            yield f"{row.label}: {repeated} is weighed twice"
        for weight in row.weights:
            if weight.grade == "editorial" and abs(weight.log_lr) > cap:
                yield f"{row.label}: the editorial weight for {weight.diagnosis} is beyond {cap}"
            if weight.log_lr == 0:
                yield f"{row.label}: the weight for {weight.diagnosis} says nothing"


def _groups(book: DifferentialBook) -> Iterator[str]:
    used = {row.group for row in book.evidence}
    for unknown in sorted(used - set(book.groups)):
        yield f"group {unknown} is not defined"
    for unused in sorted(set(book.groups) - used):
        yield f"group {unused} is not used"


def _statement(book: DifferentialBook) -> Iterator[str]:
    known = {candidate.id.value for candidate in book.candidates}
    statement = book.statement
    named = {*statement.kin, *(kin for table in statement.kin.values() for kin in table)}
    named |= {member for members in statement.families.values() for member in members}
    named |= set(statement.main) - {candidate.family for candidate in book.candidates}
    for unknown in sorted(named - known):
        yield f"the statement table names {unknown}, which is no candidate"


def _sources(book: DifferentialBook, sources: Collection[str]) -> Iterator[str]:
    used = [weight.source for row in book.evidence for weight in row.weights]
    used += [prior.source for candidate in book.candidates for prior in candidate.prior.values()]
    for key in sorted(set(used) - set(sources)):
        yield f"source {key!r} is not in references.bib"


def _repeated(items: Iterable[str]) -> list[str]:
    return sorted(item for item, count in Counter(items).items() if count > 1)
