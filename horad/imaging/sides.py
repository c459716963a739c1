"""The side that a header tells, from every tag that carries it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from horad.imaging import tags
from horad.knowledge.headers import holds, load_body_parts, load_header_words, plain

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_TAGS = ("ImageLaterality", "Laterality", "FrameLaterality")


@dataclass(frozen=True)
class Told:
    """One place of a header, and the side it tells: L, R or B."""

    where: str
    side: str


def sides_told(dataset: "Dataset", groups: tuple["Dataset | None", ...] = ()) -> tuple[Told, ...]:
    """Every side told: by tags of laterality, by codes of the anatomy, by words of the descriptions."""
    words = load_header_words()
    codes = {value: side for side, values in words.laterality.codes.items() for value in values}
    anatomy = tuple(tags.item(group, "FrameAnatomySequence") for group in groups)
    found = [
        Told(keyword, codes[value])
        for holder in (dataset, *anatomy)
        for keyword in _TAGS
        if (value := (tags.text(holder, keyword) or "").upper()) in codes
    ]
    for holder in (dataset, *anatomy):
        found += [Told("anatomic region", words.laterality.snomed[code]) for code in _modifiers(holder)]
    for keyword in words.side_descriptions.keywords:
        found += [Told(keyword, side) for side in _in_words(tags.text(dataset, keyword) or "")]
    return tuple(dict.fromkeys(found))


def settled(told: tuple[Told, ...]) -> str | None:
    """The side, if all that tell one agree."""
    sides = {one.side for one in told}
    return sides.pop() if len(sides) == 1 else None


def _modifiers(holder: "Dataset | None") -> Iterator[str]:
    known = load_header_words().laterality.snomed
    for region in (
        *tags.items(holder, "AnatomicRegionSequence"),
        *tags.items(holder, "PrimaryAnatomicStructureSequence"),
    ):
        names = ("AnatomicRegionModifierSequence", "PrimaryAnatomicStructureModifierSequence")
        yield from (code for code, _ in tags.meanings(region, *names) if code in known)


def _in_words(description: str) -> tuple[str, ...]:
    """One side, if the words tell exactly one; of two, a description means something else."""
    laterality = load_header_words().laterality
    words = plain(description)
    found = {side for side, names in laterality.words.items() if any(holds(words, names))}
    parts = [word for part in load_body_parts() for word in part.words]
    for letter in laterality.letters:
        if any(holds(words, (f"{letter} {part}" for part in parts if part != "SPINE"))):
            found.add(letter)
    return tuple(found) if len(found) == 1 else ()
