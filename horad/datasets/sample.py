"""Samples for annotation: so many reports of every stratum, the same for the same seed whatever their order."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from horad.datasets.extra import needed
from horad.datasets.lines import row_of
from horad.datasets.results import open_table
from horad.datasets.strata import columns, stratum
from horad.datasets.write import write
from horad.errors import HoradError
from horad.records import Rejection, Report
from horad.records.record import Record

Stratum = tuple[str, ...]


class StratumCount(Record):
    """One stratum: the texts there are, how many were asked of it, and how many it gave."""

    values: dict[str, str]
    available: int
    asked: int
    got: int


class SampleReport(Record):
    """What was asked for and what came of it."""

    seed: int
    by: tuple[str, ...]
    asked: int
    got: int
    repeated_texts: int
    strata: tuple[StratumCount, ...]


@dataclass(frozen=True)
class Sample:
    """The ids drawn, in the order of their draw, with the report of the strata."""

    drawn: Mapping[str, Stratum]
    report: SampleReport


class Sampler:
    """Draws from one table of results."""

    def __init__(self, path: Path) -> None:
        self._connection = open_table(path)
        counts = "SELECT count(*), count(DISTINCT report_id) FROM results"
        ((total, different),) = self._connection.execute(counts).fetchall()
        if total != different:
            raise HoradError(
                f"{path}: {total - different} report ids stand more than once; find --unique takes each text once"
            )

    def draw(self, count: int, fields: Sequence[str], seed: int, *, proportional: bool = False) -> Sample:
        """Draw ``count`` reports: as many of each stratum as of the others, or as its share of all demands.

        Within a stratum the draw is by a hash of seed and id, so that neither the order of the results nor a larger
        sample of the same seed changes who comes first. Of reports with the same text only one takes part.
        """
        members, repeated = self._members(fields, seed)
        available = {key: len(ids) for key, ids in members.items()}
        wanted = _shares(available, count) if proportional else _even(available, count)
        drawn = {name: key for key, ids in members.items() for name in ids[: wanted[key]]}
        order = sorted(drawn, key=lambda name: _rank(seed, name))
        strata = [
            StratumCount(
                values=dict(zip(fields, key, strict=True)), available=available[key], asked=asked, got=wanted[key]
            )
            for key, asked in sorted(_asked(available, count, proportional=proportional).items())
        ]
        report = SampleReport(
            seed=seed, by=tuple(fields), asked=count, got=len(drawn), repeated_texts=repeated, strata=tuple(strata)
        )
        return Sample({name: drawn[name] for name in order}, report)

    def write(self, sample: Sample, target: Path) -> None:
        """Write the results drawn, in the order of their draw."""
        pyarrow = needed("pyarrow", "Parquet")
        names = list(sample.drawn)
        order = pyarrow.table({"drawn_id": pyarrow.array(names, pyarrow.string()), "drawn": list(range(len(names)))})
        self._connection.register("sample", order)
        chosen = "FROM results JOIN sample ON report_id = drawn_id ORDER BY drawn"
        write(self._connection.sql(f"SELECT results.* {chosen}"), target)

    def _members(self, fields: Sequence[str], seed: int) -> tuple[dict[Stratum, list[str]], int]:
        """The ids of each stratum in the order of their draw, and how many repeat a text."""
        rows = self._connection.execute(f"SELECT report_id, text_sha256, {columns(fields)} FROM results").fetchall()
        members: dict[Stratum, list[str]] = defaultdict(list)
        texts: set[str] = set()
        for name, text, *values in sorted(rows, key=lambda row: _rank(seed, row[0])):
            if text not in texts:
                texts.add(text)
                members[stratum(fields, values)].append(name)
        ordered = sorted(
            members.items(), key=lambda item: _rank(seed, "\0".join(item[0]))
        )  # who gets what is left over
        return dict(ordered), len(rows) - len(texts)


def _rank(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{name}".encode()).digest()


def _asked(available: Mapping[Stratum, int], count: int, *, proportional: bool) -> dict[Stratum, int]:
    """What each stratum would give if it had enough."""
    if proportional:
        return _shares(available, count)
    base, more = divmod(count, max(len(available), 1))
    return {key: base + (number < more) for number, key in enumerate(available)}


def _even(available: Mapping[Stratum, int], count: int) -> dict[Stratum, int]:
    """The same of each; what small strata lack, the larger ones give."""
    given = dict.fromkeys(available, 0)
    left = min(count, sum(available.values()))
    while left:
        open_ = [key for key in available if given[key] < available[key]]
        for key in open_[:left]:
            more = min(max(left // len(open_), 1), available[key] - given[key])
            given[key] += more
        left = min(count, sum(available.values())) - sum(given.values())
    return given


def _shares(available: Mapping[Stratum, int], count: int) -> dict[Stratum, int]:
    """As its share of all: whole numbers by the largest remainder."""
    total = sum(available.values())
    count = min(count, total)
    exact = {key: count * number / total for key, number in available.items()}
    given = {key: int(share) for key, share in exact.items()}
    rest = sorted(available, key=lambda key: given[key] - exact[key])
    for key in rest[: count - sum(given.values())]:
        given[key] += 1
    return given


def with_texts(sample: Sample, records: Iterator[Report | Rejection], fields: Sequence[str]) -> list[dict[str, Any]]:
    """The reports drawn as JSON lines that horad reads, with their stratum, in the order of their draw.

    Raises:
        HoradError: if the texts do not hold every report drawn.
    """
    found: dict[str, dict[str, Any]] = {}
    for record in records:
        if isinstance(record, Report) and (name := record.report_id) in sample.drawn:
            found[name] = {**row_of(record), "stratum": dict(zip(fields, sample.drawn[name], strict=True))}
    missing = len(sample.drawn) - len(found)
    if missing:
        raise HoradError(f"{missing} of {len(sample.drawn)} reports drawn are not in the texts; name the texts read")
    return [found[name] for name in sample.drawn]
