"""Values of a header, taken without trust: what cannot be read as what it should be is None."""

import math
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def raw(dataset: "Dataset | None", keyword: str) -> Any:
    """The value as pydicom gives it; None when it is missing, empty or malformed."""
    if dataset is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = dataset.get(keyword)
        except Exception:  # noqa: BLE001 - a malformed value raises many kinds
            return None
    return None if value is None or value == "" else value


def text(dataset: "Dataset | None", keyword: str) -> str | None:
    """The value as a line of text."""
    value = raw(dataset, keyword)
    if value is None or isinstance(value, bytes):
        return None
    try:
        words = " ".join(str(value).split())
    except Exception:  # noqa: BLE001 - a malformed value may fail when it is written
        return None
    return words or None


def texts(dataset: "Dataset | None", keyword: str) -> tuple[str, ...]:
    """The values of an attribute that may have several."""
    value = raw(dataset, keyword)
    if value is None or isinstance(value, bytes):
        return ()
    many = [value] if isinstance(value, str) or not isinstance(value, Sequence) else list(value)
    return tuple(str(one).strip() for one in many)


def numbers(dataset: "Dataset | None", keyword: str, count: int) -> tuple[float, ...] | None:
    """Exactly so many finite numbers."""
    value = raw(dataset, keyword)
    if value is None or isinstance(value, bytes):
        return None
    many = [value] if isinstance(value, str) or not isinstance(value, Sequence) else list(value)
    try:
        found = tuple(float(one) for one in many)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if len(found) == count and all(map(math.isfinite, found)) else None


def number(dataset: "Dataset | None", keyword: str) -> float | None:
    """One finite number."""
    found = numbers(dataset, keyword, 1)
    return found[0] if found else None


def integer(dataset: "Dataset | None", keyword: str) -> int | None:
    """One whole number."""
    found = number(dataset, keyword)
    return int(found) if found is not None and found == int(found) else None


def items(dataset: "Dataset | None", keyword: str) -> tuple["Dataset", ...]:
    """The items of a sequence."""
    from pydicom.sequence import Sequence as DicomSequence

    value = raw(dataset, keyword)
    if not isinstance(value, DicomSequence):
        return ()
    try:
        return tuple(value)
    except Exception:  # noqa: BLE001 - a malformed sequence
        return ()


def item(dataset: "Dataset | None", keyword: str) -> "Dataset | None":
    """The first item of a sequence."""
    return next(iter(items(dataset, keyword)), None)


def meanings(dataset: "Dataset | None", *keywords: str) -> Iterator[tuple[str, str]]:
    """Code value and meaning of the items of code sequences."""
    for keyword in keywords:
        for code in items(dataset, keyword):
            yield text(code, "CodeValue") or "", text(code, "CodeMeaning") or ""
