"""Whether the report is about anything horad reads: HO, bone-forming or soft-tissue lesions, early mimics."""

from horad.findings.view import View

# A mimic counts by itself only where it is one of a limb; others (haematoma, infection) need such a place.
_LIMB = "limb"


def in_scope(view: View, *, described: bool) -> bool:
    """True if any word of ossification, mineral, tumour or limb mimic stands in the report.

    ``described`` tells that bone in soft tissue is described without its name.
    """
    if described or view.of("ho", "tumour"):
        return True
    if any(mention.value in ("mass", "mineral") for mention in view.of("lesion")):
        return True
    mimics = view.of("mimic")
    if any(mention.rule.attributes.get("scope") == _LIMB for mention in mimics):
        return True
    return bool(view.of("site")) and any(mention.rule.attributes.get("scope") == "any" for mention in mimics)
