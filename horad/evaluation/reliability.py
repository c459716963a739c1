"""The reliability plot; needs matplotlib, which the extra ``plots`` installs."""

from pathlib import Path

from horad.errors import HoradError
from horad.evaluation.calibration import Spread

_FORMATS = frozenset({".png", ".svg", ".pdf"})
_WIDTH = 0.1
_LEAST, _GROWTH = 16, 9  # a dot grows with the reports behind it


def draw(spreads: dict[str, Spread], target: Path) -> None:
    """Write how often the first diagnosis is right against its probability, and how many reports stand behind it.

    Raises:
        HoradError: if matplotlib is missing or the format is not one it is asked for.
    """
    if target.suffix.lower() not in _FORMATS:
        raise HoradError(f"{target.name}: name a file that ends in {', '.join(sorted(_FORMATS))}")
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - only where a plot is asked for
    except ImportError:
        raise HoradError("the plot needs matplotlib: pip install 'horad[plots]'") from None
    figure = Figure(figsize=(5.2, 6.4), layout="constrained")
    curve, counts = figure.subplots(2, 1, sharex=True, height_ratios=(3.2, 1))
    curve.plot((0, 1), (0, 1), color="0.6", linewidth=1, linestyle="--", label="means what it says")
    for number, (name, spread) in enumerate(spreads.items()):
        filled = [group for group in spread.bins if group.n]
        label = f"{name}: error {spread.ece:.3f} ({spread.ci[0]:.3f} to {spread.ci[1]:.3f}), {spread.n} reports"
        curve.scatter(
            [group.confidence for group in filled],
            [group.accuracy for group in filled],
            [_LEAST + _GROWTH * group.n**0.5 for group in filled],
            color=f"C{number}",
            alpha=0.75,
            label=label,
        )
        width = _WIDTH / len(spreads)
        places = [group.low + (number + 0.5) * width for group in spread.bins]
        counts.bar(places, [group.n for group in spread.bins], width * 0.9, color=f"C{number}", alpha=0.75)
    curve.set(ylabel="share right", xlim=(0, 1), ylim=(-0.03, 1.06))
    curve.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=8, frameon=False, markerscale=0.6)
    counts.set(xlabel="probability of the first diagnosis", ylabel="reports")
    figure.savefig(target, dpi=150)
