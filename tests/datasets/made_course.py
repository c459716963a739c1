"""A patient's reports for the tests of the timeline."""

from typing import Any

from horad.datasets.timeline import Timeline, course
from horad.records import ReportResult
from tests.datasets.made import result


def finding(assertion: str = "present", site: str = "hip", side: str = "left", **rest: Any) -> dict[str, Any]:
    """One lesion; ``maturity`` and ``brooker`` in short."""
    maturity, brooker = rest.pop("maturity", None), rest.pop("brooker", None)
    own = {"id": "f1", "kind": "heterotopic_ossification", "assertion": assertion, "site": site, "side": side, **rest}
    if maturity:
        own["maturity"] = {"value": maturity}
    if brooker:
        own["grades"] = [{"system": "brooker", "value": brooker}]
    return own


def report(date: str | None, *findings: dict[str, Any], **rest: Any) -> ReportResult:
    """A report of the patient, called as its date."""
    rest.setdefault("study_date", date)
    return result(rest.pop("name", f"r-{date}"), "p", findings=list(findings), **rest)


def timeline(*reports: ReportResult) -> Timeline:
    """The course of these."""
    return course(reports)
