"""The versions of one report: which one counts, wherever in the sources the others stand.

A report is known by its accession number, else its id, within its patient and sender. Of its versions the last one
counts, in the order of ``issued``; the others are superseded. Where a version lacks that time, and among versions of
one time, the order is that of their status: unknown, preliminary, final, corrected, cancelled. What is equal in both is
ordered by its content, so that the choice never hangs on the order in which files are read; of equal contents the
first is kept. A report whose last version is cancelled has no finding. What was entered in error is left out, and a
version before it is superseded. Rows that repeat an id and tell neither status nor time are no versions: all are kept,
each with a warning.

A DICOM document that corrects another one names it, and may itself be named by the next: such a chain is one report.
"""

import contextlib
import datetime as dt
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from horad.readers.rows import Name
from horad.records import Report
from horad.terms import ReportStatus

REPEATED_MESSAGE = "Another report has the same id, and neither tells its status or time; both are kept."


class Fate(StrEnum):
    """What becomes of a record that is not simply read."""

    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    LEFT_OUT = "left_out"
    REPEATED = "repeated"


Key = tuple[int, int]
"""The number of a file and of the record in it."""

_RANKS = {
    ReportStatus.UNKNOWN: 0,
    ReportStatus.PRELIMINARY: 1,
    ReportStatus.FINAL: 2,
    ReportStatus.CORRECTED: 3,
    ReportStatus.CANCELLED: 4,
}
_ROWS_AT_ONCE = 1_000
_TABLE = """
CREATE TABLE header (identity BLOB, issued TEXT, rank INT, digest BLOB, fate TEXT, file INT, record INT);
CREATE TABLE link (child BLOB PRIMARY KEY, parent BLOB) WITHOUT ROWID;
"""
# Of documents that name two predecessors one is taken, whatever the order of files.
_LINK = "INSERT INTO link VALUES (?,?) ON CONFLICT (child) DO UPDATE SET parent = MIN(parent, excluded.parent)"
# Each time the links reach twice as far; chains that close to a ring, which none should, end with the last time.
_FARTHER = """
UPDATE link SET parent = (SELECT parent FROM link AS next WHERE next.child = link.parent)
WHERE parent IN (SELECT child FROM link)
"""
_FIRST = """
UPDATE header SET identity = (SELECT parent FROM link WHERE child = identity)
WHERE identity IN (SELECT child FROM link)
"""
_TIMES = 20
_BY_TIME = "issued, rank, digest, file DESC, record DESC"
_BY_STATUS = "rank, issued, digest, file DESC, record DESC"


class Versions:
    """Headers of reports, kept on disk until the last one is seen."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: list[tuple[Any, ...]] = []
        self._database = sqlite3.connect(path)
        self._database.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLE}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._database.close()
        self._path.unlink(missing_ok=True)

    def add(self, key: Key, report: Report) -> None:
        """Note one report."""
        fate = fate_alone(report)
        identity = identity_of(report)
        if identity is None and fate is None:
            return
        issued, rank = _issued(report), _RANKS[report.metadata.report_status]
        if (own := _own_identity(report)) is not None:
            self._database.execute(_LINK, (own, identity))
        # Only what may be a version is compared by its content.
        digest = _content(report) if issued or rank or fate else b""
        self._insert(identity, issued, rank, digest, fate, key)

    def add_plain(self, key: Key, name: Name) -> None:
        """Note a report that tells neither status nor time."""
        if (identity := _identity(name)) is not None:
            self._insert(identity, "", 0, b"", None, key)

    def _insert(self, *row: Any) -> None:
        *header, key = row
        self._waiting.append((*header, *key))
        if len(self._waiting) >= _ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._database.executemany("INSERT INTO header VALUES (?,?,?,?,?,?,?)", self._waiting)
        self._waiting.clear()

    def fates(self) -> Iterator[tuple[Key, Fate]]:
        """What becomes of every record that is not simply read; each is named once."""
        self._flush()
        alone = "SELECT file, record, fate FROM header WHERE fate IS NOT NULL AND identity IS NULL"
        for file, record, fate in self._database.execute(alone):
            yield (file, record), Fate(fate)
        self._follow_links()
        self._database.execute("CREATE INDEX by_identity ON header (identity)")
        groups = (
            "SELECT identity, COUNT(*), MAX(issued != '' OR rank > 0 OR fate IS NOT NULL), MIN(issued != '')"
            " FROM header WHERE identity IS NOT NULL GROUP BY identity HAVING COUNT(*) > 1 OR MAX(fate) IS NOT NULL"
        )
        for identity, _, are_versions, all_timed in self._database.execute(groups):
            order = _BY_TIME if all_timed else _BY_STATUS
            members = f"SELECT file, record, fate FROM header WHERE identity = ? ORDER BY {order}"  # noqa: S608 - ours
            with contextlib.closing(self._database.execute(members, (identity,))) as rows:
                yield from _settled(rows) if are_versions else (((row[0], row[1]), Fate.REPEATED) for row in rows)

    def _follow_links(self) -> None:
        """Know every document of a chain by what its first one is known by."""
        if self._database.execute("SELECT 1 FROM link").fetchone() is None:
            return
        for _ in range(_TIMES):
            if not self._database.execute(_FARTHER).rowcount:
                break
        self._database.execute(_FIRST)


def _settled(rows: Iterable[tuple[int, int, str | None]]) -> Iterator[tuple[Key, Fate]]:
    """The fates of the versions of one report, in their order; the last one counts."""
    held: tuple[int, int, str | None] | None = None
    for row in rows:
        if held is not None:
            yield (held[0], held[1]), Fate.LEFT_OUT if held[2] == Fate.LEFT_OUT else Fate.SUPERSEDED
        held = row
    if held is not None and held[2] is not None:
        yield (held[0], held[1]), Fate(held[2])


def fate_alone(report: Report) -> Fate | None:
    """What becomes of a report by what it says of itself."""
    if report.is_withdrawn:
        return Fate.LEFT_OUT
    return Fate.CANCELLED if report.metadata.report_status is ReportStatus.CANCELLED else None


def identity_of(report: Report) -> bytes | None:
    """A hash of what a report is known by; None where its source gives it no name."""
    known = report.metadata
    return _identity(Name(known.sender, known.patient_id, known.accession_number, known.id), report.part or "")


def _own_identity(report: Report) -> bytes | None:
    """A hash of what a successor would know a document by; None where that is what it is known by anyway."""
    known, reference = report.metadata, report.reference
    if reference is None or not reference.sop_uid or known.accession_number or known.id in (None, reference.sop_uid):
        return None
    return _identity(Name(known.sender, known.patient_id, None, reference.sop_uid), report.part or "")


def _identity(name: Name, part: str = "") -> bytes | None:
    kind, value = ("accession", name.accession_number) if name.accession_number else ("id", name.id)
    return _digest("\0".join([name.sender or "", name.patient_id or "", kind, value, part])) if value else None


def _content(report: Report) -> bytes:
    return _digest(report.text + "\0" + report.metadata.model_dump_json())


def _digest(value: str) -> bytes:
    return hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _issued(report: Report) -> str:
    """The time of issue such that texts sort as times do; empty where there is none that can be read."""
    try:
        time = dt.datetime.fromisoformat((report.metadata.issued or "").strip())
        # Without a zone it is the clock of the hospital, the same for all versions.
        return (time if time.tzinfo else time.replace(tzinfo=dt.UTC)).astimezone(dt.UTC).isoformat("T", "microseconds")
    except (ValueError, OverflowError):
        return ""
