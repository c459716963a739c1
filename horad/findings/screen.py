"""Whether a report can hold anything that horad reads, told from its words alone; most cannot.

``scope.in_scope`` decides over mentions and what is asserted of them. The screen asks whether the words for such
mentions are there at all, so it may pass a report that turns out to be out of scope, and never holds one back.
"""

import functools
import itertools
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from horad.findings import scope
from horad.findings.lesions import HETEROTOPIC_SYSTEMS, MAKE_OF_BONE, SOFT_KINDS
from horad.findings.text_kind import GENERAL
from horad.knowledge.collector import collector_paused
from horad.knowledge.load import RuleBook, load_rules
from horad.knowledge.phrases import Compiled
from horad.knowledge.schema import Rule
from horad.text.layout import Layout
from horad.text.reading import Reader
from horad.text.screen import Needs, Phrases, QuickWords, gapped, sequences

_BLOCK = "none"
# What a line of words may hold, and the ways in which that puts a report in scope.
_SURE, _PLACED, _BONE, _PIECE = "sure", "placed", "bone", "piece"
_SITE, _TELLING, _MADE, _SOFT = "site", "telling", "made", "soft"
_WAYS = (
    frozenset({_SURE}),
    frozenset({_PLACED, _SITE}),
    frozenset({_PLACED, _TELLING}),
    frozenset({_PIECE, _MADE}),
    frozenset({_PIECE, _SOFT}),
    frozenset({_BONE, _MADE, _SOFT}),
)
_SHARED = frozenset({_SITE, _TELLING})  # what one sentence may have from another
_COMPANY = {_PLACED: (_SITE, _TELLING), _PIECE: (_MADE, _SOFT), _BONE: (_MADE, _SOFT)}


class Screen:
    """The words that ``in_scope`` cannot do without, from the rule files."""

    def __init__(self, rules: RuleBook) -> None:
        self._layout = Layout(rules.tables.get("text/headings.toml", {}), rules.canon)
        self._reader = Reader(
            rules.canon, rules.vocabulary, rules.tables.get("text/spelling.toml", {}).get("repairs", {})
        )
        sure, placed = _compiled(rules, _counts_anywhere), _compiled(rules, _counts_in_a_place)
        bone, piece = _compiled(rules, _is_bone), _compiled(rules, _is_piece)
        tissue = frozenset(word for phrase in sequences(_compiled(rules, _is_tissue)) for word in phrase)
        # Words that name bone or soft tissue themselves need no other place.
        named = {phrase for phrase in sequences(placed) if not tissue.isdisjoint(phrase)}
        company = {
            _SITE: _compiled(rules, _is_site),
            _TELLING: _compiled(rules, _tells_a_place),
            _MADE: _compiled(rules, _tells_bone),
            _SOFT: _compiled(rules, _is_beside_the_skeleton),
        }
        self._phrases = Phrases(
            {
                _SURE: sequences(sure) | named,
                _PLACED: sequences(placed) - named,
                _BONE: sequences(bone),
                _PIECE: sequences(piece),
                **{kind: sequences(some) for kind, some in company.items()},
            }
        )
        # A gap may hold such words as well.
        self._gapped = {
            _SURE: Needs(gapped(sure) | gapped(placed)),
            _BONE: Needs(gapped(bone)),
            _PIECE: Needs(gapped(piece)),
        }
        self._beside = {kind: Needs(gapped(some)) for kind, some in company.items()}
        needs = (*self._gapped.values(), *self._beside.values())
        wanted = self._phrases.words.union(self._layout.exam_words, *(need.words for need in needs))
        self._words = QuickWords(self._reader, wanted)

    def passes(self, text: str) -> bool:
        """False only for a text that the whole pipeline finds out of scope."""
        line = self._words.of(text)
        if line is None:
            return True
        kinds = self._kinds(line)
        if _SURE in kinds or not _can_be_in_scope(kinds):
            return _SURE in kinds
        return self._passes_by_stretch(text)

    def _passes_by_stretch(self, text: str) -> bool:
        """The same, asked of stretches of whole sentences, with what they may have from others.

        A word that tells of bone counts anywhere, a place also in the exam line and in a label.
        """
        stretches = self._layout.stretches(text, self._reader.canonical)
        lines = [self._words.of(stretch) for stretch in stretches]
        if None in lines:
            return True
        found = [self._kinds(line or "", _SHARED) for line in lines]
        placed = [kinds for kinds in found if _PLACED in kinds]
        if not placed or any(map(_can_be_in_scope, found)):
            return any(map(_can_be_in_scope, found))
        shared = {_TELLING}.intersection(set().union(*found)) | self._heads(text, stretches, lines)
        return any(_can_be_in_scope(kinds | shared) for kinds in placed)

    def _heads(self, text: str, stretches: Sequence[str], lines: Sequence[str | None]) -> set[str]:
        """Whether a place stands in an exam line, or in what may be a label."""
        labels = (stretch.rpartition(":")[0] for stretch in stretches if ":" in stretch)
        titles = itertools.takewhile(lambda line: not self._layout.exam_words.isdisjoint((line or "").split()), lines)
        heads = [*labels, *self._layout.headers(text), *stretches[: len(list(titles))]]
        # Read as one: that may find a place across two of them, and misses none.
        line = self._words.of(" ; ".join(heads))
        return {_SITE}.intersection(_SHARED if line is None else self._kinds(line, _SHARED))

    def _kinds(self, line: str, asked: frozenset[str] = frozenset()) -> set[str]:
        """What kinds of mention a line of words may hold, as far as they bear on scope or are asked for."""
        kinds = set(self._phrases.kinds(line))
        if _SURE in kinds:
            return kinds
        words = set(line.split())
        kinds.update([kind for kind, needs in self._gapped.items() if needs.met(words)])
        company = asked.union(*[_COMPANY[kind] for kind in kinds & _COMPANY.keys()]) - kinds
        kinds.update([kind for kind in company if self._beside[kind].met(words)])
        return kinds


def _can_be_in_scope(kinds: AbstractSet[str]) -> bool:
    """Whether there is all that one of the ways into scope asks for."""
    return any(way <= kinds for way in _WAYS)


@functools.lru_cache(maxsize=1)
@collector_paused()
def load_screen() -> Screen:
    """The screen of the packaged rules, made once per process."""
    return Screen(load_rules())


def _compiled(rules: RuleBook, counts: Callable[[Rule], bool]) -> list[Compiled]:
    """The compiled forms of the rules that count."""
    pairs = zip(rules.rules, rules.compiled, strict=True)
    return [compiled for rule, compiled in pairs if rule.value != _BLOCK and counts(rule)]


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


def _is_site(rule: Rule) -> bool:
    return rule.field == "site" and not rule.attributes.get("broad")


def _tells_a_place(rule: Rule) -> bool:
    """Features that only bone has."""
    return rule.field == "feature" and rule.value in scope.OF_BONE


def _is_bone(rule: Rule) -> bool:
    return rule.field == "bone"


def _is_piece(rule: Rule) -> bool:
    return rule.field == "bone" and rule.value == "piece"


def _tells_bone(rule: Rule) -> bool:
    return rule.field == "marrow" or (rule.field == "feature" and rule.value in MAKE_OF_BONE)


def _is_beside_the_skeleton(rule: Rule) -> bool:
    if rule.field == "site":
        return rule.attributes.get("kind") in SOFT_KINDS
    return rule.field in ("compartment", "nv") or rule.value == "ankylosis"
