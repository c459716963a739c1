"""What a cohort is asked for: every criterion as a condition in SQL, and as the reason a report fails it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from horad.datasets.results import joined, quoted
from horad.errors import HoradError
from horad.knowledge.alerts import load_alerts
from horad.terms import (
    Diagnosis,
    Feature,
    HoStatus,
    MarrowSignal,
    Maturity,
    Modality,
    Presence,
    Relation,
    ReportStatus,
    RiskFactor,
    Side,
    Site,
    SummaryGradeSystem,
    Tumour,
)


@dataclass(frozen=True)
class Criterion:
    """One step of a search: its name, the condition, and an expression for why a report fails it."""

    name: str
    condition: str
    reason: str


@dataclass(frozen=True)
class Wanted:
    """What is asked for, as the command line gives it; a comma stands between alternatives."""

    report_status: str = ""
    status: str = ""
    site: str = ""
    side: str = ""
    maturity: str = ""
    marrow: str = ""
    relation: str = ""
    grade: str = ""
    tumour: str = ""
    modality: str = ""
    risk_factor: str = ""
    diagnosis: str = ""
    feature: Sequence[str] = field(default=())
    alert: Sequence[str] = field(default=())
    where: Sequence[str] = field(default=())
    unique: bool = False


_SINGLE: Mapping[str, tuple[Iterable[str], str]] = {
    "report_status": (ReportStatus, "report_status"),
    "status": (HoStatus, "summary.ho_status"),
    "maturity": (Maturity, "summary.maturity"),
    "marrow": (MarrowSignal, "summary.marrow_signal"),
    "tumour": (Tumour, "summary.tumour"),
    "diagnosis": (Diagnosis, "differential[1].diagnosis"),
}
_LISTS: Mapping[str, tuple[Iterable[str], str]] = {
    "modality": (Modality, "summary.modality"),
    "risk_factor": (RiskFactor, "summary.risk_factors"),
}
_SITES = "[place.site FOR place IN summary.sites]"
_SIDES = "[place.side FOR place IN summary.sites]"
_RELATIONS = (
    "list_append(flatten([[near.relation FOR near IN lesion.neurovascular] FOR lesion IN findings"
    " IF lesion.assertion IN ('present', 'possible')]), summary.neurovascular.relation)"
)
_ONE_SIDED = frozenset({Side.LEFT, Side.RIGHT})


def criteria(wanted: Wanted) -> list[Criterion]:
    """The steps, in the order in which they are taken.

    Raises:
        HoradError: if a value is not in its vocabulary, with the values that are.
    """
    steps = []
    if wanted.unique:
        once = "row_number() OVER (PARTITION BY text_sha256 ORDER BY report_id) = 1"
        steps.append(Criterion("each text once", once, "'the same text as another report'"))
    steps += [_single(name, getattr(wanted, name)) for name in ("report_status", "status") if getattr(wanted, name)]
    steps += _places(wanted)
    steps += [_single(name, getattr(wanted, name)) for name in ("maturity", "marrow") if getattr(wanted, name)]
    if wanted.relation:
        chosen = choices("relation", wanted.relation, Relation)
        steps.append(_any_of("relation", chosen, _RELATIONS))
    if wanted.grade:
        steps.append(_grade(wanted.grade))
    steps += [_feature(given) for given in wanted.feature]
    steps += [_single(name, getattr(wanted, name)) for name in ("tumour", "diagnosis") if getattr(wanted, name)]
    for name, (vocabulary, column) in _LISTS.items():
        if given := getattr(wanted, name):
            steps.append(_any_of(_plain(name), choices(name, given, vocabulary), column))
    steps += [_alert(given) for given in wanted.alert]
    return steps + [_own(given) for given in wanted.where]


def choices(name: str, given: str, vocabulary: Iterable[str]) -> list[str]:
    """The values of a comma-separated list, each of the vocabulary.

    Raises:
        HoradError: naming the first that is not, and those that are.
    """
    known = [str(value) for value in vocabulary]
    chosen = [part.strip().lower().replace("-", "_").replace(" ", "_") for part in given.split(",") if part.strip()]
    for value in chosen:
        if value not in known:
            raise HoradError(f"{_plain(name)}: no value {value!r}; choose from: {', '.join(known)}")
    if not chosen:
        raise HoradError(f"{_plain(name)}: no value given; choose from: {', '.join(known)}")
    return list(dict.fromkeys(chosen))


def _single(name: str, given: str) -> Criterion:
    vocabulary, column = _SINGLE[name]
    chosen = choices(name, given, vocabulary)
    return Criterion(_told(name, chosen), f"{column} IN ({_listed(chosen)})", f"coalesce({column}, 'none')")


def _any_of(name: str, chosen: Sequence[str], column: str) -> Criterion:
    return Criterion(_told(name, chosen), f"list_has_any({column}, [{_listed(chosen)}])", joined(column))


def _places(wanted: Wanted) -> list[Criterion]:
    """A site, and then a side of that site; a bilateral lesion lies on the left as well as on the right."""
    steps = []
    at_site = ""
    if wanted.site:
        chosen = choices("site", wanted.site, Site)
        at_site = f" IF place.site IN ({_listed(chosen)})"
        steps.append(_any_of("site", chosen, _SITES))
    if wanted.side:
        chosen = choices("side", wanted.side, Side)
        both = [Side.BILATERAL.value] if _ONE_SIDED & set(chosen) else []
        sides = f"[place.side FOR place IN summary.sites{at_site}]"
        condition = f"list_has_any({sides}, [{_listed([*chosen, *both])}])"
        steps.append(Criterion(_told("side", chosen), condition, joined(sides)))
    return steps


def _grade(given: str) -> Criterion:
    wanted = []
    for part in filter(None, (part.strip() for part in given.split(","))):
        system, _, value = part.rpartition(":")
        if system:
            choices("grade", system, SummaryGradeSystem)
        wanted.append((system.lower(), value.upper()))
    if not wanted:
        raise HoradError("grade: no value given; write for instance III,IV or brooker:III,brooker:IV")
    tests = [
        f"(upper(grade.value) = {quoted(value)}" + (f" AND grade.system = {quoted(system)})" if system else ")")
        for system, value in wanted
    ]
    found = f"len([1 FOR grade IN summary.grades IF {' OR '.join(tests)}]) > 0"
    name = _told("grade", [f"{system} {value}".strip() for system, value in wanted])
    return Criterion(name, found, joined("[concat_ws(' ', grade.system, grade.value) FOR grade IN summary.grades]"))


def _feature(given: str) -> Criterion:
    name, _, value = given.partition("=")
    (feature,) = choices("feature", name, Feature)[:1]
    chosen = choices(f"feature {feature}", value or Presence.PRESENT, Presence)
    column = f"summary.features[{quoted(feature)}]"
    return Criterion(
        _told(_plain(feature), chosen), f"{column} IN ({_listed(chosen)})", f"coalesce({column}, 'not mentioned')"
    )


def _alert(given: str) -> Criterion:
    codes = "[alert.code FOR alert IN alerts]"
    return _any_of("alert", choices("alert", given, [alert.code for alert in load_alerts()]), codes)


def _own(expression: str) -> Criterion:
    condition = f"(\n{expression}\n)"  # the expression may end in a comment
    return Criterion(
        " ".join(expression.split()),
        condition,
        f"CASE WHEN {condition} IS NULL THEN 'has no value' ELSE 'is not so' END",
    )


def _listed(values: Iterable[str]) -> str:
    return ", ".join(map(quoted, values))


def _told(name: str, chosen: Sequence[str]) -> str:
    return f"{_plain(name)} {' or '.join(map(_plain, chosen))}"


def _plain(name: str) -> str:
    return name.replace("_", " ")
