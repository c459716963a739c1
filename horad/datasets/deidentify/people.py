"""Names of people: by what stands before and after them, by lists of names, and where a found name is said again."""

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

from horad.datasets.deidentify.gazetteer import Gazetteer, load_gazetteer
from horad.datasets.deidentify.spans import Span
from horad.knowledge.deidentify import NameWords

_TOKEN = regex.compile(r"\p{L}+(?:['’`-]\p{L}+)*\.?|\d+|\n|[^\S\n]+|.", regex.DOTALL)
_CAPITALISED = regex.compile(r"\p{Lu}\p{Ll}*(?:['’`-]?\p{Lu}?\p{Ll}+)*(?:['’`-]\p{Lu}+)*\.?")
_INITIAL = regex.compile(r"\p{Lu}\.?|\p{Lu}\.\p{Lu}\.?")
_LONGEST_NAME = 5
# Words that may follow a name as well as a noun.
_LINKS = frozenset(
    {"is", "was", "who", "has", "had", "and", "by", "at", "on", "in", "for", "with", "to", "via", "from", "of"}
)


@dataclass(frozen=True, slots=True)
class _Word:
    """One word: its place, its text without a closing stop, and the text before the next word."""

    start: int
    end: int
    text: str
    gap: str

    @property
    def lower(self) -> str:
        return self.text.lower()


class PeopleFinder:
    """Finds names of people in reports."""

    def __init__(self, words: NameWords, vocabulary: frozenset[str], gazetteer: Gazetteer | None = None) -> None:
        self._words = words
        self._names = gazetteer or load_gazetteer()
        self._ordinary = vocabulary | words.not_names
        self._eponyms = frozenset(word.lower() for word in words.eponyms)
        self._labels = _label_pattern(words.labels)
        self._weak_labels = regex.compile(f"(?:{'|'.join(words.weak_labels)})", regex.IGNORECASE)
        titles = "|".join(sorted(map(regex.escape, words.titles), key=len, reverse=True))
        self._titles = regex.compile(rf"(?<![\p{{L}}\d])(?P<title>{titles})(?:\.(?=\s|\p{{Lu}})|(?=\s))[ \t]*", regex.I)
        self._after = regex.compile(rf"(?:['’]s)?\s*(?:{'|'.join(words.person_verbs)})", regex.IGNORECASE)
        credentials = "|".join(sorted(map(regex.escape, words.credentials), key=len, reverse=True))
        self._credentials = regex.compile(rf"(?P<comma>,?)[ \t]*(?P<credential>{credentials})(?![\p{{L}}\d])")
        self._relatives = regex.compile(
            rf"\b(?:{'|'.join(map(regex.escape, words.relatives))})\b(?:\s*\(|\s*,|\s*:)?[ \t]+", regex.IGNORECASE
        )

    def find(self, text: str) -> list[Span]:
        """The names in a text."""
        found = list(self._cued(text))
        return found + self._said_again(text, found)

    def _cued(self, text: str) -> Iterator[Span]:
        words = _words(text)
        starts = {word.start: index for index, word in enumerate(words)}
        yield from self._behind_titles(text, words, starts)
        yield from self._behind_labels(text, words, starts)
        yield from self._behind_relatives(text, words, starts)
        yield from self._before_credentials(text, words)
        yield from self._before_verbs(text, words)
        yield from self._pairs(words)

    def _behind_titles(self, text: str, words: list[_Word], starts: dict[int, int]) -> Iterator[Span]:
        for match in self._titles.finditer(text):
            title = match["title"]
            lower, first = title.lower(), starts.get(match.end())
            if first is None or (title.islower() and lower in self._words.weak_titles):
                continue
            is_weak = lower in self._words.weak_titles or (title.isupper() and lower in self._words.abbreviations)
            if is_weak and not self._is_likely(words, first, listed=lower in self._words.weak_titles):
                continue
            if title.islower() and not _CAPITALISED.fullmatch(words[first].text) and not self._is_listed(words[first]):
                continue
            yield from self._run(words, first, "title", lenient=not is_weak)

    def _behind_labels(self, text: str, words: list[_Word], starts: dict[int, int]) -> Iterator[Span]:
        for match in self._labels.finditer(text):
            first = starts.get(match.end())
            if first is None:
                continue
            has_colon = ":" in match["sep"]
            is_weak = self._weak_labels.fullmatch(match["label"]) is not None and not has_colon
            if not has_colon and not self._is_likely(words, first, listed=is_weak):
                continue
            yield from self._run(words, first, "label", lenient=has_colon)

    def _behind_relatives(self, text: str, words: list[_Word], starts: dict[int, int]) -> Iterator[Span]:
        for match in self._relatives.finditer(text):
            first = starts.get(match.end())
            if first is not None and self._is_person_word(words[first]):
                yield from self._run(words, first, "relative", lenient=False)

    def _before_credentials(self, text: str, words: list[_Word]) -> Iterator[Span]:
        ends = {word.end: index for index, word in enumerate(words)}
        for match in self._credentials.finditer(text):
            last = ends.get(match.start())
            if last is None or (not match["comma"] and match["credential"] in self._words.weak_credentials):
                continue
            first = last
            while first > 0 and last - first < _LONGEST_NAME - 1 and self._leads_on(words[first - 1], words[first]):
                first -= 1
            first = self._without_ordinary(words, first, last)
            if first <= last and self._is_name_word(words[last]) and words[last].lower not in self._ordinary:
                yield Span(words[first].start, words[last].end, "name", "credential")

    def _before_verbs(self, text: str, words: list[_Word]) -> Iterator[Span]:
        for index, word in enumerate(words):
            is_name = self._is_person_word(word) or (index > 0 and self._is_family_in_spite(words, index))
            if not is_name or not self._after.match(text, word.end):
                continue
            first = index
            while first > 0 and self._leads_on(words[first - 1], words[first]):
                first -= 1
            first = min(index, self._without_ordinary(words, first, index - 1 if index > first else index))
            if index > first or word.lower in self._names.family or word.lower in self._names.given:
                yield Span(words[first].start, word.end, "name", "verb")

    def _pairs(self, words: list[_Word]) -> Iterator[Span]:
        """A listed given name and a family name side by side, in either order."""
        for index, word in enumerate(words[:-1]):
            following = words[index + 1]
            if word.gap == " " and self._is_given(word) and self._is_family_after(words, index):
                yield from self._run(words, index, "pair", lenient=False)
            elif word.gap in (", ", ",") and self._is_person_word(word) and self._is_given(following):
                if word.lower in self._names.family and not self._is_eponym(words, index):
                    yield from self._run(words, index, "pair", lenient=False, inverted=True)
            elif word.gap in (" ", "") and self._is_initial(word) and self._is_surname_after_initial(words, index):
                yield from self._run(words, index, "initial", lenient=False)

    def _run(
        self, words: list[_Word], first: int, found_by: str, *, lenient: bool, inverted: bool = False
    ) -> Iterator[Span]:
        """The name that begins with a word; ``lenient`` takes the first word whatever it means."""
        last = first
        if not self._is_name_word(words[first]) and not (lenient and self._is_listed(words[first])):
            return
        if words[first].lower in self._ordinary and not (lenient and self._may_be_ordinary(words, first)):
            return
        while last - first < _LONGEST_NAME - 1 and last + 1 < len(words):
            gap, word = words[last].gap, words[last + 1]
            inverts = gap in (", ", ",") and last == first and (inverted or lenient) and self._is_given_or_initial(word)
            if not inverts and gap not in (" ", "  ", "", "-") and gap.strip(" \t") != "^":
                break
            if not self._continues(words, last + 1):
                break
            last += 1
        while last > first and words[last].lower in self._words.particles:
            last -= 1
        yield Span(words[first].start, _without_possessive(words[last]), "name", found_by)

    def _continues(self, words: list[_Word], index: int) -> bool:
        word = words[index]
        if word.lower in self._words.particles:
            return index + 1 < len(words) and self._is_person_word(words[index + 1])
        if not self._is_name_word(word):
            return False
        if word.lower in self._ordinary or word.lower in self._words.word_names:
            return self._is_family_in_spite(words, index)
        if word.text in self._words.credentials or (word.text in ("M", "F") and not word.gap.startswith((" ", "."))):
            return False
        if _is_shouted(words, index):
            before = words[index - 1].lower
            return self._is_listed(word) or self._is_initial(word) or before not in self._names.family
        return True

    def _is_family_in_spite(self, words: list[_Word], index: int) -> bool:
        """Whether a word of reports is a family name after all: listed as one, right behind a given name."""
        word, before = words[index], words[index - 1]
        if word.lower in self._words.not_names or word.lower not in self._names.family or _is_shouted(words, index):
            return False
        is_given = before.lower in self._names.given or before.lower not in self._names.family
        follows = index + 1 < len(words) and words[index].gap == " " and words[index + 1].text.islower()
        is_noun = follows and words[index + 1].lower in self._ordinary and words[index + 1].lower not in _LINKS
        return word.text.istitle() and is_given and not is_noun

    def _is_name_word(self, word: _Word) -> bool:
        return _CAPITALISED.fullmatch(word.text) is not None or word.text.isupper()

    def _is_person_word(self, word: _Word) -> bool:
        """A capitalised word of some length that means nothing else."""
        return (
            len(word.text) > 1
            and self._is_name_word(word)
            and word.lower not in self._ordinary
            and word.lower not in self._words.word_names
            and word.text.rstrip(".") not in self._words.credentials
        )

    def _is_likely(self, words: list[_Word], index: int, *, listed: bool) -> bool:
        """A word that begins a name: capitalised and unknown, or an initial before such a word.

        Among words in capitals it has to be ``listed`` where what stands before it may stand before any word.
        """
        word = words[index]
        if self._is_initial(word) and index + 1 < len(words) and word.gap in (" ", ""):
            word = words[index + 1]
        if not self._is_person_word(word) or self._is_eponym(words, index):
            return False
        return not listed or self._is_listed(word) or not _is_shouted(words, index)

    def _is_listed(self, word: _Word) -> bool:
        parts = [part for part in regex.split(r"['’-]", word.lower) if part]
        return any(part in self._names.given or part in self._names.family for part in (word.lower, *parts))

    def _is_given(self, word: _Word) -> bool:
        return self._is_person_word(word) and word.lower in self._names.given

    def _is_given_or_initial(self, word: _Word) -> bool:
        return self._is_initial(word) or (self._is_name_word(word) and word.lower not in self._ordinary)

    def _is_initial(self, word: _Word) -> bool:
        return _INITIAL.fullmatch(word.text) is not None and len(word.text.replace(".", "")) == 1

    def _is_family_after(self, words: list[_Word], index: int) -> bool:
        following = words[index + 1]
        if self._is_initial(following) and index + 2 < len(words) and following.gap in (" ", ""):
            following = words[index + 2]
        if not self._is_person_word(following) or self._is_eponym_head_after(words, index + 1):
            return False
        return following.lower in self._names.family or not _is_shouted(words, index)

    def _is_surname_after_initial(self, words: list[_Word], index: int) -> bool:
        following = words[index + 1]
        if not self._is_person_word(following) or self._is_eponym(words, index + 1) or len(following.text) < 3:
            return False
        has_stop = words[index].gap.startswith(".") or words[index].text.endswith(".")
        return has_stop and self._is_listed(following)

    def _is_eponym(self, words: list[_Word], index: int) -> bool:
        return words[index].lower.removesuffix("'s").removesuffix("’s") in self._eponyms

    def _is_eponym_head_after(self, words: list[_Word], index: int) -> bool:
        if index + 1 >= len(words) or words[index].gap not in (" ", "-", " - "):
            return False
        return words[index + 1].lower in self._words.eponym_heads

    def _may_be_ordinary(self, words: list[_Word], index: int) -> bool:
        """Behind a title or a label, "Long" and "Bone" may be names, unless shouted or the start of a phrase."""
        word = words[index]
        if word.lower in self._words.not_names:
            return False
        is_inverted = word.gap in (", ", ",") and index + 1 < len(words) and self._is_given(words[index + 1])
        if _is_shouted(words, index) and not is_inverted:
            return False
        return self._is_listed(word) and not self._is_eponym_head_after(words, index)

    def _leads_on(self, before: _Word, word: _Word) -> bool:
        del word
        return before.gap in (" ", "", "-") and (
            self._is_name_word(before) or before.lower in self._words.particles or self._is_initial(before)
        )

    def _without_ordinary(self, words: list[_Word], first: int, last: int) -> int:
        """The start of the name at the end of a run of capitalised words."""
        for index in range(last, first - 1, -1):
            word = words[index]
            if word.lower in self._words.titles or (word.lower in self._ordinary and not self._is_initial(word)):
                return index + 1
        while first < last and words[first].lower in self._words.particles and not self._is_name_word(words[first]):
            first += 1
        return first

    def _said_again(self, text: str, found: Iterable[Span]) -> list[Span]:
        """The parts of found names wherever else they stand."""
        parts = {
            part
            for span in found
            for part in regex.findall(r"\p{L}+(?:['’-]\p{L}+)*", text[span.start : span.end])
            if len(part) > 2 and part.lower() not in self._ordinary and part.lower() not in self._words.word_names
        }
        parts -= {part for part in parts if part.lower() in self._eponyms or part.lower() in self._words.particles}
        if not parts:
            return []
        spellings = {form for part in parts for form in (part, part.upper(), part.title())}
        pattern = _alternatives(tuple(sorted(spellings, key=lambda p: (-len(p), p))))
        return [Span(*match.span(), "name", "said again") for match in pattern.finditer(text)]


@functools.lru_cache(maxsize=64)
def _alternatives(parts: tuple[str, ...]) -> "regex.Pattern[str]":
    return regex.compile(rf"(?<![\p{{L}}\d])(?:{'|'.join(map(regex.escape, parts))})(?![\p{{L}}\d])")


def _label_pattern(labels: tuple[str, ...]) -> "regex.Pattern[str]":
    between = r"(?P<sep>[ \t]*[:=][ \t]*\n?[ \t]*|[ \t]*[-–][ \t]+|,?[ \t]+)"
    return regex.compile(rf"(?<![\p{{L}}\d/])(?P<label>{'|'.join(labels)})\b{between}", regex.IGNORECASE)


def _words(text: str) -> list[_Word]:
    """The words of a text, initials with their stop, other words without."""
    places = []
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if not piece[0].isalpha():
            continue
        keeps_stop = len(piece) == 2 and piece.endswith(".")
        shown = piece if keeps_stop else piece.rstrip(".")
        places.append((match.start(), match.start() + len(shown), shown))
    ends = [*(start for start, _, _ in places[1:]), len(text)][: len(places)]
    return [_Word(start, end, shown, text[end:after]) for (start, end, shown), after in zip(places, ends, strict=True)]


def _is_shouted(words: list[_Word], index: int) -> bool:
    """Whether the word stands among words in capitals, where capitals tell nothing."""
    if not words[index].text.isupper() or len(words[index].text) < 2:
        return False
    near = [word for word in words[max(0, index - 3) : index + 4] if len(word.text) > 2]
    return sum(word.text.isupper() for word in near) > len(near) // 2 and len(near) > 2


def _without_possessive(word: _Word) -> int:
    return word.end - 2 if word.text[-2:] in ("'s", "’s", "'S") else word.end
