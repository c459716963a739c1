"""Names that many people have: the lists of the package ``names`` (United States census of 1990)."""

import functools
import importlib.resources
from dataclasses import dataclass

from horad.datasets.extra import needed


@dataclass(frozen=True)
class Gazetteer:
    """Given names and family names, in lower case."""

    given: frozenset[str]
    family: frozenset[str]


@functools.cache
def load_gazetteer() -> Gazetteer:
    """The lists, read once.

    Raises:
        HoradError: if the extra ``dataset`` is not installed.
    """
    needed("names", "the list of names")
    folder = importlib.resources.files("names")
    male, female, family = (_column((folder / f"dist.{name}").read_text("ascii")) for name in _LISTS)
    return Gazetteer(male | female, family)


_LISTS = ("male.first", "female.first", "all.last")


def _column(table: str) -> frozenset[str]:
    return frozenset(line.split()[0].lower() for line in table.splitlines() if line.strip())
