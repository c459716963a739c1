"""The flow of a cohort, as a CONSORT diagram tells it: who was there, who was left out and why, who is left."""

from collections.abc import Iterator

from horad.records.record import Record

_REASONS_SHOWN = 6


class Step(Record):
    """One criterion: the reports it excluded, by reason, and what is left."""

    name: str
    excluded: int
    reasons: dict[str, int]
    reports: int
    patients: int


class Flow(Record):
    """All steps from the first count to the cohort; patients are those whose id is known."""

    reports: int
    patients: int
    steps: tuple[Step, ...] = ()

    @property
    def found(self) -> int:
        """The reports of the cohort."""
        return self.steps[-1].reports if self.steps else self.reports


def told(reports: int, patients: int) -> str:
    """A count in words."""
    of = f" of {patients:,} patient{'s' * (patients != 1)}" if patients else ""
    return f"{reports:,} report{'s' * (reports != 1)}{of}"


def reasons_of(step: Step) -> Iterator[tuple[str, int]]:
    """The commonest reasons, and the rest in one sum."""
    rows = list(step.reasons.items())
    shown = rows if len(rows) <= _REASONS_SHOWN else rows[: _REASONS_SHOWN - 1]
    yield from ((reason.replace("_", " "), count) for reason, count in shown)
    if len(rows) > len(shown):
        yield "other values", sum(count for _, count in rows[len(shown) :])


def as_text(flow: Flow) -> str:
    """The flow in lines."""
    lines = [told(flow.reports, flow.patients)]
    for step in flow.steps:
        why = ", ".join(f"{count:,} {reason}" for reason, count in reasons_of(step))
        lines.append(f"  {step.name}")
        lines.append(f"    – {step.excluded:,} left out" + (f": {why}" if why else ""))
        lines.append(f"  {told(step.reports, step.patients)} left")
    return "\n".join(lines) + "\n"
