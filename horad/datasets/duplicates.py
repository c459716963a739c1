"""Reports that are nearly the same: the share of three-word runs in common, found by MinHash, then counted."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from horad.datasets.extra import needed

SIMILARITY = 0.8
_RUN, _PERMUTATIONS, _SEED = 3, 128, 1
_MARGIN = 0.1  # MinHash estimates; what it puts a little below the threshold is still looked at
_WORD = re.compile(r"[^\W\d_]+|\d")


class Twins(NamedTuple):
    """Two reports and the share of their runs of words that both have."""

    one: str
    other: str
    similarity: float


def twins(texts: Mapping[str, str], similarity: float = SIMILARITY) -> Iterator[Twins]:
    """Every pair of reports at least so similar; letter case, spacing, signs and the digits of numbers do not count.

    The pairs depend on the texts alone: MinHash runs with a fixed seed, and every pair that it proposes is counted.
    """
    datasketch = needed("datasketch", "the check for near duplicates")
    same: dict[frozenset[str], list[str]] = defaultdict(list)
    for name, text in sorted(texts.items()):
        if runs := _runs(text):
            same[runs].append(name)
    index = datasketch.MinHashLSH(threshold=max(similarity - _MARGIN, 0.05), num_perm=_PERMUTATIONS)
    kinds = list(same)
    for number, runs in enumerate(kinds):
        yield from _pairs(same[runs], same[runs], 1.0)
        sketch = datasketch.MinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        sketch.update_batch([run.encode() for run in sorted(runs)])
        for found in sorted(index.query(sketch)):
            shared = len(runs & kinds[found])
            share = shared / (len(runs) + len(kinds[found]) - shared)
            if share >= similarity:
                yield from _pairs(same[kinds[found]], same[runs], share)
        index.insert(number, sketch)


def _pairs(ones: list[str], others: list[str], share: float) -> Iterator[Twins]:
    for one in ones:
        for other in others:
            if ones is not others or one < other:
                yield Twins(min(one, other), max(one, other), round(share, 4))


def _runs(text: str) -> frozenset[str]:
    words = ["0" if word.isdigit() else word for word in _WORD.findall(text.casefold())]
    if not words:
        return frozenset()
    return frozenset(" ".join(words[start : start + _RUN]) for start in range(max(len(words) - _RUN + 1, 1)))
