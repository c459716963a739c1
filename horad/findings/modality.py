"""Which imaging the findings come from: studies named, and words that only one modality has."""

from horad.findings.roles import as_written, roles
from horad.findings.view import Claim, Mention, View

# Where a study is named as the one reported, whatever is said around it.
_OWN = frozenset({"header", "technique"})
_READ = frozenset({"findings", "impression", "addendum", "unknown", "discussion"})
_TOLD = frozenset({"history", "indication", "comparison"})
_NOT_MADE = frozenset({"hypothetical", "family", "general", "asked"})
_TITLE_WORDS = 12
# kind of rule → rank: a kind speaks only where no kind of a lower rank has spoken.
_RANK = {"study": 0, "sign": 0, "uptake": 0, "weak": 1, "trace": 2, "vague": 3}
_COMPARED_RANK = 2
_HEADING_WORDS = 5
_ROLE = "study_role"
_UNTYPED = "unspecified"
_OF_OTHERS = "elsewhere"  # a grade of something other than heterotopic bone
_LESIONS = ("ho", "lesion", "tumour", "mimic", "grade_system")


def claims(view: View) -> list[Claim]:
    """One claim per mention of imaging that counts; bone described without any gives ``unspecified``."""
    ranked = [(rank, mention) for mention in view.of("modality") if (rank := _rank(view, mention)) is not None]
    best = min((rank for rank, _ in ranked), default=0)
    spoken = [mention for rank, mention in ranked if rank == best]
    values = {mention.value for mention in spoken}
    made = [
        Claim("modality", value, "present", (mention.mark,), mention.sentence)
        for mention in spoken
        if not (mention.rule.attributes.get("kind") == "uptake" and "pet" in values)
        for value in (mention.value, *_also(mention))
    ]
    return made or _untyped(view)


def _also(mention: Mention) -> tuple[str, ...]:
    """Studies of two kinds in one (PET/CT)."""
    also = mention.rule.attributes.get("also", ())
    return also if isinstance(also, tuple) else ()


def _untyped(view: View) -> list[Claim]:
    """A lesion told in a report's manner, with no word of the imaging: its type is not stated."""
    if view.of("narrative") or any("missing" in roles(view, mention, _ROLE) for mention in view.of("modality")):
        return []
    for mention in view.of(*_LESIONS):
        if mention.section in _READ and mention.assertion not in _NOT_MADE and mention.value != _OF_OTHERS:
            return [Claim("modality", _UNTYPED, "present", (mention.mark,), mention.sentence)]
    return []


def _rank(view: View, mention: Mention) -> int | None:
    """How far the mention counts (0 fully), or None where it does not."""
    if not _written_as_meant(view, mention) or _queried(view, mention):
        return None
    rank = _RANK[str(mention.rule.attributes.get("kind", "study"))]
    played = roles(view, mention, _ROLE)
    if "missing" in played or not _has_result(view, mention, played):
        return None
    if mention.section in _TOLD and not _heads_a_line(view, mention):
        return rank if "shows" in played else None
    if "compared" in played:
        rank = max(rank, _COMPARED_RANK)
    if mention.section in _OWN or _heads_a_line(view, mention):
        return rank
    return rank if mention.section in _READ and not _only_asked_for(mention, played) else None


def _has_result(view: View, mention: Mention, played: set[str]) -> bool:
    """Studies that are mostly only asked for (of the chest) need a result or the title."""
    if not mention.rule.attributes.get("result") or played & {"shows", "clear"}:
        return True
    return mention.section in _OWN or mention.sentence == 0 or _heads_a_line(view, mention)


def _only_asked_for(mention: Mention, played: set[str]) -> bool:
    if mention.assertion in _NOT_MADE or "advised" in played:
        return True
    told = bool(played & {"shows", "clear"})
    return mention.sentence > 0 and bool(played & {"purpose", "again"}) and not told


def _written_as_meant(view: View, mention: Mention) -> bool:
    return as_written(view, mention) and (not mention.rule.attributes.get("title") or _in_title(view, mention))


def _queried(view: View, mention: Mention) -> bool:
    """Whether a question is all that is told of the study ("Outside film: ? HO")."""
    return view.words[mention.end : mention.end + 2] == [":", "?"]


def _in_title(view: View, mention: Mention) -> bool:
    sentence = view.sentences[mention.sentence]
    return mention.section == "header" or (sentence.index == 0 and sentence.end - sentence.start <= _TITLE_WORDS)


def _heads_a_line(view: View, mention: Mention) -> bool:
    """Whether the study opens a line or sentence and a colon follows ("CT + MRI: …")."""
    if mention.section not in _TOLD | _READ or mention.section == "comparison":
        return False
    first = mention.start
    while first > view.sentences[mention.sentence].start and not view.breaks[first]:
        first -= 1
    limit = min(mention.end + _HEADING_WORDS, view.sentences[mention.sentence].end)
    before, after = view.words[first : mention.start], view.words[mention.end : limit]
    return len(before) < _HEADING_WORDS and ":" in after and ":" not in before
