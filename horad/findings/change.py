"""What a lesion has done since an earlier study."""

from horad.findings.view import CURRENT, Claim, Mention, View

FIELD = "change"
_LESIONS = ("ho", "lesion", "tumour", "mimic")
_STABLE = "stable"
_GROWTH = frozenset({"increased", "new", "decreased"})
_SAID = frozenset({"present", "possible"})


def claims(view: View) -> list[Claim]:
    """One claim for each word of change in a sentence of a lesion, or right after one; "the larger" compares two."""
    found = []
    for mention in view.of("change"):
        value = _value(mention)
        if value and mention.section in CURRENT and _of_lesion(view, mention) and not _partitive(view, mention):
            found.append(Claim(FIELD, value, "present", (mention.mark,), mention.sentence, {"when": "current"}))
    return found


def _value(mention: Mention) -> str | None:
    """Growth that is denied is stability; other denials say nothing."""
    if mention.assertion in _SAID or mention.rule.attributes.get("closed"):
        return mention.value
    if mention.assertion == "absent" and mention.value in _GROWTH:
        return _STABLE
    return None


def _of_lesion(view: View, mention: Mention) -> bool:
    if view.within(mention.sentence, *_LESIONS):
        return True
    sentence = view.sentences[mention.sentence]
    opens = mention.start - sentence.start <= 5
    return opens and mention.sentence > 0 and bool(view.within(mention.sentence - 1, *_LESIONS))


def _partitive(view: View, mention: Mention) -> bool:
    return any(m.start <= mention.start and mention.end <= m.end for m in view.within(mention.sentence, "partitive"))
