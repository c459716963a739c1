"""A rewritten text, and where spans of the old one went."""

from hypothesis import given
from hypothesis import strategies as st

from horad.datasets.deidentify.rewrite import Replacement, Rewritten
from horad.datasets.deidentify.spans import Span, settle


def test_spans_find_their_words_again() -> None:
    old = "Dr Okoro saw bone."
    new = Rewritten(old, [Replacement(3, 8, "[NAME]")])
    start, end = new.place(old.index("bone"), old.index("bone") + 4)
    assert (new.text, new.text[start:end]) == ("Dr [NAME] saw bone.", "bone")


def test_what_was_replaced_in_part_is_taken_whole() -> None:
    new = Rewritten("Mrs Okoro saw", [Replacement(4, 9, "[NAME]")])
    start, end = new.place(6, 13)
    assert new.text[start:end] == "[NAME] saw"


@given(st.lists(st.tuples(st.text("ab\n𝄞", max_size=9), st.text("xy", max_size=9)), max_size=9))
def test_untouched_pieces_are_found_everywhere(pieces: list[tuple[str, str]]) -> None:
    old, replacements, spans = "", [], []
    for kept, replaced in pieces:
        spans.append((len(old), len(old) + len(kept), kept))
        old += kept
        replacements.append(Replacement(len(old), len(old) + len(replaced), "[?]"))
        old += replaced
    new = Rewritten(old, [one for one in replacements if one.start < one.end])
    places = [(new.place(start, end), kept) for start, end, kept in spans if kept]
    assert [new.text[start:end] for (start, end), _ in places] == [kept for _, kept in places]


def test_of_overlapping_finds_the_longer_stays_and_the_other_is_cut() -> None:
    assert settle([Span(0, 8, "name"), Span(6, 18, "location"), Span(20, 22, "age")]) == [
        Span(0, 6, "name"),
        Span(6, 18, "location"),
        Span(20, 22, "age"),
    ]
