from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.errors import RecordError
from horad.review.choices import Control, chosen, controls, grade_levels
from horad.review.values import FIELDS, ONE_OF, SOME_OF, in_words, normal
from horad.terms import Feature, Presence, Relation, Side, Site, Term

HIP = {"site": "hip", "side": "left"}


def form_of(shown: list[Control]) -> dict[str, list[str]]:
    """What a browser sends when nothing is changed."""
    form: dict[str, list[str]] = {}
    for control in shown:
        if control.sort != "many":
            offered = [option.value for option in control.options]
            assert control.sort == "words" or control.chosen[0] in offered
        form.setdefault(control.name, []).extend(control.chosen)
    return form


def one_of(terms: type[Term]) -> st.SearchStrategy[str]:
    return st.sampled_from([str(term) for term in terms])


NAMES = st.text(st.characters(categories=("L", "Nd")), min_size=1, max_size=20)
GRADES = [{"system": system, "value": level} for system, levels in grade_levels().items() for level in levels]
VALUES: dict[str, st.SearchStrategy[Any]] = {
    **{field: one_of(terms) for field, terms in ONE_OF.items()},
    **{field: st.lists(one_of(terms), unique=True) for field, terms in SOME_OF.items()},
    "sites": st.lists(st.fixed_dictionaries({"site": one_of(Site), "side": one_of(Side)}), max_size=4),
    "grades": st.lists(st.sampled_from(GRADES), max_size=3),
    "neurovascular": st.fixed_dictionaries({"relation": one_of(Relation), "structures": st.lists(NAMES, max_size=3)}),
    "features": st.dictionaries(one_of(Feature), one_of(Presence)),
}


@pytest.mark.parametrize("field", FIELDS)
@given(data=st.data())
def test_a_form_that_is_sent_unchanged_gives_the_value_it_was_filled_with(field: str, data: st.DataObject) -> None:
    value = normal(field, data.draw(VALUES[field]))
    assert chosen(field, form_of(controls(field, value))) == value


@pytest.mark.parametrize(
    ("field", "form", "value"),
    [
        pytest.param("sites", {"site": ["", "hip", "hip"], "side": ["left"] * 3}, [HIP], id="blank and double rows"),
        pytest.param("sites", {}, [], id="no rows"),
        pytest.param("grades", {"grade": ["", "other 3", "brooker I"]},
            [{"system": "brooker", "value": "I"}, {"system": "other", "value": "3"}], id="grades in order"),
        pytest.param("neurovascular", {"relation": ["abuts"], "structures": ["sciatic nerve; , femoral vessels"]},
            {"relation": "abuts", "structures": ["sciatic nerve", "femoral vessels"]}, id="structures"),
        pytest.param("modality", {"value": ["mri", "ct", "mri"]}, ["ct", "mri"], id="ticked"),
        pytest.param("features", {"feature.cleft": ["absent"]}, {"cleft": "absent"}, id="features"),
    ],
)  # fmt: skip
def test_a_form_is_brought_into_order(field: str, form: dict[str, list[str]], value: Any) -> None:
    assert chosen(field, form) == value


@pytest.mark.parametrize(
    ("field", "form"),
    [
        pytest.param("maturity", {"value": ["ripe"]}, id="word"),
        pytest.param("maturity", {}, id="nothing"),
        pytest.param("sites", {"site": ["nose"], "side": ["left"]}, id="site"),
        pytest.param("sites", {"site": ["hip"], "side": ["up"]}, id="side"),
        pytest.param("grades", {"grade": ["brooker <b>"]}, id="level"),
        pytest.param("grades", {"grade": ["mirels 3"]}, id="system"),
        pytest.param("features", {"feature.cleft": ["yes"]}, id="presence"),
        pytest.param("risk_factors", {"value": ["age"]}, id="box"),
        pytest.param("neurovascular", {"relation": [""], "structures": [""]}, id="relation"),
        pytest.param("neurovascular", {"relation": ["abuts"], "structures": ["x" * 61]}, id="long structure"),
        pytest.param(
            "neurovascular",
            {"relation": ["abuts"], "structures": [",".join("abcdefghijklmnopqrstu")]},
            id="many structures",
        ),
        pytest.param("colour", {"value": ["red"]}, id="field"),
    ],
)
def test_a_choice_that_was_not_offered_is_refused(field: str, form: dict[str, list[str]]) -> None:
    with pytest.raises(RecordError, match="not offered|at most|no field"):
        chosen(field, form)


def test_a_grade_outside_the_lists_stays_a_choice() -> None:
    value = [{"system": "brooker", "value": "V"}]
    assert chosen("grades", form_of(controls("grades", value))) == value


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        pytest.param("sites", [HIP, {"site": "spine", "side": "unspecified"}], ("left hip", "spine"), id="sites"),
        pytest.param("grades", [{"system": "della_valle", "value": "B"}], ("della valle B",), id="grades"),
        pytest.param("grades", [], ("none",), id="none"),
        pytest.param(
            "neurovascular", {"relation": "not_described", "structures": []}, ("not described",), id="relation"
        ),
        pytest.param(
            "neurovascular", {"relation": "abuts", "structures": ["a", "b"]}, ("abuts: a, b",), id="structures"
        ),
        pytest.param("features", {"cortical_rim": "absent"}, ("cortical rim: absent",), id="features"),
        pytest.param("diagnosis", "fop", ("FOP",), id="diagnosis"),
        pytest.param("modality", ["bone_scan"], ("bone scan",), id="modality"),
    ],
)
def test_a_value_is_told_in_words(field: str, value: Any, words: tuple[str, ...]) -> None:
    assert in_words(field, value) == words
