from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.records import Evidence, ReportResult
from horad.terms import Section
from horad.writers import layout

TEXT = "mature ossification of the hip"


def mark(start: int, end: int, field: str) -> Evidence:
    return Evidence(start=start, end=end, text="", section=Section.FINDINGS, rule="r.r", field=field)


@pytest.mark.parametrize(
    ("marks", "pieces"),
    [
        pytest.param([], [(TEXT, ())], id="none"),
        pytest.param([mark(0, 6, "maturity")], [("mature", ("maturity",)), (TEXT[6:], ())], id="one"),
        pytest.param(
            [mark(0, 19, "ho_status"), mark(0, 6, "maturity")],
            [("mature", ("maturity", "ho_status")), (" ossification", ("ho_status",)), (TEXT[19:], ())],
            id="nested: the innermost first",
        ),
        pytest.param(
            [mark(0, 19, "ho_status"), mark(7, 30, "sites")],
            [("mature ", ("ho_status",)), ("ossification", ("ho_status", "sites")), (TEXT[19:], ("sites",))],
            id="crossing",
        ),
        pytest.param([mark(3, 3, "sites")], [(TEXT, ())], id="empty mark"),
        pytest.param([mark(0, 30, "features.cortical_rim")], [(TEXT, ("features",))], id="feature"),
        pytest.param([mark(0, 30, "labs")], [(TEXT, ("other",))], id="another field"),
    ],
)
def test_the_text_is_cut_where_marks_begin_and_end(
    marks: list[Evidence], pieces: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert [(piece.text, piece.families) for piece in layout.segments(TEXT, marks)] == pieces


SPANS = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(sorted)


@given(st.text(min_size=20, max_size=40), st.lists(SPANS, max_size=6))
def test_the_pieces_are_the_text_and_every_mark_is_drawn(text: str, spans: list[list[int]]) -> None:
    marks = [mark(start, end, f"f{number}") for number, (start, end) in enumerate(spans)]
    pieces = list(layout.segments(text, marks))
    assert "".join(piece.text for piece in pieces) == text
    drawn = {m.field: "".join(p.text for p in pieces if m in p.marks) for m in marks}
    assert drawn == {m.field: text[m.start : m.end] for m in marks}


def test_one_row_for_every_value_in_the_order_of_the_summary(result: ReportResult) -> None:
    assert [(row.label, row.values, [quote.words for quote in row.quotes]) for row in layout.rows(result)] == [
        ("ossification", ("present",), ["heterotopic ossification"]),
        ("site and side", ("left hip",), ["left hip, in"]),
        ("maturity", ("mature",), ["mature heterotopic"]),
        ("marrow signal", ("fatty",), ["Follows fat on T1"]),
        ("nerves and vessels", ("abuts: sciatic nerve",), ["Abuts the sciatic nerve"]),
        ("grade", ("brooker III",), ["Brooker III"]),
        ("cortical rim", ("present",), ["cortical rim"]),
        ("tumour", ("excluded",), ["No tumour"]),
        ("modality", ("ct",), ["CT"]),
        ("risk factor", ("spinal cord injury",), ["spinal cord injury"]),
    ]


def test_the_same_words_of_several_lesions_are_one_place(result: ReportResult) -> None:
    span = result.evidence[0]
    other = span.model_copy(update={"start": 0, "end": 2})
    shared = (span, span.model_copy(update={"finding": "f2"}), other)
    [row] = [row for row in layout.rows(result.model_copy(update={"evidence": shared})) if row.marks]
    assert row.quotes == [layout.Quote("heterotopic ossification", "ho.heterotopic-ossification", 2)]
    assert row.quotes[0].repeated == " ×2"


def test_a_summary_that_says_nothing_has_no_rows(result: ReportResult) -> None:
    assert layout.rows(result.model_copy(update={"summary": type(result.summary)()})) == []


def test_a_lesion_is_told_line_by_line(result: ReportResult) -> None:
    assert layout.lesion_place(result.findings[0]) == "left hip, anterior (iliopsoas)"
    assert layout.lesion_lines(result.findings[0]) == [
        "maturity mature (stated, Ledermann 4)",
        "marrow signal fatty on T1",
        "abuts: left sciatic nerve, not encases",
        "brooker III (stated, current)",
        "size 34 × 12 mm",
        "change increased",
        "cortical rim present",
    ]


def test_the_fields_of_the_contract_all_have_a_colour() -> None:
    template = Path(layout.__file__).with_name("page.html").read_text("utf-8")
    assert [name for name in layout.FIELDS if template.count(f"--{name}: #") != 2] == []
