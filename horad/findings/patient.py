"""The patient behind the images: risk factors as claims, and the rest of the context."""

from collections.abc import Sequence
from typing import Any

from horad.findings.bone_scan import bone_scan
from horad.findings.cord import cord_injury
from horad.findings.interval import injury_interval_days
from horad.findings.labs import labs
from horad.findings.prophylaxis import prophylaxis
from horad.findings.symptoms import symptoms
from horad.findings.view import Claim, View


def context(view: View, factors: Sequence[Claim]) -> dict[str, Any]:
    """The result's ``context``; ``factors`` are all claims of risk factors."""
    return {
        "risk_factors": sorted({claim.value for claim in factors}),
        "symptoms": symptoms(view),
        "labs": labs(view),
        "bone_scan": bone_scan(view),
        "injury_interval_days": injury_interval_days(view),
        "cord_injury": cord_injury(view),
        "prophylaxis": prophylaxis(view),
    }
