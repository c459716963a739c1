"""How far measures are from the truth, on phantoms of many shapes and with masks drawn in several ways.

``python -m benchmarks.phantoms --seeds 101 102`` prints the tables of docs/imaging-accuracy.md.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from horad.imaging.ct import measure_ct
from horad.imaging.header import Header
from horad.imaging.mask import mask_of
from horad.imaging.masks import Masks
from horad.imaging.series import Series
from horad.imaging.volume import Held, Volume
from horad.records import Measure
from tests.imaging.phantoms import Phantom, family, make

Bits = NDArray[np.bool_]


@dataclass(frozen=True)
class Row:
    """One phantom with one way of drawing its mask; None where refused."""

    name: str
    drawn: str
    counted: float  # error in volume of the voxels of the mask, percent
    volume: float | None  # error, percent
    distance: float | None  # error, mm
    zonal: float | None


def measures_of(phantom: Phantom, lesion: Bits, structure: Bits) -> dict[str, Measure]:
    """The measures by name, as on a CT."""
    affine = np.diag([*phantom.spacing, 1.0])
    volume = Volume(Held(phantom.values), affine, phantom.spacing, None, None, ("",) * len(phantom.values))
    series = Series(Header(kind="ct"), None, volume)
    masks = Masks(lesion=mask_of("the lesion", lesion), structures={"nerve": mask_of("nerve", structure)})
    return {item.name: item for item in measure_ct(series, masks) if isinstance(item, Measure)}


def _threshold(level: float) -> Callable[[Phantom], Bits]:
    def draw(phantom: Phantom) -> Bits:
        near, deep = (
            ndimage.binary_dilation(phantom.lesion, iterations=2),
            ndimage.binary_erosion(phantom.lesion, iterations=2),
        )
        return np.asarray(ndimage.binary_fill_holes((phantom.values >= level) & near | deep), bool)

    return draw


DRAWN: dict[str, Callable[[Phantom], Bits]] = {
    "exact": lambda phantom: phantom.lesion,
    "one voxel generous": lambda phantom: np.asarray(ndimage.binary_dilation(phantom.lesion), bool),
    "one voxel tight": lambda phantom: np.asarray(ndimage.binary_erosion(phantom.lesion), bool),
    "threshold 200": _threshold(200),
    "threshold 300": _threshold(300),
}


def rows(seeds: list[int], drawn: list[str]) -> Iterator[Row]:
    """Every phantom of the seeds with every mask."""
    for seed in seeds:
        for recipe in family(seed):
            phantom = make(recipe)
            for way in drawn:
                yield row(phantom, way)


def row(phantom: Phantom, way: str) -> Row:
    """One phantom with one mask."""
    lesion = DRAWN[way](phantom)
    structure = phantom.structure & ~lesion
    found = {name: item.value for name, item in measures_of(phantom, lesion, structure).items()}
    counted = float(np.count_nonzero(lesion) * np.prod(phantom.spacing)) / 1000 / phantom.volume_ml
    volume, distance = found.get("volume_ml"), found.get("min_distance_mm")
    return Row(
        phantom.recipe.name,
        way,
        100 * (counted - 1),
        None if volume is None else 100 * (volume / phantom.volume_ml - 1),
        None if distance is None else distance - phantom.distance_mm,
        found.get("zonal_index_hu"),
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103])
    parser.add_argument("--drawn", nargs="+", default=list(DRAWN), choices=list(DRAWN))
    parser.add_argument("--verbose", action="store_true")
    chosen = parser.parse_args()
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for each in rows(chosen.seeds, chosen.drawn):
        groups[each.drawn, each.name].append(each)
        if chosen.verbose:
            print(each, file=sys.stderr, flush=True)
    for way in chosen.drawn:
        print(f"\n### Mask: {way}\n\n| phantom | voxels counted % | volume % | distance mm | rim minus core HU |")
        print("|---|---|---|---|---|")
        for (drawn, name), found in groups.items():
            if drawn == way:
                cells = [_span([getattr(each, key) for each in found], digits) for key, digits in _COLUMNS]
                print(f"| {name} | {' | '.join(cells)} |")


_COLUMNS = (("counted", 1), ("volume", 1), ("distance", 2), ("zonal", 0))


def _span(values: list[float | None], digits: int) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "refused"
    told = f"{min(known):+.{digits}f} … {max(known):+.{digits}f}"
    return told if len(known) == len(values) else f"{told} ({len(values) - len(known)} refused)"


if __name__ == "__main__":
    main()
