"""Decisions in one SQLite file: appended, never changed, and on the disk before the page says so."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self

from horad.errors import OutputError
from horad.review.values import Value

Verdict = Literal["accept", "correct", "uncertain"]
Part = Literal["reading", "adjudication"]

_LONGEST_NAME = 60
A_NAME = f"a name of at most {_LONGEST_NAME} letters"
_APPLICATION_ID = 0x486F5261  # tells this database from any other
_VERSION = 1
_FOREIGN = "is no file of review decisions of this version; name another with --db"
_SCHEMA = """
CREATE TABLE decision (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('reading', 'adjudication')),
    report_id TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    field TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'correct', 'uncertain')),
    value TEXT NOT NULL,
    proposed TEXT NOT NULL,
    rules_sha256 TEXT NOT NULL
);
CREATE INDEX decision_of ON decision (report_id, text_sha256, part, reviewer, field, number);
CREATE TRIGGER decision_stays BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are only appended'); END;
CREATE TRIGGER decision_is_kept BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are only appended'); END;
"""
_COLUMNS = "reviewer, part, report_id, text_sha256, field, verdict, value, proposed, rules_sha256, at"


@dataclass(frozen=True)
class Decision:
    """What one reader decided of one field of one report; a doubtful one keeps the value that stood there."""

    reviewer: str
    part: Part
    report_id: str
    text_sha256: str
    field: str
    verdict: Verdict
    value: Value
    proposed: Value
    rules_sha256: str
    at: str = ""

    @property
    def report(self) -> tuple[str, str]:
        """The report: its id and the hash of its text."""
        return self.report_id, self.text_sha256


class Store:
    """The decisions of all readers; several servers may write to one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            _make_private(path)
            self._connection = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or "input error"
            raise OutputError(f"{path}: cannot be opened as the file of decisions ({reason})") from None
        try:
            self._prepare()
        except sqlite3.Error:
            self._connection.close()
            raise OutputError(f"{path}: {_FOREIGN}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def append(self, decisions: Sequence[Decision]) -> None:
        """Add decisions, all or none; they are on the disk when this returns.

        Raises:
            OutputError: if they could not be written.
        """
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        rows = [_row(decision, at) for decision in decisions]
        marks = ", ".join("?" * len(_COLUMNS.split(", ")))
        try:
            with self._lock, self._transaction():
                self._connection.executemany(f"INSERT INTO decision ({_COLUMNS}) VALUES ({marks})", rows)  # noqa: S608
        except sqlite3.Error as error:
            reason = getattr(error, "sqlite_errorname", "SQLite error")
            raise OutputError(f"{self.path}: the decision could not be written ({reason})") from None

    def current(self, report: tuple[str, str] | None = None) -> list[Decision]:
        """The last decision of every reader on every field, of one report or of all, oldest reader first."""
        where, values = ("WHERE report_id = ? AND text_sha256 = ?", report) if report else ("", ())
        # Built of our own words only; every value is a parameter.
        last = f"SELECT max(number) FROM decision {where} GROUP BY report_id, text_sha256, part, reviewer, field"  # noqa: S608
        query = f"SELECT {_COLUMNS} FROM decision WHERE number IN ({last}) ORDER BY number"  # noqa: S608
        with self._lock:
            return [_decision(row) for row in self._connection.execute(query, values)]

    def last(self) -> int:
        """The number of the last decision; it tells whether anything is new."""
        with self._lock:
            return int(self._connection.execute("SELECT coalesce(max(number), 0) FROM decision").fetchone()[0])

    def counts(self, reviewer: str) -> dict[tuple[str, str], int]:
        """How many fields of every report a reader has decided."""
        query = (
            "SELECT report_id, text_sha256, count(DISTINCT field) FROM decision "
            "WHERE reviewer = ? AND part = 'reading' GROUP BY report_id, text_sha256"
        )
        with self._lock:
            return {(one, two): count for one, two, count in self._connection.execute(query, (reviewer,))}

    def _prepare(self) -> None:
        run = self._connection.execute
        run("PRAGMA busy_timeout = 20000")
        run("PRAGMA synchronous = FULL")
        with self._transaction():
            tables = run("SELECT count(*) FROM sqlite_schema").fetchone()[0]
            known = run("PRAGMA application_id").fetchone()[0], run("PRAGMA user_version").fetchone()[0]
            if tables and known != (_APPLICATION_ID, _VERSION):
                raise sqlite3.DatabaseError
            if not tables:
                for statement in _statements():
                    run(statement)
                run(f"PRAGMA application_id = {_APPLICATION_ID}")
                run(f"PRAGMA user_version = {_VERSION}")
        run("PRAGMA journal_mode = WAL")  # only now: what tells the file from others must stand in the file itself

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def is_name(name: str) -> bool:
    """Whether a reader can be called so."""
    return 0 < len(name) <= _LONGEST_NAME and name.isprintable() and name == name.strip()


def finished(decisions: Iterable[Decision], fields: Sequence[str]) -> list[str]:
    """The readers who have decided every field, in the order in which they began."""
    decided: dict[str, set[str]] = {}
    for decision in decisions:
        if decision.part == "reading":
            decided.setdefault(decision.reviewer, set()).add(decision.field)
    return [reviewer for reviewer, done in decided.items() if done >= set(fields)]


def _make_private(path: Path) -> None:
    """Let only its owner read the file, unless it is another's; SQLite gives the files beside it the same rights."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb") as file:
        head = file.read(72)
        if head and not (head.startswith(b"SQLite format 3\0") and head[68:72] == _APPLICATION_ID.to_bytes(4, "big")):
            raise OutputError(f"{path}: {_FOREIGN}")
    path.chmod(0o600)


def _statements() -> Iterator[str]:
    statement = ""
    for line in _SCHEMA.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _row(decision: Decision, at: str) -> tuple[str, ...]:
    value, proposed = (json.dumps(item, ensure_ascii=False) for item in (decision.value, decision.proposed))
    who = (decision.reviewer, decision.part, decision.report_id, decision.text_sha256)
    return (*who, decision.field, decision.verdict, value, proposed, decision.rules_sha256, decision.at or at)


def _decision(row: Sequence[str]) -> Decision:
    # Part and verdict are checked by the table.
    reviewer, part, report_id, text_sha256, field, verdict, value, proposed, rules_sha256, at = row
    return Decision(
        reviewer,
        part,  # type: ignore[arg-type]
        report_id,
        text_sha256,
        field,
        verdict,  # type: ignore[arg-type]
        json.loads(value),
        json.loads(proposed),
        rules_sha256,
        at,
    )
