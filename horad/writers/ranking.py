"""How a differential is laid out for people, whatever draws it: bars, and what speaks for and against."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from horad.records import Argument, Candidate, Finding, Notice, ReportResult
from horad.writers import layout

# Diagnoses less likely than this, beyond the first few, are named in one line.
_LEAST = 0.01
_ALWAYS, _AT_MOST = 3, 8
# What the report itself says outweighs all else, and would leave the bars of the findings too short to compare.
_OWN_WORDS = "stated_by_report"
_MINUS = "\N{MINUS SIGN}"
_ABBREVIATION = 4  # letters at most


@dataclass(frozen=True)
class Reason:
    """One finding that speaks for or against, with its weight, source and words."""

    finding: str
    weight: float
    source: str
    words: tuple[str, ...]

    @property
    def signed(self) -> str:
        """The weight with its sign, as wide as the others."""
        return f"{'+' if self.weight >= 0 else _MINUS}{abs(self.weight):.1f}"


@dataclass(frozen=True)
class Ranked:
    """One diagnosis of the list; ``width`` is its bar, and a reason's share of the heaviest its own."""

    name: str
    rank: int
    probability: float
    supporting: tuple[Reason, ...]
    opposing: tuple[Reason, ...]
    would_change: tuple[str, ...]
    heaviest: float

    @property
    def percent(self) -> str:
        """The probability as people read it."""
        return percent(self.probability)

    @property
    def width(self) -> float:
        """The bar in percent."""
        return round(100 * self.probability, 1)

    def share(self, reason: Reason) -> float:
        """A reason's bar in percent of the heaviest of the list."""
        return min(100.0, round(100 * abs(reason.weight) / self.heaviest, 1)) if self.heaviest else 0.0


@dataclass(frozen=True)
class Ranking:
    """The differential of a report or of one of its lesions; ``rest`` are the diagnoses of little chance."""

    lesion: str
    shown: tuple[Ranked, ...]
    rest: tuple[str, ...]
    rest_probability: float

    @property
    def rest_line(self) -> str:
        """What is left, in a line."""
        if not self.rest:
            return ""
        return f"{len(self.rest)} more, {percent(self.rest_probability)} together: {', '.join(self.rest)}"


def rankings(result: ReportResult) -> list[Ranking]:
    """The report's list, and those of single lesions that another diagnosis leads."""
    if not result.differential:
        return []
    leader = result.differential[0].diagnosis
    own = [f for f in result.findings if f.differential and f.differential[0].diagnosis != leader]
    first = _ranking(result, result.differential, "all lesions together" if own else "")
    return [first, *(_ranking(result, finding.differential, _lesion(finding)) for finding in own)]


def notices(result: ReportResult) -> dict[str, tuple[Notice, ...]]:
    """Alerts, conflicts and warnings; a conflict that is an alert as well stands among the alerts alone."""
    alerts = {(notice.code, notice.message) for notice in result.alerts}
    conflicts = tuple(notice for notice in result.conflicts if (notice.code, notice.message) not in alerts)
    return {"alert": result.alerts, "conflict": conflicts, "warning": result.warnings}


def quoted(result: ReportResult, indexes: Iterable[int]) -> tuple[str, ...]:
    """The words of some spans, each once, in reading order."""
    spans = sorted((result.evidence[index] for index in indexes), key=lambda span: (span.start, span.end))
    return tuple(dict.fromkeys(layout.words_of(span.text) for span in spans))


def percent(share: float) -> str:
    """A probability as people read it: no more digits than it can mean."""
    if share >= 0.995:
        return "> 99 %"
    if 0 < share < 0.005:
        return "< 1 %"
    return f"{100 * share:.0f} %"


def name_of(diagnosis: str) -> str:
    """A diagnosis as people write it: an abbreviation in capitals, else words."""
    return diagnosis.upper() if len(diagnosis) <= _ABBREVIATION else diagnosis.replace("_", " ")


def plain(name: str) -> str:
    """A finding in words: "marrow signal: fatty", "cortical rim", "age ≥ 25 < 50"."""
    if set(name) & {"<", ">"}:
        return name.replace("_", " ").replace(">=", " ≥ ").replace("<", " < ")
    finding, _, value = name.partition("=")
    words = finding.replace("_", " ").replace(".", ": ")
    return words if value in ("", "present") else f"{words}: {value.replace('_', ' ')}"


def _lesion(finding: Finding) -> str:
    kind = finding.kind.replace("_", " ")
    place = layout.lesion_place(finding)
    return f"{finding.id}: {kind}" + (f", {place}" if place else "")


def _ranking(result: ReportResult, candidates: Sequence[Candidate], lesion: str) -> Ranking:
    shown = [c for c in candidates[:_AT_MOST] if c.rank <= _ALWAYS or c.probability >= _LEAST]
    rest = candidates[len(shown) :]
    reasons = [a for c in shown for a in (*c.supporting, *c.opposing)]
    weights = [abs(a.weight) for a in reasons if not a.finding.startswith(_OWN_WORDS)] or [
        abs(a.weight) for a in reasons
    ]
    return Ranking(
        lesion,
        tuple(_ranked(result, candidate, max(weights, default=0.0)) for candidate in shown),
        tuple(name_of(candidate.diagnosis) for candidate in rest),
        sum(candidate.probability for candidate in rest),
    )


def _ranked(result: ReportResult, candidate: Candidate, heaviest: float) -> Ranked:
    return Ranked(
        name_of(candidate.diagnosis),
        candidate.rank,
        candidate.probability,
        tuple(_reason(result, argument) for argument in candidate.supporting),
        tuple(_reason(result, argument) for argument in candidate.opposing),
        tuple(plain(name) for name in candidate.would_change),
        heaviest,
    )


def _reason(result: ReportResult, argument: Argument) -> Reason:
    return Reason(plain(argument.finding), argument.weight, argument.source, quoted(result, argument.evidence))
