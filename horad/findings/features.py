"""Imaging features of the lesion or new bone: what each place of the report says of them."""

import itertools
from collections.abc import Iterator

from horad.findings.view import Claim, Mark, Mention, View
from horad.knowledge.load import RuleBook

FIELD = "feature"
ABSENT, POSSIBLE, PRESENT = "absent", "possible", "present"
# Assertions under which words say nothing of the patient's images.
_UNSAID = frozenset({"hypothetical", "asked", "at_risk", "family", "general"})
_SILENT_SECTIONS = frozenset({"indication", "history", "technique", "recommendation", "discussion", "signature"})
_MARKS = frozenset(";:.()?!")
_SOFT_MARKS = frozenset(",/")
_ALL_MARKS = _MARKS | _SOFT_MARKS
_ASKING = frozenset(":=?")
_REACH = 4
_ANSWER_REACH = 3
_LOOK_BACK = 2
_ABOUT_BONE = ("ho", "bone", "lesion", FIELD)
# Features that are told of other places than the lesion by their nature.
_PLACELESS = frozenset({"metastases", "multiple_loose_bodies", "soft_tissue_mass"})


def claims(view: View) -> list[Claim]:
    """One claim per feature and place, in reading order."""
    return [claim for mention in view.of(FIELD) for claim in _claims_of(view, mention)]


def _claims_of(view: View, mention: Mention) -> Iterator[Claim]:
    attributes = mention.rule.attributes
    when = place_in_time(view, mention)
    if when is None or not _condition_met(view, mention):
        return
    if mention.value not in _PLACELESS and is_foreign(view, mention):
        return
    assertion = polarity(view, mention)
    data = {"when": when, "section": mention.section, **nearest_place(view, mention)}
    said = [(mention.value, assertion)]
    if "also" in attributes and (assertion != ABSENT or attributes.get("polarity") == ABSENT):
        said.append((str(attributes["also"]), assertion))
    if "denies" in attributes:
        said.append((str(attributes["denies"]), ABSENT if assertion == PRESENT else assertion))
    for name, value in said:
        cues = tuple(Mark(*cue) for cue in mention.cues) if value != PRESENT else ()
        yield Claim(f"features.{name}", name, value, (mention.mark, *cues), mention.sentence, dict(data))


def place_in_time(view: View, mention: Mention) -> str | None:
    """Whether a mention speaks of this study or a prior one; None where it says nothing of images."""
    if mention.section in _SILENT_SECTIONS or (mention.assertion in _UNSAID and not answer(view, mention)):
        return None
    if _conditional(view, mention):
        return None
    past = mention.historical or mention.assertion == "historical" or mention.section == "comparison"
    return "prior" if past or _seen_before(view, mention) else "current"


def answer(view: View, mention: Mention) -> str:
    """The value of a template field or question that a mention names ("Bridging L: N"), or nothing."""
    words, rules = view.words, view.rules
    stop = min(len(words) - 1, mention.end + _ANSWER_REACH)
    colon = next((i for i in range(mention.end, stop) if words[i] in _ASKING), None)
    if colon is None:
        return ""
    end = colon + 2
    if end < len(words) and not view.breaks[end] and words[end] not in words_of(rules, "answer_end"):
        return ""
    if words[end - 1] in words_of(rules, "deny_answer"):
        return ABSENT
    return PRESENT if words[end - 1] in words_of(rules, "confirm_answer") else ""


def _conditional(view: View, mention: Mention) -> bool:
    """What would follow if the words were true is no finding."""
    start, _ = clause(view, mention, commas=True)
    return not words_of(view.rules, "condition_word").isdisjoint(view.words[start : mention.start])


def _denied_subject(view: View, mention: Mention) -> bool:
    """The subject denies what is said of it: none is attached, nowhere does it bridge."""
    start, _ = clause(view, mention, commas=True)
    return not words_of(view.rules, "deny_subject").isdisjoint(view.words[start : mention.start])


def _out_of_reach(view: View, mention: Mention) -> bool:
    """A denial ends where a comma opens a new description: without a gap, of trabecular structure."""
    resume = words_of(view.rules, "resume_word")
    ends = [end for _, end, _ in mention.cues if end <= mention.start]
    if not ends or len(ends) < len(mention.cues):
        return False
    between = view.words[max(ends) : mention.start]
    return any(word in _SOFT_MARKS and after in resume for word, after in itertools.pairwise(between))


def _seen_before(view: View, mention: Mention) -> bool:
    """A word of the same clause puts the description in an earlier study, and none in today's."""
    links = view.within(mention.sentence, "when_seen")
    if not links:
        return False
    start, end = clause(view, mention, commas=True)
    near = [m for m in links if start <= m.start < end or m.end == start - 1]
    if any(m.value == "current" for m in near):
        return False
    comparing = words_of(view.rules, "compares_with")
    past = bool(words_of(view.rules, "past_verb").intersection(view.words[start:end]))
    return any(
        (m.value == "prior" or past)
        and (m.rule.attributes.get("told") or not comparing.intersection(view.words[max(0, m.start - 3) : m.start]))
        for m in near
    )


def polarity(view: View, mention: Mention) -> str:
    """present, possible or absent: the rule's own words first, then the context."""
    own = mention.rule.attributes.get("polarity")
    if own in (ABSENT, PRESENT):
        return str(own)
    if answered := answer(view, mention):
        return answered
    if _denied_subject(view, mention):
        return ABSENT
    if mention.assertion == ABSENT and _out_of_reach(view, mention):
        return PRESENT
    if own == POSSIBLE:
        return ABSENT if mention.assertion == ABSENT else POSSIBLE
    if mention.assertion in (ABSENT, POSSIBLE):
        return mention.assertion
    inner = view.words[mention.start : mention.end]
    return ABSENT if words_of(view.rules, "negator").intersection(inner) else PRESENT


def nearest_place(view: View, mention: Mention) -> dict[str, str]:
    """Side and site words of the same clause, else of the subheading, for binding to a lesion."""
    start, end = clause(view, mention)
    sentence = view.sentences[mention.sentence]
    found: dict[str, str] = {}
    for name in ("side", "site"):
        near = [m for m in view.within(mention.sentence, name) if start <= m.start < end]
        near = near or view.under_head(sentence, name)
        values = {m.value for m in near}
        if len(values) == 1:
            found[name] = values.pop()
    return found


def clause(view: View, mention: Mention, *, commas: bool = False) -> tuple[int, int]:
    """The stretch of the sentence around a mention without a stop or a turning word."""
    sentence, words = view.sentences[mention.sentence], view.words
    marks, turns = _ALL_MARKS if commas else _MARKS, words_of(view.rules, "clause_break")
    start, end = mention.start, mention.end
    while start > sentence.start and (word := words[start - 1]) not in marks and word not in turns:
        start -= 1
    while end < sentence.end and (word := words[end]) not in marks and word not in turns:
        end += 1
    return start, end


def is_foreign(view: View, mention: Mention) -> bool:
    """True if the clause speaks of another object (osteophyte, callus, capsule, …) nearer than of a lesion."""
    others = view.within(mention.sentence, "foreign")
    foreign = [m for m in others if _concerns(m, mention.value) and not _only_where(view, m)]
    if not foreign:
        return False
    start, end = clause(view, mention, commas=True)
    before = [m for m in foreign if start <= m.start < mention.start]
    after = [m for m in foreign if mention.end <= m.start < min(end, mention.end + _REACH)]
    inside = [m for m in foreign if mention.start <= m.start < mention.end]
    if not (before or after or inside):
        return False
    lesions = [m for m in view.within(mention.sentence, "ho", "lesion", "tumour", "mimic") if start <= m.start < end]
    return not lesions


def _only_where(view: View, foreign: Mention) -> bool:
    """The other object only tells where the lesion lies: posterior to the right prosthesis."""
    at, articles = foreign.start - 1, words_of(view.rules, "np_article") | {m.value for m in view.of("side")}
    while at > 0 and view.words[at] in articles:
        at -= 1
    return at < foreign.start - 1 and at >= 0 and view.words[at] in words_of(view.rules, "np_toward")


def _concerns(foreign: Mention, feature: str) -> bool:
    features = foreign.rule.attributes.get("features", ())
    return not features or (isinstance(features, tuple) and feature in features)


def about_bone(view: View, mention: Mention) -> bool:
    """True if new bone is spoken of, and not denied, in the same sentence or shortly before."""
    sentences = range(max(0, mention.sentence - _LOOK_BACK), mention.sentence + 1)
    return any(_is_bone(m) for index in sentences for m in view.within(index, *_ABOUT_BONE))


def _is_bone(mention: Mention) -> bool:
    if mention.assertion not in (PRESENT, POSSIBLE) or mention.historical:
        return False
    if mention.field == FIELD:
        return "maturity" in mention.rule.attributes
    return mention.field != "lesion" or mention.value == "bone_word"


def _condition_met(view: View, mention: Mention) -> bool:
    """Words that count only with (``needs``) or without (``unless``) a field asserted in the report.

    ``still_with`` lifts ``unless`` where that field is spoken of at all: a mass that raised the
    question of a tumour is one, whatever it turned out to be.
    """
    needs, unless, lifted = (str(mention.rule.attributes.get(key, "")) for key in ("needs", "unless", "still_with"))
    if needs and not _asserted(view, needs):
        return False
    if not unless or polarity(view, mention) == ABSENT or (lifted and view.of(lifted)):
        return True
    return not _asserted(view, unless)


def _asserted(view: View, name: str) -> bool:
    return any(m.assertion in (PRESENT, POSSIBLE) for m in view.of(name))


def words_of(rules: RuleBook, name: str) -> frozenset[str]:
    """A word list of ``models/text/lists.toml`` in canonical form."""
    return rules.words[name]
