import sys
from pathlib import Path

import pytest

from horad.errors import HoradError
from horad.evaluation.calibration import Judged, spread
from horad.evaluation.reliability import draw

SPREAD = spread([Judged("a", {"ho": 0.9, "osteosarcoma": 0.1}, "ho")])


@pytest.mark.parametrize("name", ["plot.png", "plot.svg"])
def test_the_plot_is_written(tmp_path: Path, name: str) -> None:
    pytest.importorskip("matplotlib")
    draw({"as given": SPREAD, "out of fold": SPREAD}, tmp_path / name)
    assert (tmp_path / name).stat().st_size > 1000


def test_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HoradError, match=r"plot.txt: name a file that ends in .pdf, .png, .svg"):
        draw({"as given": SPREAD}, tmp_path / "plot.txt")


def test_without_matplotlib_it_tells_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(HoradError, match=r"pip install 'horad\[plots\]'"):
        draw({"as given": SPREAD}, tmp_path / "plot.png")
