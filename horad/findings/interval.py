"""Days from the injury or operation to the report, from words such as "8 months after the crash"."""

from horad.findings.view import Mention, View

_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("", "a one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty")
    )
    for word in words.split()
}  # fmt: skip
_MONTH, _YEAR = 30.4375, 365.25
_UNITS = {
    "day": 1.0, "d": 1.0, "week": 7.0, "wk": 7.0, "w": 7.0, "month": _MONTH, "mo": _MONTH, "mth": _MONTH, "m": _MONTH,
    "year": _YEAR, "yr": _YEAR, "y": _YEAR, "pod": 1.0,
}  # fmt: skip
_FRACTIONS = {"7": 1.0, "52": 7.0, "12": _MONTH}  # 3/52 is three weeks
_EVENTS = frozenset(
    {"trauma", "fracture", "spinal_cord_injury", "brain_injury", "burn", "arthroplasty", "other_surgery", "amputation"}
)
_NOT_READ = frozenset({"comparison", "recommendation", "discussion", "signature", "technique"})
_NOT_SAID = frozenset({"hypothetical", "general", "family"})
_RANK = {"after": 0, "day": 0, "ago": 1, "bare": 2}
_NEAR, _CLOSE = 12, 3


def injury_interval_days(view: View) -> int | None:
    """The time since injury or operation, the plainest wording first."""
    found = [
        (_RANK[mention.value], mention.start, days)
        for mention in view.of("interval")
        if mention.section not in _NOT_READ and mention.assertion not in _NOT_SAID
        if (days := _days(view, mention)) is not None and _anchored(view, mention)
    ]
    return min(found)[2] if found else None


def _days(view: View, mention: Mention) -> int | None:
    words = view.words[mention.start : mention.end]
    numbers = [number for word in words if (number := _number(word)) is not None]
    if not numbers:
        return None
    if "/" in words:
        unit = _FRACTIONS.get(words[words.index("/") + 1])
    else:
        unit = next((_UNITS[word] for word in words if word in _UNITS), None)
    return None if unit is None else round(numbers[0] * unit)


def _number(word: str) -> float | None:
    if word in _NUMBERS:
        return float(_NUMBERS[word])
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return None


def _anchored(view: View, mention: Mention) -> bool:
    """Whether the words count from an injury or operation named in the sentence."""
    reach = _CLOSE if mention.value == "bare" else _NEAR
    events = [m for m in view.within(mention.sentence, "risk_factor") if m.value in _EVENTS]
    events += view.within(mention.sentence, "interval_anchor")
    return any(max(event.start - mention.end, mention.start - event.end) <= reach for event in events)
