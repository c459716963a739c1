"""The patient behind the images: risk factors as claims, and the rest of the context."""

from typing import Any

from horad.findings import risk_factors
from horad.findings.bone_scan import bone_scan
from horad.findings.cord import cord_injury
from horad.findings.interval import injury_interval_days
from horad.findings.labs import labs
from horad.findings.prophylaxis import prophylaxis
from horad.findings.symptoms import symptoms
from horad.findings.view import Claim, View


def claims(view: View) -> list[Claim]:
    """Claims of risk factors."""
    return risk_factors.claims(view)


def context(view: View) -> dict[str, Any]:
    """The result's ``context``."""
    return {
        "risk_factors": sorted({claim.value for claim in risk_factors.every(view)}),
        "symptoms": symptoms(view),
        "labs": labs(view),
        "bone_scan": bone_scan(view),
        "injury_interval_days": injury_interval_days(view),
        "cord_injury": cord_injury(view),
        "prophylaxis": prophylaxis(view),
    }
