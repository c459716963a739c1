"""Which side a place is on: side words bound to the noun they stand at, and those left for the clause."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from horad.findings.view import Mark, Mention, View

LEFT, RIGHT, BILATERAL, MIDLINE = "left", "right", "bilateral", "midline"
OPPOSITE = {LEFT: RIGHT, RIGHT: LEFT}
_GAP = 5  # words of description between a side and its noun: "left proximal anterolateral …"
_ANSWER = 8  # words from one side to the other in "right 11 cm and left 6 cm"
_TRAIL = 2  # words between a noun and the side put after it: "hip joint, right"


@dataclass(frozen=True, slots=True)
class Side:
    """A side and the words that say it."""

    value: str
    mark: Mark
    by: Mention | None = None


def together(values: Sequence[str]) -> str:
    """One side of several: two opposite sides are bilateral, silence yields to what is said."""
    said = {value for value in values if value and value != "unspecified"}
    if not said:
        return "unspecified"
    if BILATERAL in said or {LEFT, RIGHT} <= said:
        return BILATERAL
    lateral = said - {MIDLINE}
    return next(iter(lateral)) if lateral else MIDLINE


class Laterality:
    """The side words of one report, each bound to a place or free for its clause."""

    def __init__(self, view: View) -> None:
        self._view = view
        lists = view.rules.words
        self.stops = lists["np_stop"]
        self.joints = lists["np_joint"]
        self._heads = lists["paired_heads"]
        self._places = [m for m in view.of("site") if m.rule.attributes.get("kind") != "implied"]
        self._words = view.of("side")
        self._value = self._values()
        self._ends = {place.end: place for place in self._places}
        self._at = {word: mention for mention in self._words for word in range(mention.start, mention.end)}
        self._site_at = {word: place for place in self._places for word in range(place.start, place.end)}
        self.bound: dict[int, Side] = {}
        self._bind()

    def _values(self) -> dict[int, str]:
        """Plain side of every side word; "contralateral" is relative to the last side said."""
        values: dict[int, str] = {}
        last = ""
        for mention in self._words:
            value = mention.value
            if value == "each":
                value = BILATERAL
            elif value == "contralateral":
                value = OPPOSITE.get(last, "")
            elif value == "ipsilateral":
                value = last
            values[mention.start] = value
            if value in OPPOSITE and mention.value != "contralateral":
                last = value
        return values

    def of(self, place: Mention) -> Side | None:
        """The side bound to a site mention."""
        return self.bound.get(place.start)

    def _side(self, mention: Mention) -> Side | None:
        value = self._value[mention.start]
        return Side(value, mention.mark, mention) if value else None

    def _bind(self) -> None:
        used: set[int] = set()
        for place in self._places:
            side = self._before(place, used) or self._inherited(place) or self._plural(place)
            if side:
                self.bound[place.start] = side
        for place in self._places:
            side = self._after(place, used)
            if side and (place.start not in self.bound or self.bound[place.start].by is None):
                self.bound[place.start] = side
        free: dict[int, list[Side]] = defaultdict(list)
        for mention in self._words:
            side = self._side(mention)
            if mention.start not in used and side and not mention.rule.attributes.get("bound"):
                free[mention.sentence].append(side)
        self.free = dict(free)

    def _before(self, place: Mention, used: set[int]) -> Side | None:
        """A side in the place's own noun phrase: "the left native hip"."""
        words, first = self._view.words, self._view.sentences[place.sentence].start
        for index in range(place.start - 1, max(first, place.start - _GAP - 1) - 1, -1):
            if index in self._at:
                mention = self._at[index]
                used.add(mention.start)
                return self._side(mention)
            if words[index] in self.stops or index in self._site_at:
                return None
        return None

    def _inherited(self, place: Mention) -> Side | None:
        """The side of the place before it in one list: "left hip and thigh", "left hip adductors"."""
        index = place.start - 1
        while index >= 0 and self._view.words[index] in self.joints and place.start - index <= 2:
            index -= 1
        other = self._ends.get(index + 1)
        if other is None or other.sentence != place.sentence:
            return None
        side = self.bound.get(other.start)
        return Side(side.value, side.mark) if side and side.by and side.by.start < other.start else None

    def _plural(self, place: Mention) -> Side | None:
        """The plural of a paired joint is both ("hips", "knees")."""
        view = self._view
        if not place.rule.attributes.get("paired"):
            return None
        if place.end - place.start > 1 and view.words[place.end - 1] not in self._heads:
            return None
        start, end = view.offsets[place.end - 1]
        text = view.text[start:end].lower()
        head = view.words[place.end - 1]
        if text == head or not text.endswith(("s", "feet")) or head.endswith("s"):
            return None
        return Side(BILATERAL, place.mark)

    def _after(self, place: Mention, used: set[int]) -> Side | None:
        """A side behind its noun: "hip, right", "knee (L)", "hip on the left"."""
        limit = min(place.end + _TRAIL + 2, self._view.sentences[place.sentence].end)
        for index in range(place.end, limit):
            mention = self._at.get(index)
            if mention is not None:
                if mention.start in used or self._opens(mention) or self._answered_by(mention, used):
                    return None
                used.add(mention.start)
                return self._side(mention)
            word = self._view.words[index]
            if index in self._site_at or word not in self.stops or (word in self.joints and word.isalnum()):
                return None
        return None

    def _answered_by(self, mention: Mention, used: set[int]) -> bool:
        """Does the other side follow, so that both speak of the place ("thighs, right 11 cm and left 6 cm")?"""
        value = OPPOSITE.get(mention.value)
        return any(
            other.value == value and other.start not in used and 0 < other.start - mention.end <= _ANSWER
            for other in self._view.within(mention.sentence, "side")
        )

    def _opens(self, mention: Mention) -> bool:
        """Does the side word open a noun phrase of its own ("hip, right iliac vein")?"""
        if self._view.sentences[mention.sentence].section == "header":
            return False  # exam lines put the side behind: "SHOULDER RT 3V"
        words, end = self._view.words, mention.end
        last = self._view.sentences[mention.sentence].end
        if end >= last or words[end] in self.stops or words[end][:1].isdigit():
            return False
        titled = mention.sentence == 0 and words[mention.start - 1] not in self.stops
        return mention.value in (*OPPOSITE, BILATERAL) and not titled
