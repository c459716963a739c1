"""How many of the identifiers of generated reports are found, and how much of what is found is one."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from horad.datasets.deidentify.dates import DateFinder
from horad.datasets.deidentify.recognise import Recogniser
from horad.datasets.deidentify.spans import Span, settle
from tests.datasets.deidentify import corpus

REPORTS = 2_000


def _found(recogniser: Recogniser, text: str) -> list[Span]:
    dates = (one.span for one in DateFinder(recogniser.tables).find(text))
    spans = settle([*dates, *recogniser.find(text)])
    return [span for span in spans if text[span.start : span.end].strip(" \t\n.,;:()[]-")]


def _missed(marked: corpus.Marked, spans: list[Span]) -> Iterator[tuple[int, int, str]]:
    """The identifiers of which a letter or digit is covered by no find."""
    covered = {place for span in spans for place in range(span.start, span.end)}
    for start, end, kind in marked.identifiers:
        if any(marked.text[place].isalnum() and place not in covered for place in range(start, end)):
            yield start, end, kind


@pytest.mark.slow
def test_identifiers_are_found_and_little_else(portion: Callable[[int], int]) -> None:
    recogniser = Recogniser()
    asked: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    right = wrong = 0
    examples: list[str] = []
    for seed in range(portion(REPORTS)):
        marked = corpus.report(seed)
        spans = _found(recogniser, marked.text)
        asked.update(kind for _, _, kind in marked.identifiers)
        for start, end, kind in _missed(marked, spans):
            missed[kind] += 1
            examples.append(f"missed {kind}: {marked.text[max(0, start - 25) : end + 15]!r}")
        for span in spans:
            hits = any(span.start < end and start < span.end for start, end, _ in marked.identifiers)
            right, wrong = right + hits, wrong + (not hits)
            if not hits:
                examples.append(f"wrong {span.kind}: {marked.text[max(0, span.start - 15) : span.end + 15]!r}")
    recall, precision = 1 - missed.total() / asked.total(), right / (right + wrong)
    told = "\n".join([f"{recall=:.4f} {precision=:.4f} {dict(missed)} of {dict(asked)}", *examples[:60]])
    assert len(asked) >= 15
    assert recall >= 0.99, told
    assert precision >= 0.95, told
