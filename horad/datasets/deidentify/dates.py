"""Dates in text and in fields: found in every usual form, and moved by a number of days without changing the form."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from horad.datasets.deidentify.spans import Span
from horad.knowledge.deidentify import Identifiers

_ORDINAL = re.compile(r"(\d{1,2})(st|nd|rd|th)\b", re.IGNORECASE)
_MIDDLE_OF_MONTH = 15
_CENTURY_TURN = 70  # two digits from here on are of the twentieth century


@dataclass(frozen=True)
class FoundDate:
    """A date with its place; ``day`` and ``year`` as the text leads one to take them where it names none."""

    span: Span
    date: dt.date
    match: "regex.Match[str]"
    day_first: bool


class DateFinder:
    """Finds dates; ``day_first`` says how 3/4/2021 is read where the text itself does not settle it."""

    def __init__(self, tables: Identifiers, *, day_first: bool = False) -> None:
        self._tables, self._day_first = tables, day_first

    def find(self, text: str, near: dt.date | None = None) -> list[FoundDate]:
        """The dates in a text, disjoint and in order; a date without a year is taken as one before ``near``."""
        found: list[FoundDate] = []
        matches = [(form.id, match) for form, pattern in self._tables.dates for match in pattern.finditer(text)]
        day_first = self._order(match for _, match in matches)
        for name, match in sorted(matches, key=lambda one: (one[1].start() - one[1].end(), one[1].start())):
            start, end = self._extent(match)
            date = self._date(match, near, day_first=day_first)
            if date and all(end <= other.span.start or start >= other.span.end for other in found):
                found.append(FoundDate(Span(start, end, "date", name), date, match, day_first))
        return sorted(found, key=lambda one: one.span)

    def moved(self, found: FoundDate, days: int) -> str:
        """The words of a date as many days later, in the same form."""
        try:
            date = found.date + dt.timedelta(days=days)
        except OverflowError:
            date = found.date
        match, start = found.match, found.span.start
        text = match.string[start : found.span.end]
        for group in sorted(_groups(match), key=match.start, reverse=True):
            said = match[group]
            place = match.start(group) - start
            text = text[:place] + self._said_as(group, said, date, found) + text[place + len(said) :]
        return _ORDINAL.sub(lambda one: one[1] + _suffix(int(one[1]), one[2]), text)

    def _order(self, matches: Iterator["regex.Match[str]"]) -> bool:
        """Whether the day comes first, by the first date of the text that can only be read in one way."""
        for match in matches:
            if "a" in match.re.groupindex and match["a"]:
                first, second = int(match["a"]), int(match["b"])
                if first > 12 >= second:
                    return True
                if second > 12 >= first:
                    return False
        return self._day_first

    def _extent(self, match: "regex.Match[str]") -> tuple[int, int]:
        groups = _groups(match)
        start = min(match.start(group) for group in groups)
        return start, match.end()

    def _date(self, match: "regex.Match[str]", near: dt.date | None, *, day_first: bool) -> dt.date | None:
        said = {group: match[group] for group in _groups(match)}
        day, month = said.get("d"), said.get("m")
        if "a" in said:
            day, month = (said["a"], said["b"]) if day_first else (said["b"], said["a"])
            if int(month) > 12:
                day, month = month, day
        number = int(month) if month else self._month(said.get("mon", ""))
        year = _year(said["y"]) if "y" in said else None
        try:
            date = dt.date(year or (near.year if near else 2001), number, int(day) if day else _MIDDLE_OF_MONTH)
        except ValueError:
            return None
        return date.replace(year=date.year - 1, day=min(date.day, 28)) if not year and near and date > near else date

    def _month(self, said: str) -> int:
        names = [index for index, name in enumerate(self._tables.months, 1) if name.startswith(said.lower()[:3])]
        return names[0] if said and names else 0

    def _is_whole(self, said: str, around: str) -> bool:
        """Whether a month is written out; "May" is, where blanks and not hyphens stand around it."""
        return said.lower() in self._tables.months and (len(said) > 3 or "-" not in around)

    def _said_as(self, group: str, said: str, date: dt.date, found: FoundDate) -> str:
        if group == "mon":
            name = self._tables.months[date.month - 1]
            name = name if self._is_whole(said, found.match[0]) else name[:3]
            return name.upper() if said.isupper() else name.title() if said[:1].isupper() else name
        if group == "y":
            return f"{date.year:04d}" if len(said) == 4 else f"{date.year % 100:02d}"
        is_day = group == "d" or (group in "ab" and (group == "a") == found.day_first)
        number = date.day if is_day else date.month
        # Two digits everywhere else are a sign that one digit is written with a zero.
        others = [found.match[other] for other in _groups(found.match) if other in "dmab"]
        is_padded = all(len(other) == 2 for other in others) and (len(others) > 1 or said.startswith("0"))
        return f"{number:02d}" if is_padded else str(number)


def moved_field(value: str, days: int) -> str | None:
    """An ISO 8601 or DICOM date, or date and time, as many days later; None if it is neither."""
    head = value.strip()[:10]
    for form, length in (("%Y-%m-%d", 10), ("%Y%m%d", 8)):
        try:
            date = dt.datetime.strptime(head[:length], form).replace(tzinfo=dt.UTC).date() + dt.timedelta(days=days)
        except (ValueError, OverflowError):
            continue
        return date.strftime(form) + value.strip()[length:]
    return None


def date_of(value: str | None) -> dt.date | None:
    """The day of an ISO 8601 or DICOM value."""
    moved = moved_field(value or "", 0)
    if moved is None:
        return None
    digits = moved[:10].replace("-", "")[:8]
    return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _groups(match: "regex.Match[str]") -> list[str]:
    return [name for name in match.re.groupindex if name != "s" and match[name]]


def _year(said: str) -> int:
    return int(said) if len(said) == 4 else int(said) + (1900 if int(said) >= _CENTURY_TURN else 2000)


def _suffix(day: int, said: str) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return ending.upper() if said.isupper() else ending
