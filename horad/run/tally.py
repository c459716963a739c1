"""What became of the records, and what the results say in numbers; counted by shard and added up."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from horad.records import Rejection, ReportResult

OUTCOMES = ("written", "quarantined", "superseded", "cancelled", "left_out")
# A reason may name what was found; of too many different ones the rest is counted together.
_MOST_REASONS = 40
_OTHER_REASON = "other reasons"
_DATE = re.compile(r"([12]\d{3})-?(0[1-9]|1[0-2])(?!\d(?!\d))", re.ASCII)


@dataclass
class Tally:
    """Counts by form of source and outcome, and of what was found."""

    form: str = "text"
    forms: dict[str, Counter[str]] = field(default_factory=dict)
    found: dict[str, Counter[str]] = field(default_factory=dict)
    first_reason: str = ""

    @property
    def read(self) -> int:
        """All records."""
        return sum(counts.total() for counts in self.forms.values())

    def __getattr__(self, outcome: str) -> int:
        if outcome not in OUTCOMES:
            raise AttributeError(outcome)
        return sum(counts[outcome] for counts in self.forms.values())

    def count(self, outcome: str) -> None:
        """Note what became of one record of the present form."""
        self.forms.setdefault(self.form, Counter())[outcome] += 1

    def reject(self, rejection: Rejection) -> None:
        """Note a record that goes to quarantine."""
        self.count("quarantined")
        place = rejection.source if rejection.position is None else f"{rejection.source}:{rejection.position}"
        self.first_reason = self.first_reason or f"{place}: {rejection.reason}"
        self._find("reasons", rejection.reason)

    def keep(self, result: ReportResult) -> None:
        """Note a result."""
        self.count("written")
        summary = result.summary
        self._find("status", summary.ho_status)
        self._find("report_status", result.report_status)
        if not result.in_scope:
            return
        if month := _month(result.study_date or ""):
            self._find("status_by_month", f"{month} {summary.ho_status}")
        for site in {place.site for place in summary.sites}:
            self._find("sites", site)
        for grade in summary.grades:
            self._find("grades", f"{grade.system} {grade.value}")
        for alert in {alert.code for alert in result.alerts}:
            self._find("alerts", alert)

    def add(self, other: "Tally") -> None:
        """Take in the counts of another one."""
        for form, counts in other.forms.items():
            self.forms.setdefault(form, Counter()).update(counts)
        for what, counts in other.found.items():
            for value, count in counts.items():
                self._find(what, value, count)
        self.first_reason = self.first_reason or other.first_reason

    def to_json(self) -> dict[str, Any]:
        """The counts as JSON."""
        return {
            "read": self.read,
            **{outcome: getattr(self, outcome) for outcome in OUTCOMES},
            "forms": {form: dict(counts) for form, counts in sorted(self.forms.items())},
            "found": {what: dict(counts) for what, counts in sorted(self.found.items())},
            "first_reason": self.first_reason,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The counts again."""
        forms = {form: Counter(counts) for form, counts in values["forms"].items()}
        found = {what: Counter(counts) for what, counts in values["found"].items()}
        return cls(forms=forms, found=found, first_reason=values["first_reason"])

    def _find(self, what: str, value: str, count: int = 1) -> None:
        counts = self.found.setdefault(what, Counter())
        if what == "reasons" and value not in counts and len(counts) >= _MOST_REASONS:
            value = _OTHER_REASON
        counts[str(value)] += count


def _month(date: str) -> str | None:
    """The month of a date as ISO 8601, DICOM or HL7 writes it."""
    found = _DATE.match(date)
    return f"{found[1]}-{found[2]}" if found else None
