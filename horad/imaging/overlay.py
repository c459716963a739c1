"""A picture of what was measured: one slice with the outlines, a scale bar, and what was refused."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from horad.errors import OutputError
from horad.imaging.mask import Bits, Mask
from horad.imaging.masks import Masks
from horad.imaging.series import Series
from horad.imaging.volume import Volume
from horad.records import Refusal

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

Colour = tuple[int, int, int]

# Told apart by readers who see colours differently (Okabe and Ito).
_LESION: Colour = (255, 200, 0)
_OTHERS: tuple[Colour, ...] = ((86, 180, 233), (240, 130, 190), (0, 200, 140), (230, 110, 30), (200, 200, 255))
_WHITE, _BLACK, _GREY, _AMBER = (255, 255, 255), (0, 0, 0), (28, 28, 32), (255, 176, 60)
_SIDE = 900  # pixels of the picture's image
_AROUND_MM, _AROUND_PIXELS = 35.0, 60
_WINDOW = (-450.0, 1050.0)  # of a CT, in HU
_SHARE = (0.5, 99.5)  # of other images, percentiles
_BARS_MM = (100, 50, 20, 10, 5, 2, 1)
_LINE = 24
_NOTE = "For research, dataset building and quality review; not a medical device."


def write_png(path: Path, series: Series, masks: Masks, refusals: Sequence[Refusal] = ()) -> None:
    """Write the picture of a series with its masks.

    Raises:
        OutputError: if the series has no pixels to show, or the file cannot be written.
    """
    if series.volume is None:
        raise OutputError(f"{path}: no picture, because the series has no pixels that can be shown; see its refusals")
    picture = _picture(series, series.volume, masks, refusals)
    try:
        picture.save(path, format="PNG")
    except OSError as error:
        raise OutputError(f"{path}: the picture cannot be written: {error.strerror or 'no such folder'}") from None


@dataclass(frozen=True)
class _View:
    """The part of one slice that is shown, and how large."""

    number: int
    top: int
    left: int
    rows: int
    columns: int
    scale: tuple[float, float]  # pixels of the picture for each row, each column

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in the picture."""
        return round(self.columns * self.scale[1]), round(self.rows * self.scale[0])


def _picture(series: Series, volume: Volume, masks: Masks, refusals: Sequence[Refusal]) -> "Image":
    from PIL import Image, ImageDraw

    main = masks.lesion or masks.region
    view = _view(volume, main)
    shown = Image.fromarray(_grey(volume, series, view)).convert("RGB").resize(view.size, Image.Resampling.BICUBIC)
    drawing = ImageDraw.Draw(shown)
    legend = list(_outlines(drawing, view, masks))
    _scale_bar(drawing, view, series, volume)
    _letters(drawing, view, series, volume)
    if main is not None:
        _inset(shown, series, volume, view)
    width = view.size[0]
    banner, footer = _banner(refusals, width), _footer(series, view, volume, legend)
    height = view.size[1] + (len(banner) + len(footer)) * _LINE + 16 * bool(banner) + 16
    whole = Image.new("RGB", (width, height), _GREY)
    pen = ImageDraw.Draw(whole)
    top = 0
    if banner:
        top = len(banner) * _LINE + 16
        pen.rectangle((0, 0, width, top), fill=_AMBER)
        _lines(pen, banner, 8, _BLACK)
    whole.paste(shown, (0, top))
    _legend(pen, footer, top + view.size[1] + 8)
    return whole


def _view(volume: Volume, mask: Mask | None) -> _View:
    slices, rows, columns = volume.shape
    spacing = np.nan_to_num(np.array(volume.spacing_mm[1:]), nan=1.0)
    ratio = spacing / spacing.min()
    if mask is None:
        number, low, high = slices // 2, np.array([0, 0]), np.array([rows, columns])
    else:
        number = mask.start[0] + int(mask.bits.sum(axis=(1, 2)).argmax())
        is_scaled = not np.isnan(volume.spacing_mm[1])
        around = np.ceil(_AROUND_MM / spacing).astype(int) if is_scaled else np.array([_AROUND_PIXELS] * 2)
        middle = (np.array(mask.start[1:]) + np.array(mask.stop[1:])) // 2
        half = (np.array(mask.stop[1:]) - np.array(mask.start[1:])) // 2 + around
        half = np.ceil((half * spacing).max() / spacing).astype(int)  # a square in the patient
        low = np.maximum(middle - half, 0)
        high = np.minimum(middle + half, (rows, columns))
    extent = (high - low) * ratio
    scale = _SIDE / float(extent.max()) * ratio
    size = (high - low).tolist()
    return _View(number, int(low[0]), int(low[1]), size[0], size[1], (float(scale[0]), float(scale[1])))


def _grey(volume: Volume, series: Series, view: _View | None, number: int = 0) -> NDArray[np.uint8]:
    shown = view.number if view else number
    (plane, valid) = volume.grid.part((slice(shown, shown + 1), slice(None), slice(None)))
    plane, valid = plane[0].astype(np.float32), None if valid is None else valid[0]
    low, high = _WINDOW
    if series.header.kind != "ct":
        low, high = np.percentile(plane if valid is None or not valid.any() else plane[valid], _SHARE)
    if view:
        plane = plane[view.top : view.top + view.rows, view.left : view.left + view.columns]
    part = np.clip((plane - low) / max(float(high - low), 1e-6), 0, 1)
    return np.asarray(np.round(part * 255), np.uint8)


def _outlines(drawing: "ImageDraw", view: _View, masks: Masks) -> Iterator[tuple[str, Colour]]:
    """Draw every mask that meets the slice; names and colours for the legend, also of those that do not meet it."""
    colours = iter(_OTHERS * (len(masks.all) + 1))
    for name, mask in masks.all.items():
        colour = _LESION if mask is masks.lesion or mask is masks.region else next(colours)
        bits = mask.within((view.number, 0, 0), (view.number + 1, *mask.grid[1:]))[0]
        if bits.any():
            _outline(drawing, view, bits, colour)
            yield name, colour
        else:
            yield f"{name} (not on this slice)", colour


def _outline(drawing: "ImageDraw", view: _View, bits: Bits, colour: Colour) -> None:
    from skimage import measure

    for line in measure.find_contours(np.pad(bits, 1).astype(np.float32), 0.5):  # type: ignore[no-untyped-call]
        points = [
            ((column - 0.5 - view.left) * view.scale[1], (row - 0.5 - view.top) * view.scale[0]) for row, column in line
        ]
        drawing.line(points, fill=_BLACK, width=5)
        drawing.line(points, fill=colour, width=2)


def _scale_bar(drawing: "ImageDraw", view: _View, series: Series, volume: Volume) -> None:
    """A bar of a round length; none where the spacing is not known."""
    if np.isnan(volume.spacing_mm[2]):
        return
    width, height = view.size
    per_mm = view.scale[1] / volume.spacing_mm[2]
    length = next((bar for bar in _BARS_MM if bar * per_mm <= width / 3), _BARS_MM[-1])
    words = f"{length} mm" + ("" if series.header.spacing_kind == "patient" else " at the detector")
    right, bottom = width - 20, height - 20
    left = right - length * per_mm
    drawing.rectangle((left - 2, bottom - 8, right + 2, bottom + 2), fill=_BLACK)
    drawing.rectangle((left, bottom - 6, right, bottom), fill=_WHITE)
    _write(drawing, (round(right), bottom - 12), words, "rs")


def _letters(drawing: "ImageDraw", view: _View, series: Series, volume: Volume) -> None:
    """Where the patient's sides are, at the edges of the image."""
    if series.geometry is None or series.geometry.affine is None:
        return
    width, height = view.size
    right, down = _direction(volume.affine[:3, 2]), _direction(volume.affine[:3, 1])
    _write(drawing, (width - 10, height // 2), right[0], "rm")
    _write(drawing, (10, height // 2), right[1], "lm")
    _write(drawing, (width // 2, height - 8), down[0], "ms")
    _write(drawing, (width // 2, 8), down[1], "ma")


def _write(drawing: "ImageDraw", place: tuple[int, int], words: str, anchor: str) -> None:
    drawing.text(place, words, fill=_WHITE, font=_font(22), anchor=anchor, stroke_width=2, stroke_fill=_BLACK)


def _direction(vector: NDArray[np.float64]) -> tuple[str, str]:
    """Letters of where a direction leads and where it comes from."""
    axis = int(np.abs(vector).argmax())
    letters = (("L", "R"), ("P", "A"), ("H", "F"))[axis]
    return letters if vector[axis] > 0 else (letters[1], letters[0])


def _inset(shown: "Image", series: Series, volume: Volume, view: _View) -> None:
    """The whole slice, small, with the part that is shown."""
    from PIL import Image, ImageDraw

    rows, columns = volume.shape[1:]
    if view.rows * view.columns > 0.6 * rows * columns:
        return
    spacing = np.nan_to_num(np.array(volume.spacing_mm[1:]), nan=1.0)
    factor = shown.size[0] / 4 / (columns * spacing[1])
    size = (max(1, round(columns * spacing[1] * factor)), max(1, round(rows * spacing[0] * factor)))
    small = Image.fromarray(_grey(volume, series, None, view.number)).convert("RGB").resize(size)
    down, across = size[1] / rows, size[0] / columns
    corners = (view.left * across, view.top * down, (view.left + view.columns) * across, (view.top + view.rows) * down)
    ImageDraw.Draw(small).rectangle(corners, outline=_LESION, width=2)
    shown.paste(small, (0, 0))
    ImageDraw.Draw(shown).rectangle((0, 0, *size), outline=_WHITE)


def _banner(refusals: Iterable[Refusal], width: int) -> list[str]:
    """What was refused and why, one reason after the other."""
    reasons: dict[str, list[str]] = {}
    for refusal in refusals:
        reasons.setdefault(refusal.reason, []).append(refusal.measure or "everything")
    sentences = [f"REFUSED {', '.join(dict.fromkeys(names))}: {reason}" for reason, names in reasons.items()]
    return [line for sentence in sentences for line in _wrapped(sentence, width)]


def _wrapped(sentence: str, width: int) -> list[str]:
    font, lines = _font(17), [""]
    for word in sentence.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > width - 24 and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


_Row = tuple[str, Colour | None]


def _footer(series: Series, view: _View, volume: Volume, legend: list[tuple[str, Colour]]) -> list[_Row]:
    slices = volume.shape[0]
    place = f", slice {view.number + 1} of {slices}" if slices > 1 else ""
    title = f"{series.header.modality or 'image'}{place}"
    return [*legend, (title, None), (_NOTE, None)]


def _legend(pen: "ImageDraw", rows: list[_Row], top: int) -> None:
    for number, (words, colour) in enumerate(rows):
        middle = top + number * _LINE + _LINE // 2
        if colour is not None:
            pen.line((12, middle, 40, middle), fill=colour, width=4)
        pen.text((52 if colour else 12, middle), words, fill=colour or _WHITE, font=_font(17), anchor="lm")


def _lines(pen: "ImageDraw", lines: list[str], top: int, colour: Colour) -> None:
    for number, words in enumerate(lines):
        pen.text((12, top + number * _LINE + _LINE // 2), words, fill=colour, font=_font(17), anchor="lm")


def _font(size: int) -> "FreeTypeFont | ImageFont":
    from PIL.ImageFont import load_default

    return load_default(size)
