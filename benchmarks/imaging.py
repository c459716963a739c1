"""Speed and memory of ``horad image`` on a large CT, against a plain scikit-image and scipy pipeline on the same files.

``python -m benchmarks.imaging [--slices 200]`` makes the data, runs each in a process of its own, and prints a table.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nibabel
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from scipy import ndimage
from skimage import measure

from tests.imaging.phantom_files import write_nifti, write_seg, write_series

_SPACING = (1.0, 0.7, 0.7)


def scene(slices: int, size: int) -> tuple[NDArray[np.int16], NDArray[np.bool_], NDArray[np.bool_]]:
    """A body with two long bones, a lesion with a rim, a nerve, and noise."""
    rng = np.random.default_rng(0)
    values = np.empty((slices, size, size), np.int16)
    lesion, nerve = np.zeros(values.shape, bool), np.zeros(values.shape, bool)
    rows, columns = (grid * 0.7 for grid in np.mgrid[:size, :size])
    middle = 0.35 * size
    for number in range(slices):
        plane = np.full((size, size), -1000.0)
        plane[((rows - middle) / (0.8 * middle)) ** 2 + ((columns - middle) / (0.95 * middle)) ** 2 < 1] = 50
        for side in (-1, 1):
            plane[np.hypot(rows - middle, columns - middle - side * 0.45 * middle) < 14] = 1100
        up = number * _SPACING[0] - slices / 2
        shape = ((rows - 0.7 * middle) / 17) ** 2 + ((columns - 0.8 * middle) / 21) ** 2 + (up / 24) ** 2
        lesion[number] = shape <= 1
        plane[shape <= 1] = 850
        plane[shape <= 0.7] = -30
        nerve[number] = np.hypot(rows - 0.7 * middle - 26, columns - 0.8 * middle) < 4
        values[number] = np.round(plane + rng.normal(0, 20, plane.shape))
    return values, lesion, nerve


def plain(series: Path, mask: Path, nerve: Path) -> tuple[float, float, float]:
    """What is written in an afternoon: read all, label all, fill and measure on the whole grid."""
    slices = sorted((dcmread(path) for path in series.glob("*.dcm")), key=lambda one: float(one.InstanceNumber))
    slices.sort(key=lambda one: float(one.ImagePositionPatient[2]))
    values = np.stack([one.pixel_array * float(one.RescaleSlope) + float(one.RescaleIntercept) for one in slices])
    lesion, other = (np.asarray(nibabel.load(path).dataobj).transpose(2, 1, 0) > 0 for path in (mask, nerve))
    labels = measure.label(values >= 200)
    measure.regionprops_table(labels, values, properties=("label", "area", "mean_intensity"), spacing=_SPACING)
    filled = ndimage.binary_fill_holes(lesion | (lesion & (values >= 200)))
    distance = ndimage.distance_transform_edt(~other, sampling=_SPACING)[filled].min()
    return float(filled.sum() * np.prod(_SPACING) / 1000), float(values[filled].mean()), float(distance)


def _run(words: list[str]) -> tuple[float, float, float, str]:
    """Wall seconds, CPU seconds of the process and its children, peak memory in MB of the largest, and its output."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(words)} failed")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output.strip()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, default=200)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--plain", nargs=3, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.make:
        _make(chosen.make, chosen.slices, chosen.size)
        return
    if chosen.plain:
        print(*plain(*chosen.plain))
        return
    with tempfile.TemporaryDirectory(prefix="horad-") as folder:
        _compare(Path(folder), chosen.slices, chosen.size)


def _make(folder: Path, slices: int, size: int) -> None:
    values, lesion, nerve = scene(slices, size)
    affine = np.array([[0, 0, 0.7, 0], [0, 0.7, 0, 0], [1.0, 0, 0, 0], [0, 0, 0, 1.0]])
    series = write_series(folder / "series", values, affine)
    for name, bits in (("lesion", lesion), ("nerve", nerve)):
        write_nifti(folder / f"{name}.nii", bits, affine)
        write_seg(folder / f"{name}.dcm", series, {name: bits})


def _compare(folder: Path, slices: int, size: int) -> None:
    # In a process of its own: what this one has held would count as the peak of every child.
    _run(["-m", "benchmarks.imaging", "--make", str(folder), "--slices", str(slices), "--size", str(size)])
    series, masks = folder / "series", [f"{folder}/{name}" for name in ("lesion", "nerve")]
    image = ["-m", "horad", "image", str(series), "--json", "--mask"]
    runs = {
        "horad image, SEG": [*image, f"{masks[0]}.dcm", "--structure", f"nerve={masks[1]}.dcm"],
        "horad image, NIfTI": [*image, f"{masks[0]}.nii", "--structure", f"nerve={masks[1]}.nii"],
        "horad image, SEG, no structure": [*image, f"{masks[0]}.dcm"],
        "plain": ["-m", "benchmarks.imaging", "--plain", str(series), f"{masks[0]}.nii", f"{masks[1]}.nii"],
    }
    print(f"{size} x {size} x {slices}, uncompressed\n")
    print("| run | wall s | CPU s | peak MB |\n|---|---|---|---|")
    for name, words in runs.items():
        wall, cpu, peak, _ = min(_run(words) for _ in range(2))
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
