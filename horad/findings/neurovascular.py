"""What the report says of nerves and vessels beside a lesion: one claim per structure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from horad.findings.view import CURRENT, Claim, Mark, Mention, View
from horad.terms import Relation

FIELD = "neurovascular"
_SEVERITY = [relation.value for relation in Relation]
_CLEAR, _ABUTS, _ADJACENT = Relation.CLEAR.value, Relation.ABUTS.value, Relation.ADJACENT.value
# Statements that are not about this patient's images now.
_ELSEWHERE = frozenset({"historical", "hypothetical", "asked", "family", "general"})
_SIDE_REACH = 4


@dataclass(slots=True)
class Said:
    """What one mention of a structure is said to be."""

    asserted: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    yielding: list[str] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    distances: list[float] = field(default_factory=list)
    overridden: set[str] = field(default_factory=set)

    @property
    def relation(self) -> str:
        """The most severe asserted relation that nothing tones down; a denial alone is clear."""
        left = [relation for relation in self.asserted if relation not in self.overridden]
        denied = [_CLEAR] if self.denied else []
        return max(left or self.asserted or self.yielding or denied or self.weak or [_CLEAR], key=severity)


def severity(relation: str) -> int:
    """Rank of a relation, the most severe highest."""
    return _SEVERITY.index(relation)


def claims(view: View) -> list[Claim]:
    """One claim for each structure of which a relation is asserted or denied."""
    said = _said(view)
    _share(view, said)
    found = [
        _claim(view, number, what)
        for number, what in sorted(said.items())
        if what.asserted or what.denied or what.weak or what.yielding
    ]
    return [claim for claim in found if claim is not None]


def _said(view: View) -> dict[int, Said]:
    """Asserted and denied relations per structure mention."""
    said: dict[int, Said] = defaultdict(Said)
    lost = {row[1]: view.mentions[row[2]] for row in view.relations if row[0] == "lost"}
    distances = {row[1]: view.quantities[row[2]] for row in view.relations if row[0] == "distance"}
    for kind, first, second in view.relations:
        if kind in ("nv", "denied"):
            relation = view.mentions[first]
            if _speaks(view, relation, view.mentions[second]):
                _enter(said[second], relation, lost.get(first), denied=kind == "denied")
                _measure(said[second], distances.get(first))
        elif kind == "apart" and _speaks(view, view.mentions[first], view.mentions[first]):
            said[first].asserted.append(_ADJACENT)
            _measure(said[first], view.quantities[second])
    return said


def _speaks(view: View, relation: Mention, structure: Mention) -> bool:
    """Whether a relation is of this patient's lesion now."""
    if relation.assertion in _ELSEWHERE or not (relation.section in CURRENT or _under_a_study(view, relation)):
        return False
    if structure.rule.attributes.get("kind") == "canal" and relation.value == "encases":
        return False
    links = view.within(relation.sentence, "nv_link")
    return not any(link.value == "other_agent" and link.assertion != "absent" for link in links)


def _under_a_study(view: View, relation: Mention) -> bool:
    """Notes may tell findings without a heading of their own ("MRI spine: …")."""
    return bool(view.under_head(view.sentences[relation.sentence], "modality"))


def _enter(said: Said, relation: Mention, lost: Mention | None, *, denied: bool) -> None:
    """Add one relation to what is said of a structure."""
    attributes = relation.rule.attributes
    denied = (denied or relation.assertion == "absent") and not attributes.get("closed")
    said.marks.append(relation.mark)
    if attributes.get("plane") and lost is not None:
        said.marks.append(lost.mark)
        denied = True
    if attributes.get("weak") or attributes.get("yields"):
        given = said.yielding if attributes.get("yields") else said.weak
        given += [] if denied else [relation.value]
    elif not denied:
        said.asserted.append(relation.value)
        said.overridden.add(str(attributes.get("overrides", "")))
    elif relation.value == _CLEAR:
        said.asserted.append(_ABUTS)  # no fat plane, not separate
    else:
        said.denied.append(relation.value)


def _measure(said: Said, quantity: Sequence[Any] | None) -> None:
    if quantity is not None and quantity[2] in ("distance", "gap", "other"):
        said.distances.append(min(quantity[3]))
        said.marks.append(Mark(quantity[0], quantity[1], "quantity_cue.distance"))


def _share(view: View, said: dict[int, Said]) -> None:
    """Give a structure the relations of another: "the median nerve too", "PIN not"."""
    for kind, structure, source in view.relations:
        if kind in ("same", "denied_same") and source in said:
            other, mine = said[source], said[structure]
            mine.marks += other.marks
            mine.denied += other.denied + (other.asserted if kind == "denied_same" else [])
            mine.asserted += other.asserted if kind == "same" else []


def _claim(view: View, number: int, said: Said) -> Claim | None:
    """The claim of one structure, unless there is nothing in it about a lesion."""
    structure = view.mentions[number]
    value = said.relation
    if value == _CLEAR and not said.denied and structure.rule.attributes.get("kind") == "canal":
        return None  # a free canal is anatomy, not a relation to a lesion
    data: dict[str, Any] = {
        "structure": name_of(view, structure),
        "side": _side(view, structure),
        "denied": sorted(set(said.denied) - {value}, key=severity),
        "distance_mm": min(said.distances) if said.distances else None,
    }
    marks = (*dict.fromkeys(said.marks), structure.mark)
    return Claim(FIELD, value, "present", marks, structure.sentence, data)


def name_of(view: View, structure: Mention) -> str:
    """The structure's name in the report's words; "the nerve" is the one named before."""
    attributes = structure.rule.attributes
    if attributes.get("generic"):
        return _named_before(view, structure) or structure.value
    tail = attributes.get("tail")
    if not isinstance(tail, int):
        return structure.value
    words = view.words[structure.start : structure.end - tail]
    return " ".join([*words, structure.value] if tail else words)


def _named_before(view: View, structure: Mention) -> str | None:
    kind = structure.rule.attributes.get("kind")
    for other in reversed(view.of("structure")):
        same = other.rule.attributes.get("kind") == kind and not other.rule.attributes.get("generic")
        if other.start < structure.start and same:
            return name_of(view, other)
    return None


def _side(view: View, structure: Mention) -> str | None:
    """The side said right before or after the structure's name."""
    sentence = view.sentence_of(structure.start)
    for side in (*view.within(structure.sentence, "side"), *view.under_head(sentence, "side")):
        before, after = structure.start - side.end, side.start - structure.end
        if side.value in ("left", "right", "bilateral") and (0 <= before <= 1 or 0 <= after <= _SIDE_REACH - 2):
            return side.value
    return None
