"""Libraries that only some installations have."""

import importlib
from typing import Any

from horad.errors import HoradError


def needed(module: str, what: str, extra: str = "dataset") -> Any:
    """Import a module of an extra on use.

    Raises:
        HoradError: if it is not installed, with the line that installs it.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise HoradError(f"{what} needs an extra: pip install 'horad[{extra}]'") from None
