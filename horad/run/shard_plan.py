"""The plan of a batch: shards of records, and what becomes of records that are not simply read; kept on disk.

The shards follow from the sources alone, whoever works on them and with how many processes: files in their order, cut
where a form can be cut, small ones together. The first shards are small, so that a few thousand reports are shared
evenly; later ones grow with what stands before them, up to ``shard_records``. One pass over all records finds the cuts
and the versions of reports.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from horad.readers.detect import SourceFile
from horad.readers.ranges import Place, form_of, headers_from, is_one_report
from horad.readers.rows import Name
from horad.records import Report
from horad.run.job import Job
from horad.run.versions import Fate, Versions

PLAN = "plan.sqlite"
# A shard costs some 20 ms to begin and end, and workers wait at the end for the last one: none is smaller than the
# first number, unless asked for, and none has more than this part of what stands before it.
_FIRST_RECORDS = 250
_PART_OF_SEEN = 16

_TABLES = """
CREATE TABLE file (number INTEGER PRIMARY KEY, path BLOB, name BLOB, form TEXT);
CREATE TABLE shard (number INTEGER PRIMARY KEY, hash TEXT, records INT);
CREATE TABLE slice (shard INT, file INT, place TEXT, first INT, records INT);
CREATE INDEX slice_of ON slice (shard);
CREATE TABLE fate (file INT, record INT, fate TEXT, PRIMARY KEY (file, record)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Slice:
    """Records of one file that stand together: from a place on, from the ``first`` one by number."""

    number: int
    file: SourceFile
    form: str
    place: Place
    first: int
    records: int


@dataclass(frozen=True)
class Shard:
    """A piece of work, always the same for the same sources."""

    number: int
    hash: str
    records: int


class Plan:
    """A plan that is made."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._database.close()

    def shards(self) -> Iterator[Shard]:
        """Every shard, in the order of the sources."""
        for row in self._database.execute("SELECT number, hash, records FROM shard ORDER BY number"):
            yield Shard(*row)

    def records(self) -> int:
        """How many records the sources hold."""
        return int(self._database.execute("SELECT COALESCE(SUM(records), 0) FROM shard").fetchone()[0])

    def slices(self, shard: int) -> Iterator[Slice]:
        """What one shard reads."""
        found = self._database.execute(
            "SELECT file.number, path, name, form, place, first, records FROM slice JOIN file ON file.number = file"
            " WHERE shard = ? ORDER BY slice.rowid",
            (shard,),
        )
        for number, path, name, form, place, first, records in found:
            file = SourceFile(Path(os.fsdecode(path)), os.fsdecode(name))
            yield Slice(number, file, form, json.loads(place), first, records)

    def fates(self, part: Slice) -> dict[int, Fate]:
        """What becomes of the records of a slice, by their number in the file; those to be read are not named."""
        found = self._database.execute(
            "SELECT record, fate FROM fate WHERE file = ? AND record >= ? AND record < ?",
            (part.number, part.first, part.first + part.records),
        )
        return {record: Fate(fate) for record, fate in found}


def make_plan(job: Job, path: Path, tick: Callable[[int], None] = lambda _: None) -> None:
    """Read the headers of every record, and put the plan in its place when it is whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    temporary.unlink(missing_ok=True)
    database = sqlite3.connect(temporary)
    database.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES}")
    with Versions(temporary.with_name(f"{temporary.name}.versions")) as versions:
        cutter = _Cutter(database, job.shard_records, versions)
        for number, (source, file) in enumerate(job.files()):
            cutter.add_file(number, source, file, job)
            tick(cutter.seen)
        cutter.close()
        fates = ((*key, fate.value) for key, fate in versions.fates())
        database.executemany("INSERT INTO fate VALUES (?,?,?)", fates)
    database.commit()
    database.close()
    temporary.replace(path)


class _Cutter:
    """Collects slices until a shard is full."""

    def __init__(self, database: sqlite3.Connection, size: int, versions: Versions) -> None:
        self._database, self._most, self._versions = database, size, versions
        self._size = min(size, _FIRST_RECORDS)
        self._number = self._records = 0
        self._names = hashlib.sha256()
        self.seen = 0

    def add_file(self, number: int, source: int, file: SourceFile, job: Job) -> None:
        """Cut one file into slices."""
        row = (number, os.fsencode(file.path.absolute()), os.fsencode(file.name), form_of(file))
        self._database.execute("INSERT INTO file VALUES (?,?,?,?)", row)
        identity = [source, file.name, file.stamp[0]]
        if is_one_report(file):
            self._add_slice(number, identity, None, 0, 1)
            self.seen += 1
            return
        start, first, count = None, 0, 0
        record = -1
        for record, (place, found) in enumerate(headers_from(file, job.columns)):
            if count and place is not None and self._records + count >= self._size:
                self._add_slice(number, identity, start, first, count)
                start, first, count = place, record, 0
            elif not count:
                start, first = place, record
            count += 1
            self.seen += 1
            if isinstance(found, Name):
                self._versions.add_plain((number, record), found)
            elif isinstance(found, Report):
                self._versions.add((number, record), found)
        if count:
            self._add_slice(number, identity, start if first else None, first, count)

    def _add_slice(self, number: int, identity: list[object], place: Place, first: int, count: int) -> None:
        row = (self._number, number, json.dumps(place), first, count)
        self._database.execute("INSERT INTO slice VALUES (?,?,?,?,?)", row)
        self._names.update(json.dumps([*identity, first, count]).encode())
        self._records += count
        if self._records >= self._size:
            self.close()

    def close(self) -> None:
        """End the shard, if it holds anything."""
        if self._records:
            digest = self._names.hexdigest()[:16]
            self._database.execute("INSERT INTO shard VALUES (?,?,?)", (self._number, digest, self._records))
            self._number += 1
            self._records = 0
            self._size = min(self._most, max(_FIRST_RECORDS, self.seen // _PART_OF_SEEN))
            self._names = hashlib.sha256()
