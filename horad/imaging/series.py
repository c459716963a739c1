"""One series: its header, its geometry, its pixels, and what it cannot carry."""

from dataclasses import dataclass

from horad.imaging.volume import Volume
from horad.records import Refusal


@dataclass(frozen=True)
class Series:
    """What was read of a series; ``volume`` is None where no grid could be made of it, and a refusal says why."""

    modality: str | None
    volume: Volume | None
    refusals: tuple[Refusal, ...] = ()
