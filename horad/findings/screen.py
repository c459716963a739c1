"""Whether a report can hold anything that horad reads, told from its words alone; most cannot.

``scope.in_scope`` decides over mentions and what is asserted of them. The screen asks whether the words for such
mentions are there at all, so it may pass a report that turns out to be out of scope, and never holds one back.
"""

import functools
from collections.abc import Callable
from collections.abc import Set as AbstractSet

from horad.findings import scope
from horad.findings.lesions import HETEROTOPIC_SYSTEMS, MAKE_OF_BONE, SOFT_KINDS
from horad.findings.text_kind import GENERAL
from horad.knowledge.load import RuleBook, load_rules
from horad.knowledge.schema import Rule
from horad.text.reading import Reader
from horad.text.screen import Needs, QuickWords, Requirement, requirements

_BLOCK = "none"


class Screen:
    """The words that ``in_scope`` cannot do without, from the rule files."""

    def __init__(self, rules: RuleBook) -> None:
        tissue = {word for need in _wanted(rules, _is_tissue) for forms in need for word in forms}
        placed = _wanted(rules, _counts_in_a_place)
        # Words that name bone or soft tissue themselves, or leave a gap for such words, need no other place.
        gapped = _wanted(rules, _counts_in_a_place, gapped=True)
        placed_by_name = {need for need in placed if need in gapped or any(forms & tissue for forms in need)}
        self._sure = Needs(_wanted(rules, _counts_anywhere) | placed_by_name)
        self._placed = Needs(placed - placed_by_name)
        self._place = Needs(_wanted(rules, _is_place))
        self._bone = Needs(_wanted(rules, lambda rule: rule.field == "bone"))
        self._piece = Needs(_wanted(rules, lambda rule: rule.field == "bone" and rule.value == "piece"))
        self._made = Needs(_wanted(rules, _tells_bone))
        self._beside = Needs(_wanted(rules, _is_beside_the_skeleton))
        every = (self._sure, self._placed, self._place, self._bone, self._piece, self._made, self._beside)
        self._words = QuickWords(_reader(rules), frozenset().union(*(needs.words for needs in every)))

    def passes(self, text: str) -> bool:
        """False only for a text that the whole pipeline finds out of scope."""
        words = self._words.of(text)
        return words is None or self._can_be_in_scope(words)

    def _can_be_in_scope(self, words: AbstractSet[str]) -> bool:
        if self._sure.met(words) or (self._placed.met(words) and self._place.met(words)):
            return True
        bone = self._piece.met(words) or (self._bone.met(words) and self._made.met(words))
        return bone and self._beside.met(words)


@functools.lru_cache(maxsize=1)
def load_screen() -> Screen:
    """The screen of the packaged rules, made once per process."""
    return Screen(load_rules())


def _reader(rules: RuleBook) -> Reader:
    return Reader(rules.canon, rules.vocabulary, rules.tables.get("text/spelling.toml", {}).get("repairs", {}))


def _wanted(rules: RuleBook, counts: Callable[[Rule], bool], *, gapped: bool = False) -> set[Requirement]:
    """The requirements of the rules that count; ``gapped`` leaves those of plain word sequences out."""
    wanted = {rule.id for rule in rules.rules if rule.value != _BLOCK and counts(rule)}
    return requirements(rules, wanted, gapped=gapped)


def _counts_anywhere(rule: Rule) -> bool:
    """Heterotopic bone, its grades, tumours and mimics of bone or soft tissue by their name, texts in general."""
    match rule.field:
        case "ho":
            return True
        case "grade_system":
            return rule.value in HETEROTOPIC_SYSTEMS
        case "text_kind":
            return rule.value == GENERAL
        case "tumour":
            return rule.attributes.get("family") in scope.BY_NAME
        case "mimic":
            return rule.attributes.get("scope") == scope.LIMB
    return False


def _counts_in_a_place(rule: Rule) -> bool:
    """What is of bone or soft tissue only by its place."""
    match rule.field:
        case "tumour":
            return rule.attributes.get("family") not in scope.BY_NAME
        case "mimic":
            return rule.attributes.get("scope") == scope.ANY
        case "lesion":
            return rule.value in scope.GENERAL_LESIONS
    return False


def _is_tissue(rule: Rule) -> bool:
    return rule.field == "tissue"


def _is_place(rule: Rule) -> bool:
    if rule.field == "feature":
        return rule.value in scope.OF_BONE
    return rule.field == "site" and not rule.attributes.get("broad")


def _tells_bone(rule: Rule) -> bool:
    return rule.field == "marrow" or (rule.field == "feature" and rule.value in MAKE_OF_BONE)


def _is_beside_the_skeleton(rule: Rule) -> bool:
    if rule.field == "site":
        return rule.attributes.get("kind") in SOFT_KINDS
    return rule.field in ("compartment", "nv") or rule.value == "ankylosis"
