"""The log: what was done with which report, without anything that tells whose it is.

A report is named by a keyed hash of its id, its patient by one of theirs. The key is ``HORAD_LOG_KEY``, so that a site
can find its own reports again; without it, a new random one for every run. No text, name or message of an exception is
ever written.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from horad.records import Rejection, Report, ReportResult
from horad.writers.jsonl import LineWriter

_DIGITS = 32


def log_key() -> str:
    """The key of the site, else a random one."""
    return os.environ.get("HORAD_LOG_KEY") or secrets.token_hex(32)


def keyed(value: str | None, key: str) -> str | None:
    """The keyed hash of an id."""
    if value is None:
        return None
    return hmac.new(key.encode(), value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:_DIGITS]


class Audit:
    """Notes what became of every report."""

    def __init__(self, lines: LineWriter, key: str) -> None:
        self._lines, self._key = lines, key

    def note(self, record: Report | Rejection, answer: ReportResult | Rejection, seconds: float) -> None:
        """Add one line."""
        name, patient = f"{record.source}:{record.position}", None
        if isinstance(record, Report):
            name, patient = record.report_id, record.metadata.patient_id
        row = {
            "event": "report",
            "report": keyed(name, self._key),
            "patient": keyed(patient, self._key),
            "milliseconds": round(seconds * 1000, 3),
        }
        if isinstance(answer, Rejection):
            self._lines.write({**row, "outcome": "quarantined"})
            return
        counts = {"findings": len(answer.findings), "evidence": len(answer.evidence), "alerts": len(answer.alerts)}
        rules = sorted({span.rule for span in answer.evidence})
        self._lines.write({**row, "outcome": "written", **counts, "rules": rules})


def append_log(log: Path, lines: Path, receipt: Mapping[str, Any]) -> None:
    """Add what a shard has noted, and its counts and timings, to the log."""
    counts = {name: value for name, value in receipt["tally"].items() if isinstance(value, int)}
    told = {"event": "shard", "shard": receipt["shard"], **counts, "seconds": receipt["seconds"]}
    with log.open("ab") as file:
        with suppress(FileNotFoundError):
            file.write(lines.read_bytes())
        file.write(json.dumps(told).encode() + b"\n")
