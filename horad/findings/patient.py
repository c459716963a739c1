"""The patient behind the images: risk factors as claims, and the rest of the context."""

from typing import Any

from horad.findings import risk_factors
from horad.findings.view import Claim, View


def claims(view: View) -> list[Claim]:
    """Claims of risk factors."""
    return risk_factors.claims(view)


def context(view: View) -> dict[str, Any]:
    """The contract's ``context``."""
    return {"risk_factors": sorted({claim.value for claim in risk_factors.every(view)})}
