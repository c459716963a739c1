"""Find the data folders that ship with horad, installed or in a checkout."""

import functools
from pathlib import Path

from horad.errors import HoradError

_PACKAGE = Path(__file__).resolve().parent.parent


@functools.lru_cache(maxsize=32)
def find_folder(name: str, override: str | Path | None = None) -> Path:
    """The folder ``name`` ("models", "sample_data"): argument, installed copy, checkout sibling.

    Raises:
        HoradError: if none of the three exists.
    """
    candidates = [Path(override)] if override else [_PACKAGE / name, _PACKAGE.parent / name]
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    places = " or ".join(str(candidate) for candidate in candidates)
    raise HoradError(f"the folder {name!r} was not found at {places}; reinstall horad or pass its path")
