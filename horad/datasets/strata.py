"""The strata of reports: the fields they may be told apart by, and the value of each for one report."""

import math
from collections.abc import Sequence

from horad.datasets.results import joined
from horad.errors import HoradError

_NONE = "'none'"

# Expressions over a row of results; what holds several values is one stratum for each set of them.
_COLUMNS = {
    "status": "coalesce(summary.ho_status, 'none')",
    "site": joined("[place.site FOR place IN summary.sites]"),
    "side": joined("[place.side FOR place IN summary.sites]"),
    "modality": joined("summary.modality"),
    "maturity": f"coalesce(summary.maturity, {_NONE})",
    "tumour": f"coalesce(summary.tumour, {_NONE})",
    "diagnosis": f"coalesce(differential[1].diagnosis, {_NONE})",
    "report_status": f"coalesce(report_status, {_NONE})",
    "alert": f"CASE WHEN len(alerts) > 0 THEN 'raised' ELSE {_NONE} END",
    "uncertainty": "[one.probability FOR one IN differential]",
}
FIELDS = tuple(_COLUMNS)
_BINS = ("low", "medium", "high")


def fields_of(given: str) -> list[str]:
    """The fields of a comma-separated list.

    Raises:
        HoradError: if one is unknown, or there is none.
    """
    fields = list(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
    for field in fields or [""]:
        if field not in _COLUMNS:
            raise HoradError(f"--by: no field {field!r}; choose from: {', '.join(FIELDS)}")
    return fields


def columns(fields: Sequence[str]) -> str:
    """The fields as a list of SQL expressions."""
    return ", ".join(_COLUMNS[field] for field in fields)


def stratum(fields: Sequence[str], row: Sequence[object]) -> tuple[str, ...]:
    """The stratum of a row of these columns."""
    return tuple(
        uncertainty(value) if field == "uncertainty" else str(value)  # type: ignore[arg-type]
        for field, value in zip(fields, row, strict=True)
    )


def uncertainty(probabilities: Sequence[float] | None) -> str:
    """The entropy of a differential in thirds of the most that so many candidates can have."""
    chances = [chance for chance in probabilities or () if chance > 0]
    if not probabilities:
        return "none"
    if len(probabilities) == 1:
        return _BINS[0]
    entropy = -sum(chance * math.log(chance) for chance in chances) / math.log(len(probabilities))
    return _BINS[min(int(entropy * len(_BINS)), len(_BINS) - 1)]
