import inspect

import pytest

from horad import terms

VOCABULARIES = [
    item
    for _, item in inspect.getmembers(terms, inspect.isclass)
    if issubclass(item, terms.Term) and item is not terms.Term
]
MEMBERS = [pytest.param(member, id=f"{kind.__name__}.{member}") for kind in VOCABULARIES for member in kind]


@pytest.mark.parametrize("member", MEMBERS)
def test_every_value_says_what_it_means_in_one_sentence(member: terms.Term) -> None:
    assert member.meaning.endswith(".")
    assert member.meaning[0].isupper()


@pytest.mark.parametrize("member", MEMBERS)
def test_every_value_is_a_plain_lower_case_text(member: terms.Term) -> None:
    assert member == member.value == member.name.lower()
    assert type(member)(member.value) is member


def test_every_summary_grade_is_a_grade() -> None:
    assert set(terms.SummaryGradeSystem) <= set(terms.GradeSystem)
