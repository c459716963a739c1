import re
from pathlib import Path

import pytest

import horad.review
from horad.review.values import FIELDS

CSS = (Path(horad.review.__file__).parent / "static" / "review.css").read_text("utf-8")
BLOCKS = re.findall(r":root \{(.*?)\n\s*\}", CSS, re.DOTALL)
PALETTES = {
    name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for name, block in zip(("light", "dark"), BLOCKS, strict=True)
}
READ = 4.5  # WCAG 2.2 AA for text of ordinary size
SEEN = 3.0  # for what marks a state, a border of a control or the focus
PAIRS = [
    *[("ink", ground, READ) for ground in ("paper", "ground", *[f"tone-{field}" for field in FIELDS])],
    *[(words, ground, READ) for words in ("soft", "act", "done", "doubt", "wrong") for ground in ("paper", "ground")],
    ("on-act", "act", READ),
    ("paper", "done", READ),
    ("paper", "doubt", READ),
    *[("focus", ground, SEEN) for ground in ("paper", "ground")],
    *[("edge", ground, SEEN) for ground in ("paper", "ground")],
    *[(f"line-{field}", "paper", SEEN) for field in FIELDS],
]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("one", "two", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ffffff", 4.0)],
)
def test_contrast_is_measured_as_wcag_does(one: str, two: str, ratio: float) -> None:
    assert contrast(one, two) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(
    ("words", "ground", "least"), PAIRS, ids=[f"{words} on {ground}" for words, ground, _ in PAIRS]
)
def test_words_and_controls_stand_out(words: str, ground: str, least: float, palette: str) -> None:
    colours = PALETTES[palette]
    assert contrast(colours[words], colours[ground]) >= least


def test_no_colour_stands_outside_the_palette() -> None:
    rules = CSS.split("* { box-sizing", 1)[1]
    assert re.findall(r"(?<![\w-])#[0-9a-f]{3,8}\b", rules) == ["#000"]  # behind pictures
