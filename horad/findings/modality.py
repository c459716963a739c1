"""Which imaging the findings come from: studies named, and words that only one modality has."""

from horad.findings.view import Claim, Mention, View

# Where a study is named as the one reported, whatever is said around it.
_OWN = frozenset({"header", "technique"})
_READ = frozenset({"findings", "impression", "addendum", "unknown", "discussion"})
_TOLD = frozenset({"history", "indication", "comparison"})
_NOT_MADE = frozenset({"hypothetical", "family", "general", "asked"})
_CLAUSE_ENDS = frozenset(".;:?!")
_TITLE_WORDS = 12
# kind of rule → rank: a kind speaks only where no kind of a lower rank has spoken.
_RANK = {"study": 0, "sign": 0, "uptake": 0, "weak": 1, "trace": 2, "vague": 3}
_COMPARED_RANK = 2


def claims(view: View) -> list[Claim]:
    """One claim per mention of imaging that counts."""
    ranked = [(rank, mention) for mention in view.of("modality") if (rank := _rank(view, mention)) is not None]
    best = min((rank for rank, _ in ranked), default=0)
    spoken = [mention for rank, mention in ranked if rank == best]
    values = {mention.value for mention in spoken}
    return [
        Claim("modality", mention.value, "present", (mention.mark,), mention.sentence)
        for mention in spoken
        if not (mention.rule.attributes.get("kind") == "uptake" and "pet" in values)
    ]


def _rank(view: View, mention: Mention) -> int | None:
    """How far the mention counts (0 fully), or None where it does not."""
    if mention.rule.attributes.get("capitals") and not _capital(view, mention):
        return None
    if mention.rule.attributes.get("title") and not _in_title(view, mention):
        return None
    rank = _RANK[str(mention.rule.attributes.get("kind", "study"))]
    roles = {role.value for role in view.within(mention.sentence, "study_role") if _governs(view, role, mention)}
    if "missing" in roles:
        return None
    if mention.section in _OWN or _heads_a_line(view, mention):
        return rank
    if mention.section in _TOLD:
        return rank if "shows" in roles else None
    if mention.section not in _READ or mention.assertion in _NOT_MADE or "advised" in roles:
        return None
    if "purpose" in roles and mention.sentence > 0:
        return None
    return max(rank, _COMPARED_RANK) if "compared" in roles else rank


def _capital(view: View, mention: Mention) -> bool:
    """Whether the first word is written in capitals, as abbreviations are."""
    start, end = view.offsets[mention.start]
    return view.text[start:end].isupper()


def _in_title(view: View, mention: Mention) -> bool:
    sentence = view.sentences[mention.sentence]
    return mention.section == "header" or (sentence.index == 0 and sentence.end - sentence.start <= _TITLE_WORDS)


def _heads_a_line(view: View, mention: Mention) -> bool:
    """Whether the study opens a sentence and a colon follows ("CT + MRI: …")."""
    if mention.section not in _TOLD | _READ or mention.section == "comparison":
        return False
    first = view.sentences[mention.sentence].start
    return mention.start - first <= 3 and ":" in view.words[mention.end : mention.end + 5] and ":" not in view.words[first : mention.start]


def _governs(view: View, role: Mention, mention: Mention) -> bool:
    side, reach = role.rule.attributes["side"], int(str(role.rule.attributes["reach"]))
    if role.end <= mention.start:
        first, second, fits = role, mention, side in ("before", "both")
    else:
        first, second, fits = mention, role, side in ("after", "both")
    gap = view.words[first.end : second.start]
    return fits and len(gap) <= reach and not _CLAUSE_ENDS.intersection(gap)
