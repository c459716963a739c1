"""What a reader may choose from when correcting a field, and the choice that a form sends back."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from horad.errors import RecordError
from horad.knowledge.load import load_rules
from horad.knowledge.schema import Rule
from horad.review.values import FIELDS, ONE_OF, SOME_OF, Value, normal
from horad.terms import Feature, Presence, Relation, Side, Site, SummaryGradeSystem, Term

Form = Mapping[str, Sequence[str]]
"""What a form sends: the values given for each name."""

_BLANK_ROWS = 2  # offered beyond those that are filled
_LONGEST_STRUCTURE, _MOST_STRUCTURES = 60, 20
_SEPARATORS = re.compile(r"[;,\n]")


@dataclass(frozen=True)
class Option:
    """One choice: the value sent, how it is called, when it applies."""

    value: str
    name: str
    meaning: str = ""


@dataclass(frozen=True)
class Control:
    """A list to choose one of, boxes to tick ("many"), or words to write ("words"); ``chosen`` is what stands there."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: tuple[str, ...]
    sort: str = "one"


def controls(field: str, value: Value) -> list[Control]:
    """The controls that correct a field, filled with a value."""
    match field:
        case "sites":
            rows = [(place["site"], place["side"]) for place in value] + [("", "unspecified")] * _BLANK_ROWS
            return [control for number, row in enumerate(rows, start=1) for control in _place_controls(number, *row)]
        case "grades":
            given = [f"{grade['system']} {grade['value']}" for grade in value]
            options = (_NOTHING, *_grade_options(given))
            rows_of_grades = [*given, *[""] * _BLANK_ROWS]
            return [Control("grade", f"grade {n}", options, (row,)) for n, row in enumerate(rows_of_grades, start=1)]
        case "neurovascular":
            structures = ", ".join(value["structures"])
            return [
                Control("relation", "relation", options_of(Relation), (value["relation"],)),
                Control("structures", "structures, with commas", (), (structures,), "words"),
            ]
        case "features":
            options = (Option("", "not spoken of"), *options_of(Presence))
            return [
                Control(f"feature.{name}", _plain(name), options, (value.get(str(name), ""),))
                for name in map(str, Feature)
            ]
    if field in SOME_OF:
        return [Control("value", field, options_of(SOME_OF[field]), tuple(value), "many")]
    return [Control("value", field, options_of(ONE_OF[field]), (value,))]


def chosen(field: str, form: Form) -> Value:
    """The value that a form was filled with.

    Raises:
        RecordError: if it holds a choice that was not offered.
    """
    match field:
        case "sites":
            pairs = zip(form.get("site", ()), form.get("side", ()), strict=False)
            value: Value = [
                {"site": _one(site, Site, field), "side": _one(side, Side, field)} for site, side in pairs if site
            ]
        case "grades":
            value = [_grade(given) for given in form.get("grade", ()) if given]
        case "neurovascular":
            structures = [words.strip() for given in form.get("structures", ()) for words in _SEPARATORS.split(given)]
            relation = _one(_last(form, "relation"), Relation, field)
            value = {"relation": relation, "structures": _structures([words for words in structures if words])}
        case "features":
            given = {name: _last(form, f"feature.{name}") for name in map(str, Feature)}
            value = {name: _one(presence, Presence, field) for name, presence in given.items() if presence}
        case _ if field in SOME_OF:
            value = [_one(given, SOME_OF[field], field) for given in form.get("value", ())]
        case _ if field in ONE_OF:
            value = _one(_last(form, "value"), ONE_OF[field], field)
        case _:
            raise RecordError(f"there is no field of that name; the fields are: {', '.join(FIELDS)}")
    return normal(field, value)


def options_of(terms: type[Term]) -> tuple[Option, ...]:
    """A closed vocabulary as choices."""
    return tuple(Option(str(term), _plain(str(term)), term.meaning) for term in terms)


def _place_controls(number: int, site: str, side: str) -> tuple[Control, Control]:
    return (
        Control("site", f"site {number}", (_NOTHING, *options_of(Site)), (site,)),
        Control("side", f"side {number}", options_of(Side), (side,)),
    )


@functools.cache
def grade_levels() -> Mapping[str, tuple[str, ...]]:
    """The levels of every grading system that stands in a summary, as a report may write them."""
    levels: dict[str, tuple[str, ...]] = {}
    for rule, _ in load_rules().of_field("grade_system"):
        if rule.value in set(SummaryGradeSystem):
            levels[rule.value] = tuple(dict.fromkeys((*levels.get(rule.value, ()), *_levels(rule))))
    return {str(system): levels[system] for system in SummaryGradeSystem if system in levels}


def _levels(rule: Rule) -> Iterator[str]:
    levels, parts = (_words(rule.attributes.get(name)) for name in ("levels", "parts"))
    yield from levels
    yield from (level + part for level in levels for part in parts)
    if rule.attributes.get("plain"):  # a system outside the list: as the bare numeral or letter
        yield from (*map(str, range(len(levels))), *parts)


def _words(attribute: object) -> tuple[str, ...]:
    return attribute if isinstance(attribute, tuple) else ()


def _grade_options(given: Sequence[str]) -> tuple[Option, ...]:
    offered = [f"{system} {level}" for system, levels in grade_levels().items() for level in levels]
    return tuple(Option(grade, _plain(grade)) for grade in dict.fromkeys((*offered, *given)))


def _grade(given: str) -> Value:
    system, _, level = given.partition(" ")
    # A level outside the lists may have been read from the report, and stays a choice.
    if system not in set(SummaryGradeSystem) or not re.fullmatch(r"[0-9A-Z]{1,6}", level):
        raise RecordError("grades: holds a grade that was not offered; choose one of the list")
    return {"system": system, "value": level}


def _structures(words: list[str]) -> list[str]:
    if len(words) > _MOST_STRUCTURES or any(len(word) > _LONGEST_STRUCTURE for word in words):
        raise RecordError(
            f"structures: at most {_MOST_STRUCTURES} names of {_LONGEST_STRUCTURE} letters, with commas between them"
        )
    return words


def _one(given: str, terms: type[Term], field: str) -> str:
    if given not in set(terms):
        raise RecordError(f"{field}: holds a choice that was not offered; choose one of the list")
    return given


def _last(form: Form, name: str) -> str:
    return form[name][-1] if form.get(name) else ""


def _plain(value: str) -> str:
    return value.replace("_", " ")


_NOTHING = Option("", "–")
