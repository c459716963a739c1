"""The MR sequence: its kind and its weighting, from its times; names are a second opinion."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from horad.imaging import tags
from horad.knowledge.headers import Range, Weighting, holds, load_sequences, plain

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_NAMES = ("SeriesDescription", "ProtocolName", "SequenceName", "PulseSequenceName", "AcquisitionContrast")


@dataclass(frozen=True)
class Sequence:
    """Kind, times in milliseconds, flip angle; the weighting by the times and by the names."""

    kind: str | None
    repetition_ms: float | None
    echo_ms: float | None
    inversion_ms: float | None
    flip_degrees: float | None
    weighting: str | None
    weighting_by_name: str | None

    @property
    def is_contradictory(self) -> bool:
        """Whether the name says another weighting than the times."""
        return None not in {self.weighting, self.weighting_by_name} and self.weighting != self.weighting_by_name

    @property
    def settled(self) -> str | None:
        """The weighting by the times, else by the name; None if they contradict each other."""
        return None if self.is_contradictory else self.weighting or self.weighting_by_name

    def __str__(self) -> str:
        """One line: ``T1 spin echo (TR 500 ms, TE 22 ms)``."""
        times = (("TR", self.repetition_ms), ("TE", self.echo_ms), ("TI", self.inversion_ms))
        told = ", ".join(f"{name} {value:g} ms" for name, value in times if value)
        words = " ".join(word for word in (self.settled, self.kind) if word) or "unknown sequence"
        return f"{words} ({told})" if told else words


def sequence_of(head: "Dataset", groups: tuple["Dataset | None", ...]) -> Sequence:
    """The sequence of a plain or an enhanced MR image."""
    timing = _from_groups(groups, "MRTimingAndRelatedParametersSequence") or head
    echo = _from_groups(groups, "MREchoSequence") or head
    change = _from_groups(groups, "MRModifierSequence") or head
    codes = tags.texts(head, "ScanningSequence") or tuple(_enhanced_kind(head))
    inversion = tags.number(change, "InversionTimes") or tags.number(head, "InversionTime")
    known = load_sequences().kinds
    kind = " ".join(known[code] for code in codes if code in known) or None
    repetition = tags.number(timing, "RepetitionTime")
    echo_time = tags.number(echo, "EffectiveEchoTime") or tags.number(head, "EchoTime")
    flip = tags.number(timing, "FlipAngle")
    times = (repetition, echo_time, inversion, flip)
    return Sequence(kind, *times, _by_times(frozenset(codes), times), _by_name(head))


def _from_groups(groups: tuple["Dataset | None", ...], keyword: str) -> "Dataset | None":
    return next((found for group in groups if (found := tags.item(group, keyword))), None)


def _enhanced_kind(head: "Dataset") -> list[str]:
    """Enhanced objects spell the kind out."""
    written = tags.text(head, "EchoPulseSequence")
    return {"SPIN": ["SE"], "GRADIENT": ["GR"], "BOTH": ["SE", "GR"]}.get(written or "", [])


def _by_times(codes: frozenset[str], times: tuple[float | None, ...]) -> str | None:
    return next((row.name for row in load_sequences().weighting if _fits(row, codes, times)), None)


def _fits(row: Weighting, codes: frozenset[str], times: tuple[float | None, ...]) -> bool:
    # A gradient echo with an inversion, or an inversion recovery read by spin echoes, is weighted by its inversion.
    if not row.kinds & codes or ("GR" in codes and "GR" not in row.kinds):
        return False
    ranges = (row.repetition_ms, row.echo_ms, row.inversion_ms, row.flip_degrees)
    return all(asked is None or _inside(value, asked) for value, asked in zip(times, ranges, strict=True))


def _inside(value: float | None, asked: Range) -> bool:
    return value is not None and asked[0] <= value < asked[1]


def _by_name(head: "Dataset") -> str | None:
    """The weighting that exactly one name tells."""
    names = load_sequences().names
    words = plain(" ".join(part for name in _NAMES if (part := tags.text(head, name))))
    found = {weighting for weighting, told in names.items() if any(holds(words, told))}
    if {"STIR", "FLAIR"} & found:
        found -= {"T1", "T2"}
    return found.pop() if len(found) == 1 else None
