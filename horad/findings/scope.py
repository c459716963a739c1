"""Whether the report is about anything horad reads: HO, bone-forming or soft-tissue lesions, early mimics."""

from horad.findings.view import Mention, View

# Families of tumour that are of bone or soft tissue by their name; the others need such a place.
BY_NAME = frozenset({"sarcoma", "benign"})
# Features that only bone has: what they are told of is a bone.
OF_BONE = frozenset({"uptake", "cortical_destruction"})
LIMB, ANY = "limb", "any"
GENERAL_LESIONS = frozenset({"mass", "mineral"})


def in_scope(view: View, *, described: bool) -> bool:
    """True if the report speaks of ossification, or of a tumour, mineralised lesion or mimic in bone or soft tissue.

    ``described`` tells that bone in soft tissue is described without its name.
    """
    if described or view.of("ho") or any(located(view, mention) for mention in view.of("tumour")):
        return True
    mimics = view.of("mimic")
    if any(mention.rule.attributes.get("scope") == LIMB for mention in mimics):
        return True
    placed = [m for m in mimics if m.rule.attributes.get("scope") == ANY]
    placed += [m for m in view.of("lesion") if m.value in GENERAL_LESIONS]
    return any(has_place(view, mention) for mention in placed)


def located(view: View, mention: Mention) -> bool:
    """A tumour of bone or soft tissue, by its name or by a place in the limbs, trunk wall, spine, head or neck."""
    if mention.rule.attributes.get("family") in BY_NAME or view.of("ho"):
        return True
    return has_place(view, mention)


def has_place(view: View, mention: Mention) -> bool:
    """A musculoskeletal place in the mention's sentence, its subheading, or the exam line."""
    sentence = view.sentences[mention.sentence]
    near = [*view.within(mention.sentence, "site"), *view.under_head(sentence, "site")]
    header = [m for m in view.of("site") if m.section == "header"]
    if any(not site.rule.attributes.get("broad") for site in (*near, *header)) or _is_skeletal(view, mention):
        return True
    return any(m.value in OF_BONE and m.assertion == "present" for m in view.of("feature"))


def _is_skeletal(view: View, mention: Mention) -> bool:
    """The mention's own words name bone or soft tissue ("bone metastasis", "soft tissue mass")."""
    own = range(mention.start, mention.end)
    return any(m.start in own and m.value == "skeletal" for m in view.within(mention.sentence, "tissue"))
