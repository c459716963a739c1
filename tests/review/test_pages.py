import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.records import Argument, Candidate, Evidence, ReportResult
from horad.review.pages import pieces, readings
from horad.review.reports import Entry
from horad.review.values import FIELDS, proposals
from horad.terms import Diagnosis, Section
from tests.review.made import decision, entry

TEXT = "mature ossification of the hip"


def marked(text: str, *spans: tuple[int, int, str]) -> Entry:
    evidence = tuple(
        Evidence(start=start, end=end, text=text[start:end], section=Section.FINDINGS, rule=f"r.{field}", field=field)
        for start, end, field in spans
    )
    return Entry(entry("a", text).result.model_copy(update={"evidence": evidence}), text)


def test_overlapping_words_carry_every_field_and_the_colour_of_the_innermost() -> None:
    made = pieces(marked(TEXT, (0, 19, "ho_status"), (0, 6, "maturity"), (7, 30, "features.cleft"), (20, 22, "labs")))
    assert [(piece.text, piece.fields) for piece in made] == [
        ("mature", ("maturity", "ho_status")),
        (" ", ("ho_status",)),
        ("ossification", ("ho_status", "features")),
        (" ", ("features",)),
        ("of", ("features",)),
        (" the hip", ("features",)),
    ]
    assert made[0].classes == "tone-maturity under-ho_status is-maturity is-ho_status"


def test_words_that_support_the_leading_diagnosis_speak_for_it() -> None:
    of = marked(TEXT, (0, 6, "maturity"), (7, 19, "ho_status"))
    led = [Candidate(diagnosis=Diagnosis.HO, rank=1, probability=1,
                     supporting=(Argument(finding="a", weight=1, source="S", evidence=(1,)),))]  # fmt: skip
    result = of.result.model_copy(update={"differential": tuple(led)})
    assert [piece.fields for piece in pieces(Entry(result, TEXT))][:3] == [
        ("maturity",),
        (),
        ("ho_status", "diagnosis"),
    ]
    assert proposals(result)["diagnosis"] == "ho"


@pytest.mark.parametrize(
    "letter",
    ["\0", "\x07", "\x7f", "\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\ufeff", "\u2028"],
    ids=lambda letter: f"{ord(letter):04X}",
)
def test_a_character_that_would_not_be_seen_is_named(letter: str) -> None:
    made = pieces(entry("a", f"one{letter}two"))
    assert [(piece.text, piece.is_control) for piece in made] == [
        ("one", False),
        (f"⟨U+{ord(letter):04X}⟩", True),
        ("two", False),
    ]


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), min_size=1), st.lists(st.integers(0, 40))
)
def test_the_pieces_together_are_the_report(text: str, cuts: list[int]) -> None:
    spans = [(min(cut, len(text)), len(text), "sites") for cut in cuts]
    assert "".join(piece.text for piece in pieces(marked(text, *spans))) == text


@pytest.mark.parametrize("letter", ["\t", "\n", "\r", "é", "\U0001d538", "🦴", "\u200d"])
def test_ordinary_characters_are_left_as_they_are(letter: str) -> None:
    assert [piece.text for piece in pieces(entry("a", f"a{letter}b"))] == [f"a{letter}b"]


def test_a_report_without_text_has_no_pieces() -> None:
    assert pieces(entry("a", "")) == []


def test_a_reader_sees_what_is_proposed_beside_what_was_decided() -> None:
    of = entry()
    given = [
        decision(of, "ho_status", "absent"),
        decision(of, "tumour", reader="CD"),
        decision(of, "sites", part="adjudication"),
    ]
    views = {view.name: view for view in readings(of, given, "AB")}
    assert tuple(views) == FIELDS
    assert (views["ho_status"].proposed, views["ho_status"].said) == (("present",), ("absent",))
    assert [name for name, view in views.items() if not view.is_open] == ["ho_status"]


def test_every_part_of_the_contract_can_be_proposed(result: ReportResult) -> None:
    proposed = proposals(result)
    assert tuple(proposed) == FIELDS
    assert proposed["sites"] == [{"site": place.site, "side": place.side} for place in result.summary.sites]
