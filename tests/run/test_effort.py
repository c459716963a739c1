"""A report twice as long takes about twice the work, however it is made up."""

import sys
from types import FrameType
from typing import Any

import pytest

from horad.run.one import read

SHAPES = {
    "many cues": ("", "no ", "heterotopic ossification"),
    "many denials with commas": ("", "no fracture, ", "heterotopic ossification"),
    "many mentions": ("", "heterotopic ossification ", ""),
    "one endless sentence": ("", "heterotopic ossification of the left hip abuts the sciatic nerve, ", ""),
    "many sentences": ("", "Heterotopic ossification of the left hip is mature. ", ""),
    "many headings": ("", "FINDINGS: heterotopic bone.\n", ""),
    "many subheadings": ("HO\n", "Left hip:\n", ""),
    "many brackets": ("Heterotopic ossification ", "( ) ", ""),
    "many questions": ("", "? HO ", ""),
    "many dots": ("HO ", ". ", ""),
    "many blanks": ("HO", " \t", "hip"),
    "many lines": ("HO", "\n", "hip"),
    "words broken at line ends": ("HO ", "a-\nb", ""),
    "many lengths": ("Heterotopic ossification ", "3 x ", "cm"),
    "words of no rule": ("Heterotopic ossification ", "xyz ", ""),
    "nothing in scope": ("", "The heart is normal. ", ""),
}


# Within a sentence every cue is held against every target; sentences are cut at 250 words, so that this is bounded.
LENGTHS = {"many cues": (250, 500)}


def effort(text: str) -> int:
    """How many calls it takes to read a text."""
    calls = 0

    def count(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    read(text)  # learns the words
    sys.setprofile(count)
    try:
        read(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "shape", [pytest.param(shape, marks=[pytest.mark.slow] if shape in LENGTHS else []) for shape in SHAPES]
)
def test_twice_the_length_takes_less_than_three_times_the_work(shape: str) -> None:
    begin, middle, end = SHAPES[shape]
    once, twice = (effort(begin + middle * count + end) for count in LENGTHS.get(shape, (80, 160)))
    assert twice < 3 * once
