"""What the source says of a report against what the report says: it adds, or conflicts, and changes no finding."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from horad.knowledge.codes import load_codes
from horad.records import Metadata


def with_metadata(content: Mapping[str, Any], metadata: Metadata) -> dict[str, Any]:
    """The content of a result, with the conflicts and the interval that the metadata bring."""
    if not content["in_scope"]:
        return dict(content)
    days = _days_since_injury(metadata)
    conflicts = [*content.get("conflicts", ()), *_modality_conflict(content, metadata.modality)]
    if days is not None and days < 0:
        conflicts.append(_notice("injury_date_conflict", "The injury date given is later than the study date."))
    context = {**content.get("context", {})}
    if context.get("injury_interval_days") is None and days is not None and days >= 0:
        context["injury_interval_days"] = days
    return {**content, "conflicts": conflicts, "context": context}


def _modality_conflict(content: Mapping[str, Any], declared: str | None) -> list[dict[str, Any]]:
    expected = load_codes().modalities.get((declared or "").strip().upper())
    described = [name for name in content["summary"].get("modality", ()) if name != "unspecified"]
    if expected is None or not described or expected in described:
        return []
    spans = [index for index, span in enumerate(content["evidence"]) if span["field"] == "modality"]
    message = f"The source says {expected}, the report describes {', '.join(described)}."
    return [_notice("modality_conflict", message, spans)]


def _days_since_injury(metadata: Metadata) -> int | None:
    injury, study = _date(metadata.injury_date), _date(metadata.study_date)
    return (study - injury).days if injury and study else None


def _date(given: str | None) -> dt.date | None:
    """A date as ISO 8601 or DICOM writes it, with or without a time."""
    try:
        return dt.datetime.fromisoformat(given.strip()).date() if given else None
    except ValueError:
        return None


def _notice(code: str, message: str, evidence: list[int] | None = None) -> dict[str, Any]:
    return {"code": code, "message": message, "evidence": evidence or []}
