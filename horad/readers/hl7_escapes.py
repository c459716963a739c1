"""Text of HL7 v2 fields: escape sequences and formatting commands become what they stand for (HL7 v2.5.1, 2.7)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Delimiters:
    """The five letters that part a message: as MSH-1 and MSH-2 declare them."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"


# Character sets (C, M) and what a site agreed on (Z): codes, never words that stand between two backslashes.
_CODES = re.compile(r"C[0-9A-F]{4}|M[0-9A-F]{4}(?:[0-9A-F]{2})?|Z[0-9][0-9A-F]*")
_COMMAND = re.compile(r"\.(?P<name>[a-z]{2})\s*[+-]?(?P<count>\d{0,3})", re.IGNORECASE)


def unescaped(text: str, delimiters: Delimiters, charset: str = "utf-8") -> str:
    """The text that a field holds; what is no sequence of the standard stays as it is.

    ``charset`` is the one of the message: hexadecimal sequences hold bytes of it.
    """
    escape = delimiters.escape
    if not escape or escape not in text:
        return text
    sequence = re.compile(f"{re.escape(escape)}([^{re.escape(escape)}\r\n]{{1,200}}){re.escape(escape)}")
    return sequence.sub(lambda match: _meaning(match[1], match[0], delimiters, charset), text)


def _meaning(body: str, whole: str, delimiters: Delimiters, charset: str) -> str:
    letter = body[0].upper()
    if body in _LETTERS:
        return _LETTERS[body](delimiters)
    if letter == "X" and re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", body[1:]):
        return bytes.fromhex(body[1:]).decode(charset, "replace")
    if _CODES.fullmatch(body):
        return ""
    command = _COMMAND.fullmatch(body.strip())
    return _layout(command, whole) if command else whole


_LETTERS: Mapping[str, Callable[[Delimiters], str]] = {
    "F": lambda d: d.field,
    "S": lambda d: d.component,
    "R": lambda d: d.repetition,
    "E": lambda d: d.escape,
    "T": lambda d: d.subcomponent,
    "H": lambda _: "",
    "N": lambda _: "",
}


def _layout(command: re.Match[str], whole: str) -> str:
    count = int(command["count"] or 1)
    match command["name"].lower():
        case "br" | "ce":
            return "\n"
        case "sp":
            return "\n" * min(max(count, 1), 10)
        case "sk":
            return " " * min(count, 40)
        case "in" | "ti" | "fi" | "nf":
            return ""
    return whole
