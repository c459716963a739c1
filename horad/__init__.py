"""Structured findings on heterotopic ossification from radiology reports, each with its evidence.

Research, dataset building and quality review; not a medical device.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from horad.pipeline.build import load
    from horad.pipeline.context import assert_span
    from horad.run.many import read_many
    from horad.run.one import read

__version__ = "0.1.0"
__all__ = ["assert_span", "load", "read", "read_many"]

# Imported on first use: importing any part of horad must not pull in spaCy.
_HOMES = {
    "assert_span": "horad.pipeline.context",
    "load": "horad.pipeline.build",
    "read": "horad.run.one",
    "read_many": "horad.run.many",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
